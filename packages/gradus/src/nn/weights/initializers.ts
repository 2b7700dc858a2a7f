import { ArgumentError, IncompatibleError } from '../../util/errors.ts';
import { Field, fields, finiteNumber, numberFrom } from '../../util/fields.ts';
import type { JsonObject } from '../../util/json.ts';
import { describeValue, isRecord, unknownName } from '../../util/options.ts';
import type { RandomStream } from '../../util/random.ts';

/** How a parameter gets its initial values. */
export interface Initializer {
  /** The name, such as `glorotUniform`. */
  readonly type: string;
  /**
   * Give the initial values of one parameter.
   *
   * @param shape - The parameter's shape; [inputs, units] for a kernel.
   * @param stream - The parameter's own random stream.
   */
  values(shape: readonly number[], stream: RandomStream): Float32Array | Float64Array;
  /** Give the options as JSON. */
  options(): JsonObject;
}

/** The initializers that can be named by a string. */
export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'orthogonal';

const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Inputs and outputs of one unit: [inputs, units] for a kernel; leading axes of a larger one count for both. */
function fansOf(shape: readonly number[]): { inputs: number; outputs: number } {
  if (shape.length < 2) return { inputs: countOf(shape), outputs: countOf(shape) };
  const field = countOf(shape.slice(0, -2));
  return { inputs: shape[shape.length - 2] * field, outputs: shape[shape.length - 1] * field };
}

const make = (type: string, options: JsonObject, values: Initializer['values']): Initializer => ({
  type,
  values,
  options: () => options,
});

/** Values are computed in float64 and kept in float32, so that every executor begins with the same ones. */
function fill(shape: readonly number[], next: () => number): Float32Array {
  const values = new Float32Array(countOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = next();
  return values;
}

const constantFields = /* @__PURE__ */ fields('constant', () => ({ value: finiteNumber() }));
const uniformFields = /* @__PURE__ */ fields('uniform', () => ({
  low: finiteNumber(),
  high: finiteNumber(),
}));
const normalFields = /* @__PURE__ */ fields('normal', () => ({
  mean: finiteNumber(),
  deviation: numberFrom(0),
}));
const orthogonalFields = /* @__PURE__ */ fields('orthogonal', () => ({ gain: finiteNumber() }));

/**
 * Fill with one value.
 *
 * @param value - The value.
 * @returns An initializer.
 * @throws ArgumentError for a value that is not finite.
 * @example
 * import { constant, createStream } from 'gradus';
 * constant(0.5).values([2], createStream(0, 'init')); // [0.5, 0.5]
 */
export function constant(value: number): Initializer {
  const own = constantFields.read({}, { value });
  return make('constant', constantFields.write(own), (shape) => fill(shape, () => own.value));
}

/**
 * Fill with zeros.
 *
 * @returns An initializer.
 * @example
 * import { createStream, zeros } from 'gradus';
 * zeros().values([2], createStream(0, 'init')); // [0, 0]
 */
export const zeros = (): Initializer => make('zeros', {}, (shape) => fill(shape, () => 0));

/**
 * Fill with ones.
 *
 * @returns An initializer.
 * @example
 * import { createStream, ones } from 'gradus';
 * ones().values([2], createStream(0, 'init')); // [1, 1]
 */
export const ones = (): Initializer => make('ones', {}, (shape) => fill(shape, () => 1));

/**
 * Use given values, such as weights from a publication.
 *
 * @param values - As many values as the parameter holds, row-major.
 * @returns An initializer.
 * @throws ArgumentError, when used, if the count does not fit the parameter.
 * @example
 * import { createStream, given } from 'gradus';
 * given([1, 2, 3, 4]).values([2, 2], createStream(0, 'init')); // [1, 2, 3, 4]
 */
export const given = (values: ArrayLike<number>): Initializer => {
  const numbers = Array.from(values);
  return {
    type: 'given',
    options: () => ({ values: numbers }),
    values(shape) {
      if (countOf(shape) === numbers.length) return Float64Array.from(numbers);
      throw new ArgumentError({
        received: `${numbers.length} given values for a parameter of shape [${shape.join(', ')}]`,
        expected: `${countOf(shape)} values`,
      });
    },
  };
};

/**
 * Fill with values drawn evenly between two bounds.
 *
 * @param low - The least value. Default −0.05.
 * @param high - The upper bound, not reached. Default 0.05.
 * @returns An initializer.
 * @throws ArgumentError for a bound that is not finite.
 * @example
 * import { createStream, uniform } from 'gradus';
 * const [x] = uniform(2, 3).values([1], createStream(0, 'init'));
 * x >= 2 && x <= 3; // true
 */
export function uniform(low = -0.05, high = 0.05): Initializer {
  const own = uniformFields.read({}, { low, high });
  return make('uniform', uniformFields.write(own), (shape, stream) =>
    fill(shape, () => own.low + (own.high - own.low) * stream.uniform()),
  );
}

/**
 * Fill with normally distributed values.
 *
 * @param mean - Default 0.
 * @param deviation - The standard deviation, at least 0. Default 0.05.
 * @returns An initializer.
 * @throws ArgumentError for a mean that is not finite, or a deviation below 0.
 * @example
 * import { createStream, normal } from 'gradus';
 * normal(3, 0).values([2], createStream(0, 'init')); // [3, 3]
 */
export function normal(mean = 0, deviation = 0.05): Initializer {
  const own = normalFields.read({}, { mean, deviation });
  return make('normal', normalFields.write(own), (shape, stream) =>
    fill(shape, () => own.mean + own.deviation * stream.normal()),
  );
}

type Fan = 'inputs' | 'average';

/** Values of variance gain / fan: uniform within ±√(3·variance), or normal. */
function scaled(type: string, gain: number, fan: Fan, distribution: 'uniform' | 'normal'): Initializer {
  return make(type, {}, (shape, stream) => {
    const { inputs, outputs } = fansOf(shape);
    const deviation = Math.sqrt(gain / Math.max(1, fan === 'inputs' ? inputs : (inputs + outputs) / 2));
    const bound = Math.sqrt(3) * deviation;
    return fill(shape, () =>
      distribution === 'uniform' ? bound * (2 * stream.uniform() - 1) : deviation * stream.normal(),
    );
  });
}

/**
 * Draw evenly within ±√(6/(inputs + outputs)), which suits tanh and sigmoid (Glorot & Bengio 2010; "Xavier").
 *
 * @returns An initializer; the default of dense kernels.
 * @example
 * import { createStream, glorotUniform } from 'gradus';
 * glorotUniform().values([3, 3], createStream(0, 'init')).every((w) => Math.abs(w) <= 1); // true
 */
export const glorotUniform = (): Initializer => scaled('glorotUniform', 1, 'average', 'uniform');

/**
 * Draw normally distributed values of variance 2/(inputs + outputs) (Glorot & Bengio 2010; "Xavier"). Not truncated.
 *
 * @returns An initializer.
 * @example
 * import { createStream, glorotNormal } from 'gradus';
 * glorotNormal().values([3, 3], createStream(0, 'init')).length; // 9
 */
export const glorotNormal = (): Initializer => scaled('glorotNormal', 1, 'average', 'normal');

/**
 * Draw evenly within ±√(6/inputs), which suits ReLU (He et al. 2015).
 *
 * @returns An initializer.
 * @example
 * import { createStream, heUniform } from 'gradus';
 * heUniform().values([6, 3], createStream(0, 'init')).every((w) => Math.abs(w) <= 1); // true
 */
export const heUniform = (): Initializer => scaled('heUniform', 2, 'inputs', 'uniform');

/**
 * Draw normally distributed values of variance 2/inputs, which suits ReLU (He et al. 2015). Not truncated.
 *
 * @returns An initializer.
 * @example
 * import { createStream, heNormal } from 'gradus';
 * heNormal().values([6, 3], createStream(0, 'init')).length; // 18
 */
export const heNormal = (): Initializer => scaled('heNormal', 2, 'inputs', 'normal');

/**
 * Draw evenly within ±√(3/inputs) (LeCun et al. 1998).
 *
 * @returns An initializer.
 * @example
 * import { createStream, lecunUniform } from 'gradus';
 * lecunUniform().values([3, 3], createStream(0, 'init')).every((w) => Math.abs(w) <= 1); // true
 */
export const lecunUniform = (): Initializer => scaled('lecunUniform', 1, 'inputs', 'uniform');

/**
 * Draw normally distributed values of variance 1/inputs (LeCun et al. 1998). Not truncated.
 *
 * @returns An initializer.
 * @example
 * import { createStream, lecunNormal } from 'gradus';
 * lecunNormal().values([3, 3], createStream(0, 'init')).length; // 9
 */
export const lecunNormal = (): Initializer => scaled('lecunNormal', 1, 'inputs', 'normal');

/** Subtract from a vector its projection on another, which has length 1. */
function removeProjection(vector: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < vector.length; i++) dot += vector[i] * unit[i];
  for (let i = 0; i < vector.length; i++) vector[i] -= dot * unit[i];
}

/**
 * Draw a matrix whose rows, or columns where those are fewer, are orthogonal and of length `gain` (Saxe et al. 2014), so
 * that a product with it keeps lengths: what recurrent kernels begin with. Leading axes of a larger parameter are joined.
 *
 * @param gain - The length. Default 1.
 * @returns An initializer.
 * @throws ArgumentError for a gain that is not finite.
 * @example
 * import { createStream, orthogonal } from 'gradus';
 * const [a, b, c, d] = orthogonal().values([2, 2], createStream(0, 'init'));
 * a * c + b * d; // 0
 */
export function orthogonal(gain = 1): Initializer {
  const own = orthogonalFields.read({}, { gain });
  return make('orthogonal', orthogonalFields.write(own), (shape, stream) => {
    const columns = shape[shape.length - 1] ?? 1;
    const rows = countOf(shape) / columns;
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    // Gram and Schmidt's process on normal vectors; the second round removes what rounding left of the first.
    const units: Float64Array[] = [];
    while (units.length < count) {
      const vector = Float64Array.from({ length }, () => stream.normal());
      for (const unit of [...units, ...units]) removeProjection(vector, unit);
      const norm = Math.sqrt(vector.reduce((total, x) => total + x * x, 0));
      units.push(vector.map((x) => x / norm));
    }
    const at = (i: number): number => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      return rows < columns ? units[row][column] : units[column][row];
    };
    return Float32Array.from({ length: rows * columns }, (_, i) => own.gain * at(i));
  });
}

const named: Record<InitializerName, () => Initializer> = {
  zeros,
  ones,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  orthogonal: () => orthogonal(),
};

/** Give the initializer that an option names or is. */
export function resolveInitializer(choice: unknown): Initializer {
  if (isInitializer(choice)) return choice;
  if (typeof choice === 'string' && Object.hasOwn(named, choice)) return named[choice as InitializerName]();
  throw unknownName('initializer', choice, Object.keys(named), 'what a call such as heNormal() gives');
}

const isInitializer = (choice: unknown): choice is Initializer =>
  isRecord(choice) && typeof choice['values'] === 'function';

/** Describe an initializer as JSON. Given values are left out: a file holds the weights beside the description. */
const initializerConfig = (initializer: Initializer): JsonObject =>
  initializer.type === 'given' ? { type: 'zeros' } : { type: initializer.type, ...initializer.options() };

/** The initializers with options, from their descriptions. */
const described: Readonly<Record<string, (config: Readonly<Record<string, unknown>>) => Initializer>> = {
  constant: (config) => constant(constantFields.parse(config).value),
  uniform: (config) => {
    const { low, high } = uniformFields.parse(config);
    return uniform(low, high);
  },
  normal: (config) => {
    const { mean, deviation } = normalFields.parse(config);
    return normal(mean, deviation);
  },
  orthogonal: (config) => orthogonal(orthogonalFields.parse(config).gain),
};

/** Make an initializer from its description. */
function initializerFromConfig(config: unknown): Initializer {
  const { type, ...options } = isRecord(config) ? config : { type: config };
  if (typeof type === 'string') {
    if (Object.hasOwn(described, type)) return described[type](options);
    if (Object.hasOwn(named, type)) return named[type as InitializerName]();
  }
  throw new IncompatibleError({
    received: `the initializer ${describeValue(type)}`,
    expected: 'an initializer that this version knows',
  });
}

/** An option that is an initializer, or the name of one. */
export const initializerField = (): Field<Initializer | InitializerName, Initializer> =>
  new Field({ read: resolveInitializer, write: initializerConfig, parse: initializerFromConfig }, 'required');
