import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sgd } from '../sgd.ts';
import { cosineDecay, cosineRestarts } from './cosine.ts';
import { cyclic, oneCycle } from './cycles.ts';
import { exponentialDecay, inverseScaling, piecewiseConstant, stepDecay } from './decays.ts';
import { scheduleFromConfig } from './named.ts';
import { warmUp } from './warmUp.ts';

interface Case {
  readonly library: string;
  readonly schedule: { readonly name: string };
  readonly steps: readonly number[];
  readonly rates: readonly number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../../fixtures/schedules.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[] };

for (const { library, schedule: config, steps, rates } of cases) {
  test(`${library}: ${JSON.stringify(config)} within 1e-10`, () => {
    const schedule = scheduleFromConfig(config);
    steps.forEach((step, i) => {
      expect(Math.abs(schedule.at(step) - rates[i]), `step ${step}`).toBeLessThanOrEqual(1e-10 * rates[i]);
    });
  });

  test(`${JSON.stringify(config)} goes through JSON`, () => {
    const written = scheduleFromConfig(config).config();
    expect(written).toMatchObject(config);
    const read = scheduleFromConfig(JSON.parse(JSON.stringify(written)));
    expect(read.config()).toEqual(written);
    for (const step of [0, 3, 1000]) expect(read.at(step)).toBe(scheduleFromConfig(config).at(step));
  });

  test(`${JSON.stringify(config)} gives a rate for every step, however late`, () => {
    for (const step of [1, 1e3, 1e6, 1e9]) {
      const rate = scheduleFromConfig(config).at(step);
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(1);
    }
  });
}

test('a cosine comes to its least rate and stays there', () => {
  const { at } = cosineDecay({ initial: 1, steps: 10, minimum: 0.25 });
  expect([at(0), at(10), at(11), at(500)]).toEqual([1, 0.25, 0.25, 0.25]);
});

test('a schedule stands in the description of its optimizer', () => {
  const learningRate = warmUp({ steps: 3, schedule: stepDecay({ initial: 0.1, every: 5 }) });
  expect(sgd({ learningRate }).config().learningRate).toEqual({
    name: 'warmUp',
    steps: 3,
    initial: 0,
    schedule: { name: 'stepDecay', initial: 0.1, factor: 0.1, every: 5 },
  });
});

test('values outside their range and unknown names are refused', () => {
  expect(() => stepDecay({ initial: -1, every: 3 })).toThrow('initial is -1');
  expect(() => stepDecay({ initial: 1 } as never)).toThrow('every is undefined');
  expect(() => exponentialDecay({ initial: 1, every: 0 })).toThrow('every is 0');
  expect(() => inverseScaling({ initial: Number.NaN })).toThrow('initial is NaN');
  expect(() => inverseScaling({ initial: 1, powr: 2 } as never)).toThrow("Did you mean 'power'?");
  expect(() => piecewiseConstant({ values: [1, 2], boundaries: [] })).toThrow(
    'the number of boundaries is 0',
  );
  expect(() => piecewiseConstant({ values: [1], boundaries: [4] })).toThrow('the number of values is 1');
  expect(() => piecewiseConstant({ values: [1, 2, 3], boundaries: [5, 5] })).toThrow('a boundary is 5');
  expect(() => cosineRestarts({ initial: 1, steps: 5, periodFactor: 0.5 })).toThrow('periodFactor is 0.5');
  expect(() => oneCycle({ maximum: 1, steps: 2 })).toThrow('at least one step in each phase');
  expect(() => oneCycle({ maximum: 1, steps: 50, shape: 'square' as never })).toThrow("the shape 'square'");
  expect(() => cyclic({ minimum: 1, maximum: 0.5 })).toThrow(
    'maximum is 0.5. Expected a number of at least 1',
  );
  expect(() => cyclic({ minimum: 0, maximum: 1, mode: 'round' as never })).toThrow("the mode 'round'");
  expect(() => warmUp({ steps: 3, schedule: -1 })).toThrow('schedule is -1');
  expect(() => scheduleFromConfig({ name: 'cosine' })).toThrow("the schedule 'cosine'");
  expect(() => scheduleFromConfig({ name: 'toString' })).toThrow("the schedule 'toString'");
  expect(() => scheduleFromConfig(undefined)).toThrow('no schedule');
  expect(() => scheduleFromConfig({ name: 'cyclic', minimum: 'a', maximum: 1 })).toThrow("minimum is 'a'");
  expect(() => scheduleFromConfig({ name: 'warmUp', steps: 1, schedule: { name: 'x' } })).toThrow("'x'");
  expect(() => sgd({ learningRate: {} as never })).toThrow('learningRate is an object');
});
