import { isRecord, unknownName } from '../../util/options.ts';
import { cosineDecay, cosineRestarts } from './cosine.ts';
import { cyclic, oneCycle } from './cycles.ts';
import {
  exponentialDecay,
  inverseScaling,
  inverseTimeDecay,
  piecewiseConstant,
  stepDecay,
} from './decays.ts';
import type { Schedule } from './schedule.ts';
import { type WarmUpOptions, warmUp } from './warmUp.ts';

/** The schedules by name; each checks its options. */
const schedules: Readonly<Record<string, (options: never) => Schedule>> = {
  stepDecay,
  exponentialDecay,
  inverseTimeDecay,
  inverseScaling,
  piecewiseConstant,
  cosineDecay,
  cosineRestarts,
  oneCycle,
  cyclic,
  warmUp: ({ schedule, ...options }: WarmUpOptions) =>
    warmUp({ ...options, schedule: isRecord(schedule) ? scheduleFromConfig(schedule) : schedule }),
};

/**
 * Make a schedule again from its description.
 *
 * @param config - What `schedule.config()` gave, also after a way through JSON.
 * @returns The schedule.
 * @throws ArgumentError for an unknown name or option, or a number outside its range.
 * @example
 * import { cosineDecay, scheduleFromConfig } from 'gradus';
 * const config = cosineDecay({ initial: 0.1, steps: 10 }).config();
 * scheduleFromConfig(JSON.parse(JSON.stringify(config))).at(5); // 0.05
 */
export function scheduleFromConfig(config: unknown): Schedule {
  const { name, ...options } = isRecord(config) ? config : { name: config };
  if (typeof name !== 'string' || !Object.hasOwn(schedules, name)) {
    throw unknownName('schedule', name, Object.keys(schedules));
  }
  // Each schedule checks what it is given, as it does with options that a user wrote.
  return schedules[name](options as never);
}
