import { ArgumentError } from '../../util/errors.ts';
import {
  fields,
  flag,
  fraction,
  numberFrom,
  type OptionsOf,
  oneOf,
  positiveInteger,
  wholeNumber,
} from '../../util/fields.ts';
import { cos, pow } from '../../util/math.ts';
import { requireRange } from '../../util/options.ts';
import { makeSchedule, type Schedule } from './schedule.ts';

const oneCycleFields = /* @__PURE__ */ fields('oneCycle', () => ({
  /** The largest learning rate η. */
  maximum: numberFrom(0),
  /** The number of steps N of the whole training. */
  steps: wholeNumber(2),
  /** The share of the steps in which the rate rises, below 1. Default 0.3. */
  rising: fraction().default(0.3),
  /** The first rate is the largest divided by this. Default 25. */
  initialDivisor: numberFrom(1).default(25),
  /** The last rate is the first divided by this. Default 10000. */
  finalDivisor: numberFrom(1).default(1e4),
  /** The curve of the rise and the fall. Default `cosine`. */
  shape: oneOf(['cosine', 'linear']).default('cosine'),
  /** Whether it falls as long as it has risen, to the first rate, and from there to the last. Default false. */
  threePhases: flag().default(false),
}));

/** Options of `oneCycle`. */
export type OneCycleOptions = OptionsOf<typeof oneCycleFields>;

/**
 * Raise the learning rate once and lower it once over the whole training.
 *
 * PyTorch's `OneCycleLR`, formula and defaults; momentum does not change. After the last step the last rate stays.
 * Source: Smith & Topin 2018.
 *
 * @param options - Largest rate, steps, share of the rise, divisors, shape, phases.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range, or fewer steps than the phases need.
 * @example
 * import { oneCycle } from 'gradus';
 * const schedule = oneCycle({ maximum: 0.1, steps: 101, rising: 0.5, initialDivisor: 10 });
 * [schedule.at(0), schedule.at(49.5)]; // [0.01, 0.1]
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const own = oneCycleFields.read(options);
  const { maximum, steps, rising, initialDivisor, finalDivisor, shape, threePhases } = own;
  const first = maximum / initialDivisor;
  const last = first / finalDivisor;
  // Steps count from 0: N steps are N − 1 apart, and each phase loses the step that it shares with the next.
  const phases: (readonly [end: number, from: number, to: number])[] = [[rising * steps - 1, first, maximum]];
  if (threePhases) phases.push([2 * rising * steps - 2, maximum, first], [steps - 1, first, last]);
  else phases.push([steps - 1, maximum, last]);
  if (phases.some(([end], i) => !(end > (i === 0 ? 0 : phases[i - 1][0])))) {
    throw new ArgumentError({
      received: `${steps} steps of which a share of ${rising} rises${threePhases ? ', in three phases' : ''}`,
      expected: 'at least one step in each phase',
      remedy: 'Train for more steps, or choose another share',
    });
  }
  return makeSchedule('oneCycle', oneCycleFields.write(own), (step) => {
    if (step >= steps - 1) return last;
    const i = phases.findIndex(([end]) => step <= end);
    const [end, from, to] = phases[i];
    const begin = i === 0 ? 0 : phases[i - 1][0];
    const part = (step - begin) / (end - begin);
    return shape === 'linear'
      ? from + (to - from) * part
      : to + ((from - to) / 2) * (1 + cos(Math.PI * part));
  });
}

const cyclicFields = /* @__PURE__ */ fields('cyclic', () => ({
  /** The least learning rate η₀, with which each cycle begins. */
  minimum: numberFrom(0),
  /** The largest learning rate η₁, not below the least. */
  maximum: numberFrom(0),
  /** Steps from the least rate to the largest. Default 2000. */
  risingSteps: positiveInteger().default(2000),
  /** Steps from the largest back. Default as many as it rises. */
  fallingSteps: positiveInteger().optional(),
  /**
   * How the height of the cycles changes: `triangular` keeps it, `triangular2` halves it each cycle, `exponential`
   * multiplies it by a factor each step. Default `triangular`.
   */
  mode: oneOf(['triangular', 'triangular2', 'exponential']).default('triangular'),
  /** The factor γ of `exponential`. Default 1. */
  factor: numberFrom(0).default(1),
}));

/** Options of `cyclic`. */
export type CyclicOptions = OptionsOf<typeof cyclicFields>;

/**
 * Move the learning rate up and down between two bounds: large rates leave sharp minima, small ones settle in flat
 * ones.
 *
 * η = η₀ + (η₁ − η₀)·h·z: z goes from 0 to 1 in the rising steps and back to 0 in the falling ones; h is 1, 2^−cycle or
 * γ^step. PyTorch's `CyclicLR`.
 * Sources: Smith 2017; Seong et al. 2018 for rates that do not only fall.
 *
 * @param options - Bounds, steps of rise and fall, mode, factor.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { cyclic } from 'gradus';
 * const schedule = cyclic({ minimum: 0.01, maximum: 0.09, risingSteps: 4 });
 * [schedule.at(0), schedule.at(4), schedule.at(6), schedule.at(8)]; // [0.01, 0.09, 0.05, 0.01]
 */
export function cyclic(options: CyclicOptions): Schedule {
  const own = cyclicFields.read(options);
  const { minimum, maximum, risingSteps, fallingSteps = risingSteps, mode, factor } = own;
  requireRange('maximum', maximum, { least: minimum, below: Number.POSITIVE_INFINITY });
  const heights = {
    triangular: () => 1,
    triangular2: (cycle: number) => pow(2, -cycle),
    exponential: (_cycle: number, step: number) => pow(factor, step),
  };
  const height = heights[mode];
  return makeSchedule('cyclic', cyclicFields.write({ ...own, fallingSteps }), (step) => {
    const cycle = Math.floor(step / (risingSteps + fallingSteps));
    const within = step - cycle * (risingSteps + fallingSteps);
    const part = within <= risingSteps ? within / risingSteps : 1 - (within - risingSteps) / fallingSteps;
    return minimum + (maximum - minimum) * part * height(cycle, step);
  });
}
