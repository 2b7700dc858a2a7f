import { isOp } from '../../graph/attributes.ts';
import { reachableNodes, type Tensor, type TensorType } from '../../graph/tensor.ts';
import { resolveShape } from '../../util/shape.ts';
import { programStreamKey } from '../streams.ts';
import type { ArrayValue, EvaluationContext, Values } from './ops/evaluation.ts';
import { type ComputedOp, evaluateOp } from './ops/index.ts';

/** The element type of floats. */
export type Precision = 'float32' | 'float64';

/** Settings of the graph interpreter. */
export interface InterpretOptions {
  readonly precision?: Precision;
  /** Rows of the batch. Default 1. */
  readonly rows?: number;
  /** Number of the step. Default 0. */
  readonly step?: number;
  /** Seed of the random streams. Default 0. */
  readonly seed?: number;
  /** Called with every value as soon as it is known. */
  readonly onValue?: (tensor: Tensor, value: ArrayValue) => void;
}

/** Make an array for a tensor's values. */
export function allocate(type: TensorType, rows: number, precision: Precision): ArrayValue {
  const shape = resolveShape(type.shape, rows);
  const size = shape.reduce((a, b) => a * b, 1);
  const values: Values =
    type.dataType === 'int'
      ? new Int32Array(size)
      : precision === 'float64'
        ? new Float64Array(size)
        : new Float32Array(size);
  return { shape, values };
}

/**
 * Compute tensors by walking the graph as it was traced, one array a value: the truth that programs are held against.
 *
 * @param results - The tensors wanted.
 * @param given - Values for inputs (by name) and parameters (by name).
 */
export function interpret(
  results: readonly Tensor[],
  given: {
    readonly inputs?: Readonly<Record<string, ArrayLike<number>>>;
    readonly parameters?: (name: string) => ArrayLike<number>;
  },
  options: InterpretOptions = {},
): ArrayValue[] {
  const { precision = 'float64', rows = 1, step = 0, seed = 0, onValue } = options;
  const evaluateBody = (wanted: readonly Tensor[], known: ReadonlyMap<Tensor, ArrayValue>): ArrayValue[] => {
    const values = new Map(known);
    for (const node of reachableNodes(wanted)) {
      if (node.outputs.every((output) => values.has(output))) continue;
      const outputs = node.outputs.map((output) => allocate(output, rows, precision));
      if (isOp(node, 'input')) {
        outputs[0].values.set(given.inputs?.[node.attributes.name] ?? missing(node.attributes.name));
      } else if (isOp(node, 'parameter')) {
        outputs[0].values.set(given.parameters?.(node.attributes.name) ?? missing(node.attributes.name));
      } else {
        const inputs = node.inputs.map((tensor) => values.get(tensor)!);
        evaluateOp(node.op as ComputedOp, { attributes: node.attributes as never, inputs, outputs, context });
      }
      node.outputs.forEach((output, i) => {
        values.set(output, outputs[i]);
        onValue?.(output, outputs[i]);
      });
    }
    return wanted.map((tensor) => values.get(tensor)!);
  };
  const context: EvaluationContext = {
    rows,
    step,
    streamKey: (stream) => programStreamKey(seed, stream),
    evaluateBody,
  };
  return evaluateBody(results, new Map());
}

function missing(name: string): never {
  throw new Error(`no values were given for '${name}'`);
}
