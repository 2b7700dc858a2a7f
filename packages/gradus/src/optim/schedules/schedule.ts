import type { JsonObject, JsonValue } from '../../util/json.ts';

/** What a schedule is in a file: its name and its options. */
export interface ScheduleConfig {
  /** The schedule's name. */
  readonly name: string;
  /** Its options. */
  readonly [option: string]: JsonValue;
}

/** A learning rate that changes with the steps, described by a name and options. */
export interface Schedule {
  /** Its name: `cosineDecay`, `oneCycle` … */
  readonly name: string;
  /** Give the learning rate of a step, counted from 0. */
  at(step: number): number;
  /** Give name and options as JSON. */
  config(): ScheduleConfig;
}

/** Make a schedule from its name, its options as JSON, and its formula. */
export const makeSchedule = (name: string, options: JsonObject, at: (step: number) => number): Schedule => ({
  name,
  at,
  config: () => ({ name, ...options }),
});
