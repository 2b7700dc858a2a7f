import {
  ArgumentError,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  inverseTimeDecay,
  oneCycle,
  type Schedule,
  type ScheduleConfig,
  stepDecay,
  warmUp,
} from 'gradus';
import { madeBy, type NamedChoice, namedText } from '../arguments/values.ts';
import { formatNumber } from '../format/number.ts';

/** Numbers of a schedule that the user chose: `factor`, `every` … */
type Numbers = NamedChoice['numbers'];

interface Choice {
  /** What the library calls the learning rate that it begins with or rises to. */
  readonly rate: string;
  /** Make it for so many steps in all; the library checks the numbers that the user chose. */
  make(rate: number, steps: number, numbers: Numbers): Schedule;
}

/** Schedules of the library, by its names. */
const choices: Readonly<Record<string, Choice>> = {
  stepDecay: {
    rate: 'initial',
    make: (initial, steps, numbers) => stepDecay({ initial, every: Math.ceil(steps / 3), ...numbers }),
  },
  exponentialDecay: {
    rate: 'initial',
    make: (initial, steps, numbers) => exponentialDecay({ initial, factor: 0.01, every: steps, ...numbers }),
  },
  inverseTimeDecay: {
    rate: 'initial',
    make: (initial, steps, numbers) => inverseTimeDecay({ initial, rate: 9, every: steps, ...numbers }),
  },
  cosineDecay: {
    rate: 'initial',
    make: (initial, steps, numbers) => cosineDecay({ initial, steps, ...numbers }),
  },
  cosineRestarts: {
    rate: 'initial',
    // Three periods, each twice as long as the one before: 1 + 2 + 4.
    make: (initial, steps, numbers) =>
      cosineRestarts({ initial, steps: Math.ceil(steps / 7), periodFactor: 2, ...numbers }),
  },
  oneCycle: {
    rate: 'maximum',
    make: (maximum, steps, numbers) => oneCycle({ maximum, steps, ...numbers }),
  },
  warmUp: {
    rate: 'schedule',
    make(initial, steps, numbers) {
      const rising = numbers['steps'] ?? Math.ceil(steps / 20);
      const schedule = cosineDecay({ initial, steps: Math.max(1, steps - Math.floor(rising)) });
      return warmUp({ ...numbers, steps: rising, schedule });
    },
  },
};

/** A learning rate that stays as it is. */
const constant = 'constant';

/** The schedules there are. */
export const scheduleNames: readonly string[] = [constant, ...Object.keys(choices)];

/**
 * Make a schedule from what was asked for, and give it as a configuration holds it: null for a rate that stays.
 *
 * @param asked - Name, and numbers in the place of those that follow from the steps.
 * @param rate - The learning rate that it begins with, or rises to.
 * @param steps - How many steps all epochs have.
 * @throws ArgumentError for numbers that the schedule does not have, or outside their range.
 */
export function planSchedule(asked: NamedChoice, rate: number, steps: number): ScheduleConfig | null {
  const { name, numbers } = asked;
  const received = `--schedule ${namedText(asked)}`;
  if (name === constant) {
    if (Object.keys(numbers).length === 0) return null;
    throw new ArgumentError({ received, expected: 'the name alone', remedy: 'Leave the numbers out' });
  }
  const choice = choices[name];
  if (Object.hasOwn(numbers, choice.rate)) {
    throw new ArgumentError({
      received,
      expected: `the learning rate in a flag of its own, not as ${choice.rate}`,
      remedy: 'Write --learning-rate',
    });
  }
  return madeBy('schedule', asked, () => choice.make(rate, steps, numbers).config());
}

/** Give a schedule of a configuration as it might have been asked for, with those numbers that now are asked for. */
export function askedAs(config: ScheduleConfig | null, { numbers }: NamedChoice): NamedChoice {
  const own = Object.keys(numbers).filter((key) => typeof config?.[key] === 'number');
  return {
    name: config?.name ?? constant,
    numbers: Object.fromEntries(own.map((key) => [key, Number(config?.[key])])),
  };
}

/** Say what a schedule does: its name, and its numbers but the learning rate. */
export function describeSchedule(config: ScheduleConfig): string {
  const { name } = config;
  const numbers = Object.entries(config)
    .filter(([key, value]) => typeof value === 'number' && key !== choices[name]?.rate)
    .map(([key, value]) => `${key} ${formatNumber(Number(value))}`);
  return `${name} (${numbers.join(', ')})`;
}
