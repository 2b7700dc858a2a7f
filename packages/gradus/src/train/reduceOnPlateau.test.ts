import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TrainingControl } from './callbacks.ts';
import type { EpochEvent } from './events.ts';
import { type ReduceOnPlateauOptions, reduceOnPlateau } from './reduceOnPlateau.ts';

interface Plateau {
  readonly library: string;
  readonly options: ReduceOnPlateauOptions;
  readonly rates: readonly number[];
}

const { plateaus } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/schedules.json', import.meta.url), 'utf8'),
) as { readonly plateaus: { readonly losses: readonly number[]; readonly cases: readonly Plateau[] } };

/** The rates that epochs with given losses leave behind, up to a stop. */
function ratesOf(options: ReduceOnPlateauOptions, losses: readonly number[], copyAt = -1): number[] {
  let callback = reduceOnPlateau({ monitor: 'loss', ...options });
  let learningRate = 0.1;
  let isStopped = false;
  const control: TrainingControl = {
    stop: () => {
      isStopped = true;
    },
    setLearningRate: (rate) => {
      learningRate = rate;
    },
    snapshot: () => [],
    restore: () => {},
  };
  callback.onStart?.();
  const rates: number[] = [];
  losses.forEach((loss, epoch) => {
    if (isStopped) return;
    const event: EpochEvent = {
      type: 'epoch',
      epoch: epoch + 1,
      epochs: losses.length,
      loss,
      metrics: {},
      learningRate,
      rowsPerSecond: 1,
      seconds: 1,
      best: false,
    };
    callback.onEpoch?.(event, control);
    if (!isStopped) rates.push(learningRate);
    if (epoch !== copyAt) return;
    const state = JSON.parse(JSON.stringify(callback.state?.()));
    callback = reduceOnPlateau({ monitor: 'loss', ...options });
    callback.onStart?.();
    callback.restoreState?.(state);
  });
  return rates;
}

for (const { library, options, rates } of plateaus.cases) {
  test(`${library}: the rates of ${rates.length} epochs within 1e-10, also from a state`, () => {
    for (const copyAt of [-1, 3, 17]) {
      const ours = ratesOf(options, plateaus.losses, copyAt);
      expect(ours).toHaveLength(rates.length);
      rates.forEach((rate, i) => {
        expect(Math.abs(ours[i] - rate)).toBeLessThanOrEqual(1e-10 * rate);
      });
    }
  });
}

test('stops at the rate that is told, and no rate falls below the least', () => {
  const flat = new Array<number>(40).fill(1);
  expect(ratesOf({ patience: 0, factor: 0.1, stopAt: 0.02 }, flat)).toEqual([0.1, 0.1 * 0.1]);
  expect(ratesOf({ patience: 1, factor: 0.5, minimum: 0.04 }, flat).at(-1)).toBe(0.04);
  expect(ratesOf({ patience: 1 }, [1, Number.NaN, Number.NaN]).at(-1)).toBeCloseTo(0.01, 12);
});

test('options outside their range are refused', () => {
  expect(() => reduceOnPlateau({ factor: 1 })).toThrow('factor is 1');
  expect(() => reduceOnPlateau({ patience: -1 })).toThrow('patience is -1');
  expect(() => reduceOnPlateau({ mode: 'auto' as never })).toThrow("mode is 'auto'");
  expect(() => reduceOnPlateau({ formula: 'keras' as never })).toThrow("'pytorch' or 'sklearn'");
  expect(() => reduceOnPlateau({ wait: 3 } as never)).toThrow("the option 'wait' of reduceOnPlateau");
});
