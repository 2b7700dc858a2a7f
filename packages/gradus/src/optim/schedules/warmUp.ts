import { requireCount, requireOptions } from '../../util/options.ts';
import { learningRateAt, requireLearningRate } from '../optimizer.ts';
import { makeSchedule, requireRate, type Schedule } from '../schedule.ts';

/** Options of `warmUp`. */
export interface WarmUpOptions {
  /** The number of steps W until the schedule that follows begins. */
  readonly steps: number;
  /** The learning rate η₀ of the first step. Default 0. */
  readonly initial?: number | undefined;
  /** What follows: a learning rate, or a schedule that counts its steps from the end of the warm-up. */
  readonly schedule: number | Schedule;
}

/**
 * Begin gently: rise in a line to the learning rate of what follows, and go on with it.
 *
 * η = η₀ + (η₁ − η₀)·step/W, where η₁ is the first rate of what follows, at step − W from step W on. Keras's
 * `CosineDecay` with a warm-up is `warmUp` then `cosineDecay`.
 * Source: Goyal et al. 2017.
 *
 * @param options - Steps, first rate, what follows.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { cosineDecay, warmUp } from 'gradus';
 * const gentle = warmUp({ steps: 10, schedule: cosineDecay({ initial: 0.5, steps: 100 }) });
 * [gentle.at(5), gentle.at(10), gentle.at(60)]; // [0.25, 0.5, 0.25]
 */
export function warmUp(options: WarmUpOptions): Schedule {
  requireOptions(options, { steps: true, initial: true, schedule: true }, 'warmUp');
  const { steps, initial = 0, schedule } = options;
  requireCount('steps', steps, 1);
  requireRate('initial', initial);
  requireLearningRate(schedule, 'schedule');
  const top = learningRateAt(schedule, 0);
  const written = { steps, initial, schedule: typeof schedule === 'number' ? schedule : schedule.config() };
  return makeSchedule('warmUp', written, (step) =>
    step < steps ? initial + ((top - initial) * step) / steps : learningRateAt(schedule, step - steps),
  );
}
