import { requireRange } from '../util/options.ts';

/** What a schedule is in a file: its name and its numbers. */
export interface ScheduleConfig {
  /** The schedule's name. */
  readonly name: string;
  /** Its options. */
  readonly [option: string]: number | string | boolean | readonly number[] | ScheduleConfig;
}

/** A learning rate that changes with the steps, told by a name and numbers. */
export interface Schedule {
  /** Its name: `cosineDecay`, `oneCycle` … */
  readonly name: string;
  /** Give the learning rate of a step, counted from 0. */
  at(step: number): number;
  /** Give name and options as JSON. */
  config(): ScheduleConfig;
}

/** Put a schedule together from its name, its numbers and its formula. */
export const makeSchedule = (
  name: string,
  options: Omit<ScheduleConfig, 'name'>,
  at: (step: number) => number,
): Schedule => ({ name, at, config: () => ({ name, ...options }) });

/** Refuse a learning rate of a schedule that is no finite number of at least 0. */
export const requireRate = (name: string, value: number): void =>
  requireRange(name, value, { least: 0, below: Number.POSITIVE_INFINITY });
