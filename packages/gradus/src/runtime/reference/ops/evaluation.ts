import type { OpAttributes, OpName } from '../../../graph/attributes.ts';
import type { Tensor } from '../../../graph/tensor.ts';

/** The values of a tensor in the reference executor: float64, float32 or integers. */
export type Values = Float64Array | Float32Array | Int32Array | Uint8Array;

/** A concrete array, row-major. */
export interface ArrayValue {
  readonly shape: readonly number[];
  readonly values: Values;
}

/** What an op's reference maths may depend on besides its operands. */
export interface EvaluationContext {
  /** Rows of the batch. */
  readonly rows: number;
  /** The number of the training step, for counter-based random values. */
  readonly step: number;
  /** The key of a named random stream. */
  streamKey(stream: string): readonly [number, number];
  /** Compute the results of another graph, for ops that hold one. */
  evaluateBody(results: readonly Tensor[], given: ReadonlyMap<Tensor, ArrayValue>): ArrayValue[];
}

/** The arguments of an op's reference maths; it fills the outputs. */
export interface Evaluation<K extends OpName> {
  readonly attributes: OpAttributes[K];
  readonly inputs: readonly ArrayValue[];
  readonly outputs: readonly ArrayValue[];
  readonly context: EvaluationContext;
}

/** The maths of ops in plain loops, by name: each fills its outputs. */
export type Maths<K extends OpName> = { readonly [N in K]: (evaluation: Evaluation<N>) => void };

/** Fill the output with a function of every element of the input. */
export function mapElements(
  { inputs, outputs }: Pick<Evaluation<OpName>, 'inputs' | 'outputs'>,
  value: (x: number) => number,
): void {
  const x = inputs[0].values;
  const y = outputs[0].values;
  for (let i = 0; i < y.length; i++) y[i] = value(x[i]);
}
