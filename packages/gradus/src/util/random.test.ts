import { expect, test } from 'vitest';
import { ArgumentError, IncompatibleError } from './errors.ts';
import { createStream, RandomStream, type RandomStreamState, type StreamName } from './random.ts';

const draws = (stream: RandomStream, n: number): number[] => Array.from({ length: n }, () => stream.word());

test('the same seed and name give the same numbers, another seed, name or label others', () => {
  const names: StreamName[] = ['init', 'shuffle', 'dropout', 'noise', 'augment', 'split', 'bootstrap'];
  const seeds = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  const keys = new Set<string>();
  for (const name of names) {
    for (const seed of seeds) {
      const stream = createStream(seed, name);
      expect(createStream(seed, name).key).toEqual(stream.key);
      for (const s of [stream, stream.split(0), stream.split(1), stream.split('0'), stream.split('dense')]) {
        keys.add(s.key.join());
      }
    }
  }
  expect(keys.size).toBe(names.length * seeds.length * 5);
});

test('the numbers are frozen: a change would break every saved seed', () => {
  const stream = createStream(1, 'init');
  expect([...stream.key, ...draws(stream, 2)]).toEqual([1030030255, 2796719317, 3446972765, 893520883]);
  expect([...createStream(1, 'shuffle').split('a').permutation(6)]).toEqual([2, 3, 5, 1, 0, 4]);
});

test('a child depends on its label, not on what its parent has drawn', () => {
  const parent = createStream(1, 'init');
  const before = parent.split('layer').key;
  draws(parent, 7);
  expect(parent.split('layer').key).toEqual(before);
});

test('a restored state continues with the same bits, through JSON and at every phase', () => {
  for (let drawn = 0; drawn < 9; drawn++) {
    const stream = createStream(5, 'dropout');
    for (let i = 0; i < drawn; i++) stream.normal();
    stream.word();
    const saved = JSON.parse(JSON.stringify(stream.state())) as RandomStreamState;
    const next = [stream.normal(), stream.uniform(), stream.integer(10), stream.normal()];
    const fresh = createStream(5, 'dropout');
    fresh.restore(saved);
    expect([fresh.normal(), fresh.uniform(), fresh.integer(10), fresh.normal()]).toEqual(next);
  }
});

test('a state of another stream, or a broken one, is refused', () => {
  const stream = createStream(1, 'init');
  expect(() => stream.restore(createStream(2, 'init').state())).toThrow(IncompatibleError);
  expect(() => stream.restore({ ...stream.state(), position: -1 })).toThrow(ArgumentError);
  expect(() => stream.restore({ ...stream.state(), position: 0.5 })).toThrow(ArgumentError);
});

test('uniforms lie in [0, 1) and spread evenly (chi-square)', () => {
  const stream = createStream(3, 'augment');
  const bins = new Float64Array(64);
  for (let i = 0; i < 64_000; i++) {
    const value = stream.uniform();
    expect(value >= 0 && value < 1).toBe(true);
    bins[Math.floor(value * 64)]!++;
  }
  const statistic = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  // 63 degrees of freedom: mean 63, standard deviation 11.2.
  expect(statistic).toBeGreaterThan(63 - 5 * 11.2);
  expect(statistic).toBeLessThan(63 + 5 * 11.2);
});

test('integers are unbiased for a count that is no power of two, and reach beyond 32 bits', () => {
  const stream = createStream(4, 'split');
  const counts = new Float64Array(7);
  for (let i = 0; i < 70_000; i++) counts[stream.integer(7)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(10_000));
  expect(stream.integer(1)).toBe(0);
  const large = Array.from({ length: 200 }, () => stream.integer(3 * 2 ** 50));
  expect(large.every((v) => Number.isSafeInteger(v) && v < 3 * 2 ** 50)).toBe(true);
  expect(Math.max(...large)).toBeGreaterThan(2 ** 51);
  const fullWord = Array.from({ length: 200 }, () => stream.integer(2 ** 32));
  expect(Math.max(...fullWord)).toBeGreaterThan(2 ** 31);
});

test('normals have mean 0 and variance 1', () => {
  const stream = createStream(6, 'noise');
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < 40_000; i++) {
    const value = stream.normal();
    sum += value;
    squares += value * value;
  }
  expect(Math.abs(sum / 40_000)).toBeLessThan(5 / 200);
  expect(Math.abs(squares / 40_000 - 1)).toBeLessThan((5 * Math.SQRT2) / 200);
});

test('a permutation holds each index once, and every order of three is equally likely', () => {
  const stream = createStream(7, 'shuffle');
  for (const n of [0, 1, 2, 3, 31, 1000]) {
    expect([...stream.permutation(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  }
  const counts = new Map<string, number>();
  for (let i = 0; i < 60_000; i++) {
    const order = stream.permutation(3).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test('arguments out of range are refused in three clauses', () => {
  const stream = createStream(1, 'init');
  expect(() => createStream(0.5, 'init')).toThrow('seed is 0.5. Expected an integer from');
  expect(() => createStream(Number.NaN, 'init')).toThrow(ArgumentError);
  for (const n of [0, -1, 1.5, Number.NaN, 2 ** 53]) expect(() => stream.integer(n)).toThrow(ArgumentError);
  expect(() => stream.permutation(-1)).toThrow(ArgumentError);
  expect(() => stream.split(0.1)).toThrow(ArgumentError);
  expect(() => new RandomStream([1, 2]).split(2 ** 53)).toThrow(ArgumentError);
});
