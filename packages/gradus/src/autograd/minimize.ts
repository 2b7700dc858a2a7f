import type { Tensor } from '../graph/tensor.ts';
import { Lbfgs } from '../optim/lbfgs/lbfgs.ts';
import { learningRateAt } from '../optim/learningRate.ts';
import type { Optimizer, StepOptimizer } from '../optim/optimizer.ts';
import { ArgumentError } from '../util/errors.ts';
import { describeValue, isRecord, requireCount, requireOptions } from '../util/options.ts';
import { CompiledFunction } from './compiledFunction.ts';
import type { FunctionInput, GradientOf, RecordFunction, RecordPoint } from './grad.ts';
import { type Numbers, unflatten } from './nestedValues.ts';
import {
  type Leaf,
  leavesOf,
  type Point,
  requireFunction,
  requireScalar,
  structured,
  type TensorFunction,
  trace,
} from './trace.ts';

/** Options of `minimize`. */
export interface MinimizeOptions {
  /** The optimizer, as `fit` takes it. */
  readonly optimizer: Optimizer;
  /** How many steps to take. */
  readonly steps: number;
}

/** The path of a descent. */
export interface DescentPath<V> {
  /** The start and the point after every step, structured like the start. */
  readonly points: readonly GradientOf<V>[];
  /** The function's value at each point. */
  readonly values: readonly number[];
  /** Its gradient at each point. */
  readonly gradients: readonly GradientOf<V>[];
  /**
   * Why it ended: `all steps done`; `not finite`, when the value or a gradient at the last point is not; or the reason
   * given by an optimizer that stops by itself.
   */
  readonly reason: string;
}

/**
 * Minimize a function from a start, with the update rule of an optimizer, and return the path.
 *
 * The steps are those of training, in float64: the function is the loss, its argument the weights. Weight decay
 * counts as well, where the optimizer has it. A step of L-BFGS is an iteration, and it stops by itself.
 *
 * @param f - Takes one tensor, or one record of tensors; returns a scalar tensor.
 * @param start - Where to begin: values shaped like the argument.
 * @param options - Optimizer and number of steps.
 * @returns The path: steps + 1 points, fewer when values stop being finite.
 * @throws ShapeError when f does not return a scalar.
 * @throws ArgumentError for options that cannot be.
 * @example
 * import { sgd } from 'gradus';
 * import { add, type FunctionInput, minimize, multiply, square } from 'gradus/tensor';
 * const bowl = ({ x, y }: FunctionInput) => add(square(x), multiply(4, square(y)));
 * const { points, values } = minimize(bowl, { x: 8, y: 1 }, { optimizer: sgd({ learningRate: 0.25 }), steps: 2 });
 * points; // [{ x: 8, y: 1 }, { x: 4, y: -1 }, { x: 2, y: 1 }]
 * values; // [68, 20, 8]
 */
export function minimize<V extends Numbers | Readonly<Record<string, Numbers>>>(
  f: (input: FunctionInput) => Tensor,
  start: V,
  options: MinimizeOptions,
): DescentPath<V>;
export function minimize<P extends { readonly [K in keyof P]: Tensor }, V extends RecordPoint<P>>(
  f: RecordFunction<P>,
  start: V,
  options: MinimizeOptions,
): DescentPath<V>;
export function minimize(f: TensorFunction, start: Point, options: MinimizeOptions): unknown {
  requireFunction(f, 'minimize', 'Write minimize((x) => square(x), 3, { optimizer: sgd(), steps: 10 })');
  requireOptions(options, { optimizer: true, steps: true }, 'minimize');
  const { optimizer, steps } = options;
  requireCount('steps', steps, 0);
  if (!isRecord(optimizer) || typeof optimizer.config !== 'function') {
    throw new ArgumentError({
      received: `the optimizer ${describeValue(optimizer)}`,
      expected: 'the result of sgd(), adam() …',
    });
  }
  const leaves = leavesOf(f, [start]);
  const traced = trace(f, [start], leaves);
  requireScalar(traced.result, 'Reduce it with sum or mean');
  const compiled = new CompiledFunction(traced, leaves, optimizer.kind === 'steps' ? optimizer : undefined);
  compiled.write(leaves);
  const copy = (region: 'parameter' | 'gradient'): unknown => {
    const numbers = new Map(leaves.map((leaf) => [leaf.path, compiled.read(leaf, region)]));
    return structured([start], (path, sample) => unflatten(numbers.get(path)!, sample));
  };
  const [points, values, gradients]: [unknown[], number[], unknown[]] = [[], [], []];
  const record = (value: number): void => {
    points.push(copy('parameter'));
    values.push(value);
    gradients.push(copy('gradient'));
  };
  const parts = { steps, leaves, record };
  const reason =
    optimizer.kind === 'steps'
      ? followRule(compiled, optimizer, parts)
      : followLbfgs(
          compiled,
          new Lbfgs(joined(leaves), { ...optimizer.settings, resolution: RESOLUTION }),
          parts,
        );
  return { points, values, gradients, reason };
}

/** The last two bits of a value in float64 are rounding. */
const RESOLUTION = 4 * Number.EPSILON;

const ALL_DONE = 'all steps done';
const NOT_FINITE = 'not finite';

/** A descent: how many steps, of which arguments, and what records each point. */
interface Descent {
  readonly steps: number;
  readonly leaves: readonly Leaf[];
  readonly record: (value: number) => void;
}

/** Step by step as training does. */
function followRule(
  compiled: CompiledFunction,
  optimizer: StepOptimizer,
  { steps, leaves, record }: Descent,
): string {
  for (let step = 0; ; step++) {
    const value = compiled.value();
    record(value);
    const isKnown =
      Number.isFinite(value) &&
      leaves.every((leaf) => Array.from(compiled.read(leaf, 'gradient')).every(Number.isFinite));
    if (!isKnown) return NOT_FINITE;
    if (step === steps) return ALL_DONE;
    compiled.update(optimizer.scalars(step + 1, learningRateAt(optimizer.learningRate, step)));
  }
}

/** Iteration by iteration; what a line search tries on its way is not part of the path. */
function followLbfgs(compiled: CompiledFunction, lbfgs: Lbfgs, { steps, leaves, record }: Descent): string {
  let done = -1;
  for (let last: Float64Array | undefined; ; ) {
    const { trial } = lbfgs;
    compiled.write(separated(leaves, trial));
    const value = compiled.value();
    const status = lbfgs.tell(
      value,
      joined(leaves, (leaf) => compiled.read(leaf, 'gradient')),
    );
    // Where the iteration has come to is the last point that was tried, if it is a new one.
    if (lbfgs.point !== last && lbfgs.point === trial) {
      record(value);
      done++;
      last = trial;
      if (!Number.isFinite(value)) return NOT_FINITE;
    }
    if (status === 'ended') return lbfgs.reason;
    if (done === steps) return ALL_DONE;
  }
}

/** All float arguments in one row. */
function joined(
  leaves: readonly Leaf[],
  valuesOf: (leaf: Leaf) => ArrayLike<number> = ({ flat }) => flat.values,
): Float64Array {
  return Float64Array.from(
    leaves.flatMap((leaf) => (leaf.flat.dataType === 'float' ? Array.from(valuesOf(leaf)) : [])),
  );
}

/** The arguments in a row of values. */
function separated(leaves: readonly Leaf[], row: Float64Array): Leaf[] {
  let at = 0;
  return leaves.map(({ path, flat }) => {
    if (flat.dataType !== 'float') return { path, flat };
    const values = row.slice(at, at + flat.values.length);
    at += values.length;
    return { path, flat: { ...flat, values } };
  });
}
