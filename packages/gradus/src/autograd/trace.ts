import { isOp } from '../graph/attributes.ts';
import { input, parameter } from '../graph/operations.ts';
import { type Node, reachableNodes, Tensor } from '../graph/tensor.ts';
import { ArgumentError, ShapeError, UnsupportedError } from '../util/errors.ts';
import { describeValue } from '../util/options.ts';
import { formatShape } from '../util/shape.ts';
import { type FlatNumbers, flatten, isNumbers, type Numbers } from './nestedValues.ts';

/** The values of one argument of a function: of a tensor, or of each tensor of a record. */
export type Point = Numbers | Readonly<Record<string, Numbers>>;

/** A function of tensors; each argument is a tensor or a record of tensors, and the function knows which. */
export type TensorFunction = (...inputs: never[]) => Tensor;

/** The values of one tensor among the arguments. */
export interface Leaf {
  /** What messages and parameters call it: `argument 1, 'x'`. */
  readonly path: string;
  readonly flat: FlatNumbers;
}

/** A function run on symbolic tensors of certain shapes. */
export interface Traced {
  readonly result: Tensor;
  /** The tensor of each leaf, by its path. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Refuse a value that is not a function of tensors. */
export function requireFunction(f: unknown, purpose: string, remedy: string): asserts f is TensorFunction {
  if (typeof f === 'function') return;
  throw new ArgumentError({
    received: `${describeValue(f)} to ${purpose}`,
    expected: 'a function of tensors',
    remedy,
  });
}

const pathOf = (argument: number, name?: string): string =>
  name === undefined ? `argument ${argument + 1}` : `argument ${argument + 1}, '${name}'`;

/** List the values of all tensors among the arguments. */
export function leavesOf(f: TensorFunction, points: readonly Point[]): Leaf[] {
  if (points.length < f.length) {
    throw new ArgumentError({
      received: `${points.length} of the function's ${f.length} arguments`,
      expected: 'numbers for each',
    });
  }
  const leaf = (path: string, numbers: unknown): Leaf => {
    if (isNumbers(numbers)) return { path, flat: flatten(numbers, path) };
    throw new ArgumentError({
      received: `${path} of type ${numbers === null ? 'null' : typeof numbers}`,
      expected: 'a number, a typed array or nested lists of numbers',
    });
  };
  return points.flatMap((point, i) =>
    isNumbers(point) || typeof point !== 'object' || point === null
      ? [leaf(pathOf(i), point)]
      : Object.entries(point).map(([name, numbers]) => leaf(pathOf(i, name), numbers)),
  );
}

/** Tell leaves of different shapes or types apart. */
export const shapesOf = (leaves: readonly Leaf[]): string =>
  leaves.map(({ path, flat }) => `${path} ${flat.dataType} ${flat.shape.join()}`).join(';');

/**
 * Give something for every leaf the structure of the arguments: records by name, and a list for several arguments.
 *
 * @param build - Gives it for a leaf, by its path and its numbers.
 */
export function structured<T>(
  points: readonly Point[],
  build: (path: string, numbers: Numbers) => T,
): T | Readonly<Record<string, T>> | readonly (T | Readonly<Record<string, T>>)[] {
  const all = points.map((point, i) =>
    isNumbers(point)
      ? build(pathOf(i), point)
      : Object.fromEntries(
          Object.entries(point).map(([name, numbers]) => [name, build(pathOf(i, name), numbers)]),
        ),
  );
  return all.length === 1 ? all[0] : all;
}

/** Run f on symbolic tensors shaped like the values. */
export function trace(f: TensorFunction, points: readonly Point[], leaves: readonly Leaf[]): Traced {
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
  const result: unknown = f(...(inputs as never[]));
  if (!(result instanceof Tensor)) {
    throw new ArgumentError({
      received: `a function that returned ${result === null ? 'null' : typeof result}`,
      expected: 'a tensor',
      remedy: 'Return the result of a tensor function; constant(1) makes a tensor of a number',
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
  return { result, tensors };
}

/** Refuse a function whose value is not a scalar. */
export function requireScalar(result: Tensor, remedy: string): void {
  if (result.rank === 0) return;
  throw new ShapeError({
    received: `a function that returned shape ${formatShape(result.shape)}`,
    expected: 'a scalar',
    remedy,
  });
}

/**
 * Refuse a function that depends on an argument through `step` alone: a gradient of 0 would say that the value does not
 * depend on it.
 *
 * @param flat - Paths of the arguments that no gradient flows to.
 */
export function requireSlope({ result, tensors }: Traced, flat: readonly string[]): void {
  const nodes = reachableNodes([result]);
  for (const path of flat) {
    const dependent = new Set([tensors.get(path)!.node]);
    for (const node of nodes)
      if (node.inputs.some((tensor) => dependent.has(tensor.node))) dependent.add(node);
    const isStep = (node: Node): boolean => isOp(node, 'unary') && node.attributes.function === 'step';
    if (!dependent.has(result.node) || ![...dependent].some(isStep)) continue;
    throw new UnsupportedError({
      received: `the gradient by ${path}, on which the value depends through step alone`,
      expected: 'a function with a slope: that of step is 0 wherever it exists',
      remedy: 'Use sigmoid, or straightThrough, which lets the gradient pass',
    });
  }
}
