import { expect, test } from 'vitest';
import { judge } from './judge.mjs';
import { recordedLosses, trainingWorkloads } from './suite.mjs';

const workload = trainingWorkloads[0];
const losses = recordedLosses.get(workload.name) ?? [];
const meanLoss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;

const connection = { ask: async () => ({}), processorSeconds: () => undefined, close: () => {} };
const entrant = (id: string, family: 'pytorch' | 'gradus' | 'jax-js') => ({
  id,
  connection,
  about: {},
  contestant: { id, label: id, family, place: {}, options: {} },
});
const record = (times: number[], loss = meanLoss) => ({
  before: { steps: losses.length, meanLoss: loss },
  times,
  steps: times.map(() => 1),
  foreign: [],
  whole: [],
});
const entrants = [
  entrant('pytorch', 'pytorch'),
  entrant('pytorch-fused', 'pytorch'),
  entrant('gradus-slow', 'gradus'),
  entrant('gradus-fast', 'gradus'),
];

test('the faster PyTorch stands against the fastest executor', () => {
  const records = new Map([
    [
      workload.name,
      new Map([
        ['pytorch', record([90, 100, 110])],
        ['pytorch-fused', record([70, 80, 90])],
        ['gradus-slow', record([40, 40, 40])],
        ['gradus-fast', record([10, 20, 30])],
      ]),
    ],
  ]);
  const { best, ratios } = judge(workload, entrants, records);
  expect(best).toBe('gradus-fast');
  expect(ratios['pytorch']).toMatchObject({ median: 4, quartiles: [3.5, 5.5], other: 'pytorch-fused' });
});

test('who computes something else does not count, however fast', () => {
  const records = new Map([
    [
      workload.name,
      new Map([
        ['pytorch', record([100])],
        ['gradus-slow', record([50])],
        ['gradus-fast', record([1], meanLoss * 1.002)],
      ]),
    ],
  ]);
  const { best, rows } = judge(workload, entrants, records);
  expect(best).toBe('gradus-slow');
  expect(rows.map(({ id, agrees }) => [id, agrees])).toEqual([
    ['pytorch', true],
    ['gradus-slow', true],
    ['gradus-fast', false],
  ]);
});

test('a loss that is no number never agrees', () => {
  const records = new Map([[workload.name, new Map([['gradus-fast', record([1], Number.NaN)]])]]);
  expect(judge(workload, entrants, records).best).toBeUndefined();
});
