import { ArgumentError } from '../../util/errors.ts';
import { Field, fields, numberFrom, type OptionsOf, positiveInteger } from '../../util/fields.ts';
import { pow } from '../../util/math.ts';
import { describeValue, requireCount, requireRange } from '../../util/options.ts';
import { makeSchedule, type Schedule } from './schedule.ts';

const decayFields = (factor: number) => ({
  /** The learning rate η₀ of the first step. */
  initial: numberFrom(0),
  /** What the rate is multiplied by, γ; above 1 it grows. Default 0.1 for `stepDecay`, 0.96 for `exponentialDecay`. */
  factor: numberFrom(0).default(factor),
  /** The number of steps T after which it has been multiplied once. */
  every: positiveInteger(),
});
const stepDecayFields = /* @__PURE__ */ fields('stepDecay', () => decayFields(0.1));
const exponentialDecayFields = /* @__PURE__ */ fields('exponentialDecay', () => decayFields(0.96));

/** Options of `stepDecay` and `exponentialDecay`. */
export type DecayOptions = OptionsOf<typeof stepDecayFields>;

/**
 * Multiply the learning rate by a factor after every T steps: η = η₀·γ^⌊step/T⌋.
 *
 * A factor of 0.5 and 10 epochs halve it every ten epochs: `every` counts steps, and an epoch has ⌈rows/batchSize⌉.
 * PyTorch's `StepLR`; Keras's `ExponentialDecay` with `staircase`.
 *
 * @param options - First rate, factor, steps.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { sgd, stepDecay } from 'gradus';
 * const schedule = stepDecay({ initial: 0.1, factor: 0.5, every: 100 });
 * schedule.at(250); // 0.025
 * sgd({ learningRate: schedule }).config().learningRate; // { name: 'stepDecay', initial: 0.1, factor: 0.5, every: 100 }
 */
export function stepDecay(options: DecayOptions): Schedule {
  const own = stepDecayFields.read(options);
  const { initial, factor, every } = own;
  return makeSchedule('stepDecay', stepDecayFields.write(own), (step) => {
    return initial * pow(factor, Math.floor(step / every));
  });
}

/**
 * Multiply the learning rate by a factor over every T steps, a little at each: η = η₀·γ^(step/T).
 *
 * Keras's `ExponentialDecay`; with T = 1 PyTorch's `ExponentialLR`.
 *
 * @param options - First rate, factor, steps.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { exponentialDecay } from 'gradus';
 * exponentialDecay({ initial: 1, factor: 0.25, every: 100 }).at(50); // 0.5
 */
export function exponentialDecay(options: DecayOptions): Schedule {
  const own = exponentialDecayFields.read(options);
  const { initial, factor, every } = own;
  return makeSchedule('exponentialDecay', exponentialDecayFields.write(own), (step) => {
    return initial * pow(factor, step / every);
  });
}

const inverseTimeDecayFields = /* @__PURE__ */ fields('inverseTimeDecay', () => ({
  /** The learning rate η₀ of the first step. */
  initial: numberFrom(0),
  /** How fast it falls, d. Default 1. */
  rate: numberFrom(0).default(1),
  /** The number of steps T that the rate is meant for. Default 1. */
  every: positiveInteger().default(1),
}));

/** Options of `inverseTimeDecay`. */
export type InverseTimeDecayOptions = OptionsOf<typeof inverseTimeDecayFields>;

/**
 * Divide the learning rate by a factor that grows with the steps: η = η₀/(1 + d·step/T).
 *
 * Keras's `InverseTimeDecay`; with T = 1 the `lr_decay` of PyTorch's Adagrad.
 *
 * @param options - First rate, how fast, steps.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { inverseTimeDecay } from 'gradus';
 * inverseTimeDecay({ initial: 0.5, rate: 0.01 }).at(100); // 0.25
 */
export function inverseTimeDecay(options: InverseTimeDecayOptions): Schedule {
  const own = inverseTimeDecayFields.read(options);
  const { initial, rate, every } = own;
  return makeSchedule('inverseTimeDecay', inverseTimeDecayFields.write(own), (step) => {
    return initial / (1 + (rate * step) / every);
  });
}

const inverseScalingFields = /* @__PURE__ */ fields('inverseScaling', () => ({
  /** The learning rate η₀ of the first step. */
  initial: numberFrom(0),
  /** The exponent p. Default 0.5. */
  power: numberFrom(0).default(0.5),
  /** The number of steps T between changes of the rate. Default 1. */
  every: positiveInteger().default(1),
  /** How much time a step takes, s. Default 1. */
  timePerStep: numberFrom(0).default(1),
}));

/** Options of `inverseScaling`. */
export type InverseScalingOptions = OptionsOf<typeof inverseScalingFields>;

/**
 * Divide the learning rate by a power of time: η = η₀/(1 + s·T·⌊step/T⌋)^p.
 *
 * scikit-learn's `invscaling`: its networks count rows and change the rate after each epoch, which is `timePerStep`
 * rows a batch and `every` batches an epoch; its linear models count steps.
 *
 * @param options - First rate, exponent, steps, time a step.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { inverseScaling } from 'gradus';
 * inverseScaling({ initial: 0.1 }).at(3); // 0.05
 */
export function inverseScaling(options: InverseScalingOptions): Schedule {
  const own = inverseScalingFields.read(options);
  const { initial, power, every, timePerStep } = own;
  return makeSchedule('inverseScaling', inverseScalingFields.write(own), (step) => {
    return initial / pow(1 + timePerStep * every * Math.floor(step / every), power);
  });
}

/** A list of numbers, each of which is checked. */
const listField = (requireItem: (item: number, i: number, items: readonly number[]) => void) =>
  new Field<readonly number[]>(
    {
      read(value, name) {
        if (!Array.isArray(value)) {
          throw new ArgumentError({
            received: `${name} is ${describeValue(value)}`,
            expected: 'a list of numbers',
          });
        }
        value.forEach(requireItem);
        return [...value];
      },
      write: (value) => value,
    },
    'required',
  );

const piecewiseConstantFields = /* @__PURE__ */ fields('piecewiseConstant', () => ({
  /** The learning rates, one more than there are boundaries. */
  values: listField((value) => requireRange('a value', value, { least: 0, below: Number.POSITIVE_INFINITY })),
  /** The steps at which the next rate begins, ascending. */
  boundaries: listField((boundary, i, all) =>
    requireCount('a boundary', boundary, i === 0 ? 0 : all[i - 1] + 1),
  ),
}));

/** Options of `piecewiseConstant`. */
export type PiecewiseConstantOptions = OptionsOf<typeof piecewiseConstantFields>;

/**
 * Use a constant learning rate between given steps.
 *
 * PyTorch's `MultiStepLR`, whose milestones are the boundaries. (Keras's `PiecewiseConstantDecay` changes the rate one
 * step later.)
 *
 * @param options - Rates and boundaries.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range, or boundaries that are not ascending.
 * @example
 * import { piecewiseConstant } from 'gradus';
 * const schedule = piecewiseConstant({ values: [0.1, 0.01], boundaries: [500] });
 * [schedule.at(499), schedule.at(500)]; // [0.1, 0.01]
 */
export function piecewiseConstant(options: PiecewiseConstantOptions): Schedule {
  const own = piecewiseConstantFields.read(options);
  const { values, boundaries } = own;
  requireCount('the number of boundaries', boundaries.length, Math.max(0, values.length - 1));
  requireCount('the number of values', values.length, boundaries.length + 1);
  return makeSchedule('piecewiseConstant', piecewiseConstantFields.write(own), (step) => {
    return values[boundaries.filter((boundary) => boundary <= step).length];
  });
}
