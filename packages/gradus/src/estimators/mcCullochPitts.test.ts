import { expect, test } from 'vitest';
import { mcCullochPitts } from './mcCullochPitts.ts';

const pairs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
const and = mcCullochPitts({ inputs: 2, threshold: 2 });
const or = mcCullochPitts({ inputs: 2, threshold: 1 });
const not = mcCullochPitts({ inputs: 1, threshold: 0, inhibitory: [0] });

test('AND, OR and NOT are single units', () => {
  expect(pairs.map((pair) => and(pair))).toEqual([0, 0, 0, 1]);
  expect(pairs.map((pair) => or(pair))).toEqual([0, 1, 1, 1]);
  expect([not([0]), not([1])]).toEqual([1, 0]);
});

test('no single unit of two inputs is XOR, three make it', () => {
  const subsets = [[], [0], [1], [0, 1]];
  const functions = subsets.flatMap((inhibitory) =>
    [0, 1, 2, 3].map((threshold) => {
      const unit = mcCullochPitts({ inputs: 2, threshold, inhibitory });
      return pairs.map((pair) => unit(pair)).join('');
    }),
  );
  expect(functions).toContain('0001');
  expect(functions).not.toContain('0110');
  expect(functions).not.toContain('1001');
  const butNot = mcCullochPitts({ inputs: 2, threshold: 1, inhibitory: [1] });
  expect(pairs.map(([a, b]) => or([butNot([a, b]), butNot([b, a])]))).toEqual([0, 1, 1, 0]);
});

test('one inhibitory input outweighs all others', () => {
  const unit = mcCullochPitts({ inputs: 5, threshold: 1, inhibitory: [4] });
  expect(unit([1, 1, 1, 1, 0])).toBe(1);
  expect(unit([1, 1, 1, 1, 1])).toBe(0);
  expect(unit([0, 0, 0, 0, 0])).toBe(0);
});

test('invalid units and inputs are refused', () => {
  expect(() => mcCullochPitts({ inputs: 2, threshold: 1, inhibitory: [2] })).toThrow('positions from 0 to 1');
  expect(() => mcCullochPitts({ inputs: 0, threshold: 1 })).toThrow('at least 1');
  expect(() => mcCullochPitts({ inputs: 1, threshold: Number.NaN })).toThrow('threshold is NaN');
  expect(() => and([1])).toThrow('2, which the unit has');
  expect(() => and([1, 0.5])).toThrow('0 or 1');
});
