import { ArgumentError } from '../../util/errors.ts';
import { Field, fields, numberFrom, type OptionsOf, positiveInteger } from '../../util/fields.ts';
import { learningRateAt, requireLearningRate } from '../learningRate.ts';
import { makeSchedule, type Schedule } from './schedule.ts';

const warmUpFields = /* @__PURE__ */ fields('warmUp', () => ({
  /** The number of steps W until the schedule that follows begins. */
  steps: positiveInteger(),
  /** The learning rate η₀ of the first step. Default 0. */
  initial: numberFrom(0).default(0),
  /** What follows: a learning rate, or a schedule that counts its steps from the end of the warm-up. */
  schedule: new Field<number | Schedule>(
    {
      read(value, name) {
        requireLearningRate(value, name);
        if (typeof value !== 'function') return value;
        throw new ArgumentError({
          received: `${name} is a function`,
          expected: 'a number of at least 0, or a schedule such as cosineDecay({ … })',
        });
      },
      write: (schedule) => (typeof schedule === 'number' ? schedule : schedule.config()),
    },
    'required',
  ),
}));

/** Options of `warmUp`. */
export type WarmUpOptions = OptionsOf<typeof warmUpFields>;

/**
 * Warm up: raise the learning rate linearly to that of the schedule that follows, and continue with that.
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
  const own = warmUpFields.read(options);
  const { steps, initial, schedule } = own;
  const top = learningRateAt(schedule, 0);
  return makeSchedule('warmUp', warmUpFields.write(own), (step) =>
    step < steps ? initial + ((top - initial) * step) / steps : learningRateAt(schedule, step - steps),
  );
}
