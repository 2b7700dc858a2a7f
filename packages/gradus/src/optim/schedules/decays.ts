import { pow } from '../../util/math.ts';
import { requireCount, requireOptions, requireRange } from '../../util/options.ts';
import { makeSchedule, requireRate, type Schedule } from '../schedule.ts';

/** Options of `stepDecay` and `exponentialDecay`. */
export interface DecayOptions {
  /** The learning rate η₀ of the first step. */
  readonly initial: number;
  /** What the rate is multiplied with, γ; above 1 it grows. Default 0.1 for `stepDecay`, 0.96 for `exponentialDecay`. */
  readonly factor?: number | undefined;
  /** The number of steps T after which it has been. */
  readonly every: number;
}

const decayOptions = { initial: true, factor: true, every: true } as const;

function requireDecay(initial: number, factor: number, every: number): void {
  requireRate('initial', initial);
  requireRate('factor', factor);
  requireCount('every', every, 1);
}

/**
 * Multiply the learning rate with a factor every so many steps: η = η₀·γ^⌊step/T⌋.
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
  requireOptions(options, decayOptions, 'stepDecay');
  const { initial, factor = 0.1, every } = options;
  requireDecay(initial, factor, every);
  return makeSchedule('stepDecay', { initial, factor, every }, (step) => {
    return initial * pow(factor, Math.floor(step / every));
  });
}

/**
 * Let the learning rate fall by a factor over every so many steps, a little each: η = η₀·γ^(step/T).
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
  requireOptions(options, decayOptions, 'exponentialDecay');
  const { initial, factor = 0.96, every } = options;
  requireDecay(initial, factor, every);
  return makeSchedule('exponentialDecay', { initial, factor, every }, (step) => {
    return initial * pow(factor, step / every);
  });
}

/** Options of `inverseTimeDecay`. */
export interface InverseTimeDecayOptions {
  /** The learning rate η₀ of the first step. */
  readonly initial: number;
  /** How fast it falls, d. Default 1. */
  readonly rate?: number | undefined;
  /** The number of steps T that the rate is meant for. Default 1. */
  readonly every?: number | undefined;
}

/**
 * Divide the learning rate by a number that grows with the steps: η = η₀/(1 + d·step/T).
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
  requireOptions(options, { initial: true, rate: true, every: true }, 'inverseTimeDecay');
  const { initial, rate = 1, every = 1 } = options;
  requireRate('initial', initial);
  requireRate('rate', rate);
  requireCount('every', every, 1);
  return makeSchedule('inverseTimeDecay', { initial, rate, every }, (step) => {
    return initial / (1 + (rate * step) / every);
  });
}

/** Options of `inverseScaling`. */
export interface InverseScalingOptions {
  /** The learning rate η₀ of the first step. */
  readonly initial: number;
  /** The exponent p. Default 0.5. */
  readonly power?: number | undefined;
  /** The number of steps T for which the rate stays as it is. Default 1. */
  readonly every?: number | undefined;
  /** How much time a step takes, s. Default 1. */
  readonly timePerStep?: number | undefined;
}

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
  const known = { initial: true, power: true, every: true, timePerStep: true } as const;
  requireOptions(options, known, 'inverseScaling');
  const { initial, power = 0.5, every = 1, timePerStep = 1 } = options;
  requireRate('initial', initial);
  requireRange('power', power, { least: 0, below: Number.POSITIVE_INFINITY });
  requireCount('every', every, 1);
  requireRange('timePerStep', timePerStep, { least: 0, below: Number.POSITIVE_INFINITY });
  return makeSchedule('inverseScaling', { initial, power, every, timePerStep }, (step) => {
    return initial / pow(1 + timePerStep * every * Math.floor(step / every), power);
  });
}

/** Options of `piecewiseConstant`. */
export interface PiecewiseConstantOptions {
  /** The learning rates, one more than there are boundaries. */
  readonly values: readonly number[];
  /** The steps at which the next rate begins, ascending. */
  readonly boundaries: readonly number[];
}

/**
 * Give each stretch of steps a learning rate of its own.
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
  requireOptions(options, { values: true, boundaries: true }, 'piecewiseConstant');
  const { values, boundaries } = options;
  requireCount('the number of boundaries', boundaries.length, Math.max(0, values.length - 1));
  requireCount('the number of values', values.length, boundaries.length + 1);
  for (const value of values) requireRate('a value', value);
  boundaries.forEach((boundary, i) => {
    requireCount('a boundary', boundary, i === 0 ? 0 : boundaries[i - 1] + 1);
  });
  return makeSchedule('piecewiseConstant', { values: [...values], boundaries: [...boundaries] }, (step) => {
    return values[boundaries.filter((boundary) => boundary <= step).length];
  });
}
