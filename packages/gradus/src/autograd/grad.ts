import { compile } from '../compile/compile.ts';
import type { Program } from '../compile/program.ts';
import { input, parameter } from '../graph/operations.ts';
import { isOp, reachableNodes, Tensor } from '../graph/tensor.ts';
import type { ParameterStore, Session } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import { describeValue } from '../util/options.ts';
import { formatShape } from '../util/shape.ts';
import {
  type FlatNumbers,
  flatten,
  isNumbers,
  type NumberArray,
  type Numbers,
  unflatten,
} from './numbers.ts';

/** What a function may take: a tensor, or a record of tensors by name. */
export type FunctionInput = Tensor & Readonly<Record<string, Tensor>>;

/** A function of tensors whose value is a scalar. */
export type ScalarFunction = (...inputs: FunctionInput[]) => Tensor;

type Point = Numbers | Readonly<Record<string, Numbers>>;

/** The numbers at which a function of such parameters can be evaluated. */
export type PointsOf<P extends readonly unknown[]> = {
  [I in keyof P]: P[I] extends FunctionInput ? Point : Numbers;
};

/** A function of one record of tensors whose names are declared. */
export type RecordFunction<P> = (inputs: P) => Tensor;

/** The numbers at which a function of a declared record can be evaluated. */
export type RecordPoint<P> = { readonly [K in keyof P]: Numbers };

/** A gradient, structured like the numbers it belongs to; typed arrays become Float64Array. */
export type GradientOf<V> = V extends number
  ? number
  : V extends NumberArray
    ? Float64Array
    : V extends readonly (infer U)[]
      ? GradientOf<U>[]
      : { -readonly [K in keyof V]: GradientOf<V[K]> };

/** The gradient of one argument as it is, of several as a list. */
export type GradientsOf<V extends readonly unknown[]> = V extends readonly [infer One]
  ? GradientOf<One>
  : { -readonly [I in keyof V]: GradientOf<V[I]> };

/** A function's value with its gradient. */
export interface ValueAndGradient<G> {
  /** What the function gives. */
  readonly value: number;
  /** Its derivatives, structured like the argument. */
  readonly gradient: G;
}

/**
 * Differentiate a function of tensors: give a function that computes ∂f/∂x for everything that f takes, in float64,
 * by reverse-mode differentiation.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a scalar tensor. It is run once for every
 *   new combination of shapes, on tensors without numbers, so it must not look at values.
 * @returns A function of numbers: a number for a scalar, a typed array for a vector, nested lists for more axes;
 *   an Int32Array holds labels, whose gradient is 0. It gives the gradient in the structure of its argument, as a
 *   list when it has several; what f does not depend on has gradient 0.
 * @throws ShapeError when f does not return a scalar, or lists are not equally long.
 * @throws ArgumentError when f returns no tensor, or reads tensors from outside.
 * @example
 * import { add, grad, mul, pow, square } from 'gradus';
 * const gradient = grad(({ x, y }) => add(mul(3, pow(x, 3)), mul(10, square(y))));
 * gradient({ x: 3, y: 3 }); // { x: 81, y: 60 }
 * grad((x, y) => mul(x, y))(2, 5); // [5, 2]
 */
export function grad<F extends ScalarFunction>(
  f: F,
): <V extends PointsOf<Parameters<F>>>(...at: V) => GradientsOf<V>;
export function grad<P extends { readonly [K in keyof P]: Tensor }>(
  f: RecordFunction<P>,
): <V extends RecordPoint<P>>(at: V) => GradientOf<V>;
export function grad(f: (...inputs: never[]) => Tensor): (...at: never[]) => unknown {
  const evaluate = evaluator(f);
  return (...at) => evaluate(at).gradient;
}

/**
 * Differentiate a function of tensors, and give its value as well; see `grad`.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a scalar tensor.
 * @returns A function of numbers that gives `{ value, gradient }`.
 * @throws ShapeError when f does not return a scalar, or lists are not equally long.
 * @throws ArgumentError when f returns no tensor, or reads tensors from outside.
 * @example
 * import { sum, square, valueAndGrad } from 'gradus';
 * valueAndGrad((x) => sum(square(x)))([1, 2, 3]); // { value: 14, gradient: [2, 4, 6] }
 */
export function valueAndGrad<F extends ScalarFunction>(
  f: F,
): <V extends PointsOf<Parameters<F>>>(...at: V) => ValueAndGradient<GradientsOf<V>>;
export function valueAndGrad<P extends { readonly [K in keyof P]: Tensor }>(
  f: RecordFunction<P>,
): <V extends RecordPoint<P>>(at: V) => ValueAndGradient<GradientOf<V>>;
export function valueAndGrad(f: (...inputs: never[]) => Tensor): (...at: never[]) => unknown {
  const evaluate = evaluator(f);
  return (...at) => evaluate(at);
}

/** What both do behind their types: evaluate f at points, traced once for every combination of shapes. */
function evaluator(
  f: (...inputs: never[]) => Tensor,
): (points: readonly Point[]) => ValueAndGradient<Point | readonly Point[]> {
  if (typeof f !== 'function') {
    throw new ArgumentError({
      received: `${describeValue(f)} to differentiate`,
      expected: 'a function of tensors',
      remedy: 'Write grad((x) => square(x))(3)',
    });
  }
  const traced = new Map<string, TracedFunction>();
  return (points) => {
    if (points.length < f.length) {
      throw new ArgumentError({
        received: `${points.length} of the function's ${f.length} arguments`,
        expected: 'numbers for each',
      });
    }
    const leaves = points.flatMap((point, i) => leavesOf(point, i));
    const key = leaves.map(({ path, flat }) => `${path} ${flat.dataType} ${flat.shape.join()}`).join(';');
    const known = traced.get(key) ?? trace(f, points, leaves);
    traced.set(key, known);
    const { value, gradients } = known.run(leaves);
    const gradientOf = (point: Point, i: number): Point =>
      isNumbers(point)
        ? unflatten(gradients.get(pathOf(i))!, point)
        : Object.fromEntries(
            Object.entries(point).map(([name, numbers]) => [
              name,
              unflatten(gradients.get(pathOf(i, name))!, numbers),
            ]),
          );
    const all = points.map(gradientOf);
    return { value, gradient: all.length === 1 ? all[0] : all };
  };
}

interface Leaf {
  readonly path: string;
  readonly flat: FlatNumbers;
}

const pathOf = (argument: number, name?: string): string =>
  name === undefined ? `argument ${argument + 1}` : `argument ${argument + 1}, '${name}'`;

function leavesOf(point: Point, argument: number): Leaf[] {
  const leaf = (path: string, numbers: unknown): Leaf => {
    if (isNumbers(numbers)) return { path, flat: flatten(numbers, path) };
    throw new ArgumentError({
      received: `${path} of type ${numbers === null ? 'null' : typeof numbers}`,
      expected: 'a number, a typed array or nested lists of numbers',
    });
  };
  if (isNumbers(point) || typeof point !== 'object' || point === null) return [leaf(pathOf(argument), point)];
  return Object.entries(point).map(([name, numbers]) => leaf(pathOf(argument, name), numbers));
}

/** Run f on symbolic tensors shaped like the numbers, and compile what it gives. */
function trace(
  f: (...inputs: never[]) => Tensor,
  points: readonly Point[],
  leaves: readonly Leaf[],
): TracedFunction {
  const tensors = new Map(
    leaves.map(({ path, flat: { shape, dataType } }) => [
      path,
      dataType === 'int' ? input(path, shape, 'int') : parameter(path, shape),
    ]),
  );
  const inputs = points.map((point, i) =>
    isNumbers(point)
      ? tensors.get(pathOf(i))!
      : Object.fromEntries(Object.keys(point).map((name) => [name, tensors.get(pathOf(i, name))!])),
  );
  // Each input is a tensor or a record; the function knows which of the two it takes.
  const result: unknown = f(...(inputs as never[]));
  if (!(result instanceof Tensor)) {
    throw new ArgumentError({
      received: `a function that returned ${result === null ? 'null' : typeof result}`,
      expected: 'a scalar tensor',
      remedy: 'Return the result of a tensor function; constant(1) makes a tensor of a number',
    });
  }
  if (result.rank !== 0) {
    throw new ShapeError({
      received: `a function that returned shape ${formatShape(result.shape)}`,
      expected: 'a scalar',
      remedy: 'Reduce it with sum or mean',
    });
  }
  const own = new Set(tensors.values());
  for (const node of reachableNodes([result])) {
    if ((isOp(node, 'input') || isOp(node, 'parameter')) && !own.has(node.outputs[0])) {
      throw new ArgumentError({
        received: `a function that reads '${node.attributes.name}' from outside`,
        expected: 'a function of its arguments and constants',
        remedy: 'Pass it as an argument',
      });
    }
  }
  return new TracedFunction(result, leaves);
}

/** A function compiled for one combination of shapes. */
class TracedFunction {
  private readonly program: Program;
  private readonly store: ParameterStore;
  private readonly session: Session;

  constructor(result: Tensor, leaves: readonly Leaf[]) {
    const specs = leaves
      .filter(({ flat }) => flat.dataType === 'float')
      .map(({ path, flat: { shape } }) => ({ name: path, shape, trainable: true }));
    const executor = new ReferenceExecutor('float64');
    this.program = compile({ loss: result, trainable: specs.map(({ name }) => name) });
    this.store = executor.createStore(new StoreLayout(specs), 0);
    this.session = executor.createSession(this.program, { store: this.store, rowCapacity: 1 });
  }

  run(leaves: readonly Leaf[]): { value: number; gradients: Map<string, ArrayLike<number>> } {
    for (const { path, flat } of leaves) {
      if (flat.dataType === 'float') this.store.write(path, flat.values);
      else if (this.program.inputs.has(path)) this.session.write(path, flat.values);
    }
    this.session.start({ range: 'valueAndGradient', steps: 1, batchSize: 1, rowCount: 1 });
    // A value or gradient that is not finite is an answer here, not a failure.
    this.session.advance();
    const gradients = leaves.map(({ path, flat }): [string, ArrayLike<number>] => [
      path,
      flat.dataType === 'float' ? this.store.read(path, 'gradient') : new Float64Array(flat.values.length),
    ]);
    return { value: this.session.records[0], gradients: new Map(gradients) };
  }
}
