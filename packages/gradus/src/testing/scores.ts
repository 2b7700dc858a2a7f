import { compile } from '../compile/compile.ts';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Executor } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { rows } from '../util/shape.ts';

/** What a function of scores gives. */
export interface FromScores {
  readonly value: number;
  readonly gradient: ArrayLike<number>;
  /** The numbers of the tensor that was named as the output. */
  readonly output: ArrayLike<number>;
}

/** A table that a graph reads, by name. */
export interface Table {
  readonly name: string;
  readonly values: Float64Array | Int32Array;
}

/**
 * Compute a scalar of a batch of scores [rows, width] and its gradient by them. The scores are a parameter that the
 * identity matrix, given row by row, multiplies.
 *
 * @param build - Gives the scalar, and any tensor to be read besides.
 */
export function runOnScores(
  executor: Executor,
  scores: { readonly values: readonly number[]; readonly shape: readonly [number, number] },
  tables: readonly Table[],
  build: (scores: Tensor) => { readonly loss: Tensor; readonly output?: Tensor },
): FromScores {
  const [count, width] = scores.shape;
  const z = $.matmul($.input('x', [rows(), count]), $.parameter('z', [count, width]));
  const { loss, output = loss } = build(z);
  const program = compile({ loss, outputs: { output }, trainable: ['z'], gathered: true });
  const store = executor.createStore(
    new StoreLayout([{ name: 'z', shape: [count, width], trainable: true }]),
    0,
  );
  store.write('z', Float64Array.from(scores.values));
  const identity = Float64Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0));
  const session = executor.createSession(program, { store, rowCapacity: count });
  for (const { name, values } of [{ name: 'x', values: identity }, ...tables]) {
    if (program.inputs.has(name)) {
      session.bind(name, executor.createData({ values, width: values.length / count }));
    }
  }
  session.start({ range: 'valueAndGradient', steps: 1, batchSize: count, rowCount: count });
  while (session.advance() === 'paused');
  const [value] = session.records;
  const gradient =
    program.unreached.length > 0 ? new Float64Array(count * width) : store.read('z', 'gradient');
  return { value, gradient, output: session.read('output') };
}

/** ‖a − b‖ / ‖b‖, or ‖a‖ where b is 0. */
export function normwise(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const norm = (list: readonly number[]): number => Math.sqrt(list.reduce((sum, x) => sum + x * x, 0));
  const size = norm(Array.from(b));
  return norm(Array.from(b, (x, i) => a[i] - x)) / (size === 0 ? 1 : size);
}
