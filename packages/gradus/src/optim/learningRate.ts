import { ArgumentError } from '../util/errors.ts';
import { Field } from '../util/fields.ts';
import { describeValue, isRecord, requireRange } from '../util/options.ts';
import type { Schedule } from './schedules/schedule.ts';

/** A learning rate: one number, a schedule, or a function of the number of finished steps. */
export type LearningRate = number | Schedule | ((step: number) => number);

const isSchedule = (value: unknown): value is Schedule =>
  isRecord(value) && typeof value['at'] === 'function' && typeof value['config'] === 'function';

/** Refuse a learning rate that is neither a number of at least 0, nor a schedule, nor a function. */
export function requireLearningRate(value: unknown, name = 'learningRate'): asserts value is LearningRate {
  if (typeof value === 'function' || isSchedule(value)) return;
  if (typeof value === 'number') {
    requireRange(name, value, { least: 0, below: Number.POSITIVE_INFINITY });
    return;
  }
  throw new ArgumentError({
    received: `${name} is ${describeValue(value)}`,
    expected: 'a number of at least 0, a schedule such as cosineDecay({ … }), or a function of the step',
  });
}

/** An option that is a learning rate; JSON holds a function as `'function'`. */
export const learningRateField = (): Field<LearningRate> =>
  new Field(
    {
      read(value, name) {
        requireLearningRate(value, name);
        return value;
      },
      write(rate) {
        if (typeof rate === 'number') return rate;
        return typeof rate === 'function' ? 'function' : rate.config();
      },
    },
    'required',
  );

/** Give the learning rate of a step, counted from 0. */
export function learningRateAt(learningRate: LearningRate, step: number): number {
  if (typeof learningRate === 'number') return learningRate;
  const rate = typeof learningRate === 'function' ? learningRate(step) : learningRate.at(step);
  if (rate >= 0 && rate < Number.POSITIVE_INFINITY) return rate;
  throw new ArgumentError({
    received: `a learning rate of ${rate} for step ${step}`,
    expected: 'a number of at least 0',
  });
}
