import { expect, test } from 'vitest';
import {
  type Callback,
  type EarlyStoppingOptions,
  earlyStopping,
  type TrainingControl,
} from './callbacks.ts';
import type { EpochEvent } from './events.ts';

const epoch = (number: number, measures: Partial<EpochEvent>): EpochEvent => ({
  type: 'epoch',
  epoch: number,
  epochs: 100,
  loss: 1,
  metrics: {},
  learningRate: 0.1,
  rowsPerSecond: 1,
  seconds: 1,
  best: false,
  ...measures,
});

/** Feed validation losses until the callback stops; weights are the number of the epoch they stand after. */
function run(
  options: EarlyStoppingOptions,
  losses: readonly number[],
  callback: Callback = earlyStopping(options),
) {
  let now = 0;
  let restored = 0;
  let reason: string | undefined;
  const control: TrainingControl = {
    stop: (why) => {
      reason ??= why;
    },
    setLearningRate: () => {},
    snapshot: () => [{ name: 'w', shape: [1], values: Float32Array.of(now) }],
    restore: ([{ values }]) => {
      restored = values[0];
    },
  };
  callback.onStart?.();
  for (const validationLoss of losses) {
    now++;
    callback.onEpoch?.(epoch(now, { validationLoss, metrics: { score: validationLoss } }), control);
    if (reason !== undefined) break;
  }
  callback.onEnd?.(control);
  return { stoppedAfter: reason === undefined ? undefined : now, restored, reason };
}

test('it stops after as many epochs without improvement as patience says, and restores the best', () => {
  expect(run({ patience: 2 }, [3, 2, 1, 1.5, 1.2, 0])).toEqual({
    stoppedAfter: 5,
    restored: 3,
    reason: 'no better validationLoss in 2 epochs',
  });
  expect(run({ patience: 0 }, [3, 2, 2.5, 1]).stoppedAfter).toBe(3);
  expect(run({ patience: 1 }, [3, 2, 1])).toMatchObject({ stoppedAfter: undefined, restored: 3 });
  expect(run({ patience: 2, restoreBestWeights: false }, [1, 2, 3]).restored).toBe(0);
});

test('an equal value is no improvement; minimumDelta asks for more', () => {
  expect(run({ patience: 2 }, [1, 1, 1, 0]).stoppedAfter).toBe(3);
  expect(run({ patience: 2, minimumDelta: 0.5 }, [3, 2.8, 2.6, 0]).stoppedAfter).toBe(3);
});

test('NaN never is the best', () => {
  expect(run({ patience: 3 }, [Number.NaN, 2, Number.NaN, 1])).toMatchObject({ restored: 4 });
  expect(run({ patience: 2 }, [Number.NaN, Number.NaN, 1]).stoppedAfter).toBe(2);
});

test('losses, errors and deviances are better lower, all else higher, unless mode says otherwise', () => {
  expect(run({ monitor: 'score', patience: 1 }, [1, 2, 3, 2])).toMatchObject({
    stoppedAfter: 4,
    restored: 3,
  });
  expect(run({ monitor: 'score', mode: 'min', patience: 1 }, [1, 2]).stoppedAfter).toBe(2);
  const modeOf = (monitor: string) => earlyStopping({ monitor }).monitor?.mode;
  const lower = ['loss', 'validationLoss', 'brierLoss', 'validationMeanAbsoluteError', 'poissonDeviance'];
  expect(lower.map(modeOf)).toEqual(lower.map(() => 'min'));
  expect(['accuracy', 'validationR2', 'f1'].map(modeOf)).toEqual(['max', 'max', 'max']);
});

test('its state goes on where it was, and a new training forgets it', () => {
  const losses = [3, 1, 2, 2, 2];
  const first = earlyStopping({ patience: 4 });
  run({}, losses.slice(0, 3), first);
  const second = earlyStopping({ patience: 4 });
  const noStart = { ...second, onStart: () => {} };
  second.restoreState?.(first.state?.() ?? {});
  expect(run({}, [2, 2, 2, 2], noStart)).toMatchObject({ stoppedAfter: 3, restored: 2 });
  expect(run({}, losses, second)).toMatchObject({ stoppedAfter: undefined, restored: 2 });
});

test('wrong options and measures are refused', () => {
  expect(() => earlyStopping({ patience: 1.5 })).toThrow('patience is 1.5');
  expect(() => earlyStopping({ minimumDelta: -1 })).toThrow('minimumDelta is -1');
  expect(() => run({ monitor: 'accuracy' }, [1])).toThrow(
    "the measure 'accuracy' to watch. Expected one of loss, validationLoss, score.",
  );
});
