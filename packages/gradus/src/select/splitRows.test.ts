import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStream } from '../util/random.ts';
import { splitRows } from './splitRows.ts';

const split = (labels: number[], fractions?: [number, number, number], seed = 0) =>
  splitRows({
    rows: labels.length,
    labels,
    stream: createStream(seed, 'split'),
    ...(fractions && { fractions }),
  });

test('sizes follow the shares by largest remainders', () => {
  const { train, validation, test: held } = splitRows({ rows: 344, stream: createStream(0, 'split') });
  expect([train.length, validation.length, held.length]).toEqual([241, 52, 51]);
});

test('every row is in one part, every class within two rows of its due, every class in training', () => {
  const shares = [0.7, 0.15, 0.15] as const;
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 30, maxLength: 300 }),
      fc.nat(99),
      (labels, seed) => {
        const parts = Object.values(split(labels, [...shares], seed)) as Int32Array[];
        const all = parts.flatMap((part) => [...part]).sort((a, b) => a - b);
        expect(all).toEqual(labels.map((_, row) => row));
        const classes = [...new Set(labels)];
        const sizes = classes.map((label) => labels.filter((other) => other === label).length);
        classes.forEach((label, index) => {
          const counts = parts.map((part) => part.filter((row) => labels[row] === label).length);
          expect(counts[0]).toBeGreaterThan(0);
          // 0.7 × 3 − 2 > 0: no class had to be brought to training by an exchange.
          if (sizes.some((size) => size < 3)) return;
          for (const part of [0, 1, 2]) {
            expect(Math.abs(counts[part] - shares[part] * sizes[index])).toBeLessThan(2);
          }
        });
      },
    ),
    { numRuns: 100 },
  );
});

test('large classes are split in proportion', () => {
  const labels = Array.from({ length: 1797 }, (_, row) => row % 10);
  for (const seed of [0, 1, 2]) {
    const parts = Object.values(split(labels, undefined, seed)) as Int32Array[];
    for (let label = 0; label < 10; label++) {
      const size = labels.filter((other) => other === label).length;
      const counts = parts.map((part) => part.filter((row) => labels[row] === label).length);
      for (const [part, share] of [0.7, 0.15, 0.15].entries()) {
        expect(Math.abs(counts[part] - share * size)).toBeLessThan(2);
      }
    }
  }
});

test('the same seed gives the same parts, another seed others', () => {
  const labels = Array.from({ length: 50 }, (_, row) => row % 3);
  expect(split(labels, undefined, 4)).toEqual(split(labels, undefined, 4));
  expect(split(labels, undefined, 4).test).not.toEqual(split(labels, undefined, 5).test);
});

test('a class of one row is in training', () => {
  const labels = Array.from({ length: 40 }, (_, row) => (row === 17 ? 1 : 0));
  for (let seed = 0; seed < 20; seed++) expect(split(labels, undefined, seed).train).toContain(17);
});

test('a share of 0 gives an empty part, and three rows are enough', () => {
  expect(split([0, 1, 0, 1], [0.5, 0, 0.5]).validation).toHaveLength(0);
  const { train, validation, test: held } = split([0, 1, 0]);
  expect([train.length, validation.length, held.length]).toEqual([1, 1, 1]);
});

test('wrong shares and too few rows are refused', () => {
  expect(() => split([0, 1, 2], [0.5, 0.2, 0.2])).toThrow('three shares (training, validation, test)');
  expect(() => split([0, 1])).toThrow('2 rows to split in 3 parts. Expected at least one row a part.');
  expect(() => splitRows({ rows: 3, labels: [1], stream: createStream(0, 'split') })).toThrow('1 labels');
});
