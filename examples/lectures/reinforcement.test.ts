import { createStream } from 'gradus';
import { expect, test } from 'vitest';
import { beginEpisode, push, type State } from './cartPole.ts';
import { misses, runQuietly } from './experiment.ts';
import { experiment } from './reinforcement.ts';

test('a pole that stands still is turned by a push as the equations say', () => {
  // Upright and at rest: thrust = F/(m + M), turn = −thrust/(l(4/3 − m/(m + M))).
  const thrust = 10 / 1.1;
  const turn = -thrust / (0.5 * (4 / 3 - 0.1 / 1.1));
  const { state, isLost } = push([0, 0, 0, 0], 1);
  expect(isLost).toBe(false);
  expect(state[1]).toBeCloseTo(0.02 * (thrust - (0.1 * 0.5 * turn) / 1.1), 14);
  expect(state[3]).toBeCloseTo(0.02 * turn, 14);
});

test('left is the mirror of right, and a pole that leans falls', () => {
  const state = beginEpisode(createStream(1, 'data'));
  const mirrored = state.map((value) => -value) as unknown as State;
  const right = push(state, 1).state;
  const left = push(mirrored, 0).state;
  right.forEach((value, i) => {
    expect(left[i]).toBeCloseTo(-value, 15);
  });
  expect(push([0, 0, 0.3, 0], 1).isLost).toBe(true);
  expect(push([2.5, 0, 0, 0], 0).isLost).toBe(true);
});

test('the policy learns to balance the pole, with the same numbers every time', async () => {
  const figures = await runQuietly(experiment);
  expect(misses(figures)).toEqual([]);
  const again = await runQuietly(experiment);
  expect(again.slice(0, -1)).toEqual(figures.slice(0, -1));
});
