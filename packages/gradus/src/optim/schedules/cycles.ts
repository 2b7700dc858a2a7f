import { ArgumentError } from '../../util/errors.ts';
import { cos, pow } from '../../util/math.ts';
import { requireCount, requireOptions, requireRange, unknownName } from '../../util/options.ts';
import { makeSchedule, requireRate, type Schedule } from '../schedule.ts';

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** The largest learning rate η. */
  readonly maximum: number;
  /** The number of steps N of the whole training. */
  readonly steps: number;
  /** The share of the steps in which the rate rises, below 1. Default 0.3. */
  readonly rising?: number | undefined;
  /** The first rate is the largest divided by this. Default 25. */
  readonly initialDivisor?: number | undefined;
  /** The last rate is the first divided by this. Default 10000. */
  readonly finalDivisor?: number | undefined;
  /** Along what it rises and falls. Default `cosine`. */
  readonly shape?: 'cosine' | 'linear' | undefined;
  /** Whether it falls as long as it has risen, to the first rate, and from there to the last. Default false. */
  readonly threePhases?: boolean | undefined;
}

/**
 * Let the learning rate rise once and fall once over the whole training.
 *
 * PyTorch's `OneCycleLR`, formula and defaults; momentum stays as it is. Behind the last step the last rate stays.
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
  const known = {
    maximum: true,
    steps: true,
    rising: true,
    initialDivisor: true,
    finalDivisor: true,
    shape: true,
    threePhases: true,
  } as const;
  requireOptions(options, known, 'oneCycle');
  const { maximum, steps, rising = 0.3, initialDivisor = 25, finalDivisor = 1e4 } = options;
  const { shape = 'cosine', threePhases = false } = options;
  requireRate('maximum', maximum);
  requireCount('steps', steps, 2);
  requireRange('rising', rising, { least: 0, below: 1 });
  requireRange('initialDivisor', initialDivisor, { least: 1, below: Number.POSITIVE_INFINITY });
  requireRange('finalDivisor', finalDivisor, { least: 1, below: Number.POSITIVE_INFINITY });
  if (shape !== 'cosine' && shape !== 'linear') throw unknownName('shape', shape, ['cosine', 'linear']);
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
  const written = { maximum, steps, rising, initialDivisor, finalDivisor, shape, threePhases };
  return makeSchedule('oneCycle', written, (step) => {
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

/** Options of `cyclic`. */
export interface CyclicOptions {
  /** The least learning rate η₀, with which each cycle begins. */
  readonly minimum: number;
  /** The largest learning rate η₁. */
  readonly maximum: number;
  /** Steps from the least rate to the largest. Default 2000. */
  readonly risingSteps?: number | undefined;
  /** Steps from the largest back. Default as many as it rises. */
  readonly fallingSteps?: number | undefined;
  /**
   * What becomes of the height: `triangular` none, `triangular2` halves it each cycle, `exponential` multiplies it with
   * a factor each step. Default `triangular`.
   */
  readonly mode?: 'triangular' | 'triangular2' | 'exponential' | undefined;
  /** The factor γ of `exponential`. Default 1. */
  readonly factor?: number | undefined;
}

/**
 * Let the learning rate rise and fall between two bounds, again and again: large rates leave sharp minima, small ones
 * settle in flat ones.
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
  const known = {
    minimum: true,
    maximum: true,
    risingSteps: true,
    fallingSteps: true,
    mode: true,
    factor: true,
  } as const;
  requireOptions(options, known, 'cyclic');
  const { minimum, maximum, risingSteps = 2000, mode = 'triangular', factor = 1 } = options;
  const { fallingSteps = risingSteps } = options;
  requireRate('minimum', minimum);
  requireRange('maximum', maximum, { least: minimum, below: Number.POSITIVE_INFINITY });
  requireCount('risingSteps', risingSteps, 1);
  requireCount('fallingSteps', fallingSteps, 1);
  requireRate('factor', factor);
  const heights = {
    triangular: () => 1,
    triangular2: (cycle: number) => pow(2, -cycle),
    exponential: (_cycle: number, step: number) => pow(factor, step),
  };
  if (!Object.hasOwn(heights, mode)) throw unknownName('mode', mode, Object.keys(heights));
  const height = heights[mode];
  const written = { minimum, maximum, risingSteps, fallingSteps, mode, factor };
  return makeSchedule('cyclic', written, (step) => {
    const cycle = Math.floor(step / (risingSteps + fallingSteps));
    const within = step - cycle * (risingSteps + fallingSteps);
    const part = within <= risingSteps ? within / risingSteps : 1 - (within - risingSteps) / fallingSteps;
    return minimum + (maximum - minimum) * part * height(cycle, step);
  });
}
