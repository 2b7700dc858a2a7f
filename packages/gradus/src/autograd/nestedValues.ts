import { ArgumentError } from '../util/errors.ts';

/** A typed array, as a list of numbers. */
export type NumberArray = Float64Array | Float32Array | Int32Array | Uint8Array;

/** The values of one tensor: a number, a typed array (a vector), or lists of lists, all equally long. */
export type Numbers = number | NumberArray | readonly Numbers[];

/** The values of a tensor: a number for a scalar, a list for a vector, lists of lists for more axes. */
export type NestedNumbers = number | NestedNumbers[];

/** Values in the layout of a tensor. */
export interface FlatNumbers {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float64Array;
  /** Int32Array holds labels and indices; everything else floats. */
  readonly dataType: 'float' | 'int';
}

const isTyped = (value: unknown): value is NumberArray =>
  value instanceof Float64Array ||
  value instanceof Float32Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array;

/** Tell whether a value holds the numbers of one tensor, rather than a record of them. */
export const isNumbers = (value: unknown): value is Numbers =>
  typeof value === 'number' || Array.isArray(value) || isTyped(value);

/**
 * Flatten nested lists into one array.
 *
 * @param numbers - A number, a typed array or nested lists.
 * @param name - What messages call it.
 * @throws ArgumentError when lists side by side differ in length, or hold something else than numbers.
 */
export function flatten(numbers: Numbers, name: string): FlatNumbers {
  const shape: number[] = [];
  for (let inner: Numbers | undefined = numbers; typeof inner !== 'number' && inner !== undefined; ) {
    shape.push(inner.length);
    inner = inner[0];
  }
  const values: number[] = [];
  const walk = (part: Numbers, axis: number): void => {
    if (typeof part === 'number') {
      if (axis === shape.length) {
        values.push(part);
        return;
      }
    } else if (isNumbers(part) && part.length === shape[axis]) {
      for (let i = 0; i < part.length; i++) walk(part[i], axis + 1);
      return;
    }
    throw new ArgumentError({
      received: `${name}: ${describe(part)} inside lists that begin with shape [${shape.join(', ')}]`,
      expected: 'numbers, or lists of numbers that are all equally long',
    });
  };
  walk(numbers, 0);
  return {
    shape,
    values: Float64Array.from(values),
    dataType: numbers instanceof Int32Array ? 'int' : 'float',
  };
}

const describe = (part: unknown): string =>
  typeof part === 'number'
    ? `the number ${part}`
    : isNumbers(part)
      ? `a list of ${(part as ArrayLike<unknown>).length}`
      : `a value of type ${part === null ? 'null' : typeof part}`;

/** Give numbers in row-major order the structure of a sample: number, typed array (float64) or nested lists. */
export function unflatten(values: ArrayLike<number>, sample: Numbers): Numbers {
  let at = 0;
  const build = (part: Numbers): Numbers => {
    if (typeof part === 'number') return values[at++];
    if (Array.isArray(part)) return part.map(build);
    return Float64Array.from({ length: part.length }, () => values[at++]);
  };
  return build(sample);
}

/** Nest numbers in row-major order as a shape says: a number for a scalar, lists for axes. */
export function nest(values: ArrayLike<number>, shape: readonly number[]): NestedNumbers {
  let at = 0;
  const build = (axis: number): NestedNumbers =>
    axis === shape.length ? values[at++] : Array.from({ length: shape[axis] }, () => build(axis + 1));
  return build(0);
}
