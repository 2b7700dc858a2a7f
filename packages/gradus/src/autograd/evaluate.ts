import { isOp } from '../graph/attributes.ts';
import { reachableNodes, Tensor } from '../graph/tensor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import { describeValue, isRecord } from '../util/options.ts';
import { formatShape, resolveDimension, type Shape } from '../util/shape.ts';
import {
  type FlatNumbers,
  flatten,
  isNumbers,
  type NestedNumbers,
  type Numbers,
  nest,
} from './nestedValues.ts';

/** The training step that a tensor is computed for; only random values depend on it. */
export interface EvaluationStep {
  /** Seed of the random streams that dropout and noise draw from. Default 0. */
  readonly seed?: number;
  /** Number of the step. Default 0. */
  readonly step?: number;
}

/** The values of the inputs and parameters that a graph reads, by name. */
export type GivenNumbers = Readonly<Record<string, Numbers>>;

/** The values of each tensor of a record, by name. */
export type EvaluatedRecord<R> = { -readonly [K in keyof R]: NestedNumbers };

/**
 * Compute the value of a tensor, or of every tensor of a record, in float64 by plain loops.
 *
 * @param tensor - What to compute: a tensor or a record of tensors.
 * @param given - Values of every input and parameter that it reads, by name, shaped as declared; where a dimension
 *   is `rows()`, they determine the number of rows. Default none.
 * @param options - Seed and number of the step, for random values. Default both 0.
 * @returns A number for a scalar, nested lists for more axes; for a record of tensors, a record of these.
 * @throws ArgumentError when values are missing, not needed, or not integers where labels are read.
 * @throws ShapeError when the values do not have the declared shape.
 * @example
 * import { constant, evaluate, input, mean, rows, square } from 'gradus/tensor';
 * evaluate(square(constant([1, 2, 3]))); // [1, 4, 9]
 * const x = input('x', [rows(), 2]);
 * evaluate({ all: mean(x), columns: mean(x, { axes: 0 }) }, { x: [[1, 2], [3, 4]] }); // { all: 2.5, columns: [2, 3] }
 */
export function evaluate(tensor: Tensor, given?: GivenNumbers, options?: EvaluationStep): NestedNumbers;
export function evaluate<R extends { readonly [K in keyof R]: Tensor }>(
  tensors: R,
  given?: GivenNumbers,
  options?: EvaluationStep,
): EvaluatedRecord<R>;
export function evaluate(
  wanted: Tensor | Readonly<Record<string, Tensor>>,
  given: GivenNumbers = {},
  options: EvaluationStep = {},
): NestedNumbers | Record<string, NestedNumbers> {
  if (!(wanted instanceof Tensor || isRecord(wanted))) {
    throw new ArgumentError({
      received: `${describeValue(wanted)} to evaluate`,
      expected: 'a tensor, or a record of tensors',
      remedy: 'Call the function and evaluate its result',
    });
  }
  const named: [string, unknown][] = wanted instanceof Tensor ? [['', wanted]] : Object.entries(wanted);
  const tensors = named.map(([name, value]) => requireTensor(name, value));
  const { rows, numbers } = readGiven(tensors, given);
  const arrays = interpret(
    tensors,
    { inputs: numbers, parameters: (name) => numbers[name] },
    { ...options, rows },
  );
  const results = arrays.map(({ shape, values }) => nest(values, shape));
  if (wanted instanceof Tensor) return results[0];
  return Object.fromEntries(named.map(([name], i) => [name, results[i]]));
}

function requireTensor(name: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw new ArgumentError({
    received: `${value === null ? 'null' : typeof value} as '${name}'`,
    expected: 'a tensor',
    remedy: 'constant(1) makes a tensor of a number',
  });
}

/** Check the given values against the inputs and parameters that the tensors read, and count the rows. */
function readGiven(
  tensors: readonly Tensor[],
  given: GivenNumbers,
): { rows: number; numbers: Record<string, ArrayLike<number>> } {
  const numbers: Record<string, ArrayLike<number>> = {};
  let rows: number | undefined;
  for (const node of reachableNodes(tensors)) {
    if (!isOp(node, 'input') && !isOp(node, 'parameter')) continue;
    const { name } = node.attributes;
    const { shape, dataType } = node.outputs[0];
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (!isNumbers(value)) {
      throw new ArgumentError({
        received: `no values for '${name}'`,
        expected: `values of shape ${formatShape(shape)}`,
        remedy: `Pass { ${name}: … } as the second argument`,
      });
    }
    const flat = flatten(value, `'${name}'`);
    rows ??= countRows(shape, flat.shape);
    requireShape(name, shape, flat, rows ?? 1);
    if (dataType !== 'float' && !flat.values.every(Number.isInteger)) {
      throw new ArgumentError({
        received: `'${name}' with a value that is not an integer`,
        expected: dataType === 'int' ? 'integers, as labels and indices are' : 'bytes',
      });
    }
    numbers[name] = flat.values;
  }
  const needless = Object.keys(given).find((name) => !Object.hasOwn(numbers, name));
  if (needless !== undefined) {
    const known = Object.keys(numbers).map((name) => `'${name}'`);
    throw new ArgumentError({
      received: `values for '${needless}', which the tensor does not read`,
      expected: known.length === 0 ? 'none' : `values for ${known.join(', ')}`,
    });
  }
  return { rows: rows ?? 1, numbers };
}

/** How many rows make the declared shape the given one; undefined where it does not depend on them. */
function countRows(declared: Shape, given: readonly number[]): number | undefined {
  const axis = declared.findIndex((dimension) => dimension < 0);
  const count = given[axis] / -declared[axis];
  return axis >= 0 && Number.isInteger(count) ? count : undefined;
}

function requireShape(name: string, declared: Shape, { shape }: FlatNumbers, rows: number): void {
  // Lists without elements cannot show the axes inside them.
  const isComplete =
    shape.length === declared.length || (shape.length < declared.length && shape.at(-1) === 0);
  if (isComplete && shape.every((size, axis) => size === resolveDimension(declared[axis], rows))) return;
  const byRows = declared.some((dimension) => dimension < 0) ? `, rows being ${rows}` : '';
  throw new ShapeError({
    received: `'${name}' of shape ${formatShape(shape)}`,
    expected: `shape ${formatShape(declared)}${byRows}`,
  });
}
