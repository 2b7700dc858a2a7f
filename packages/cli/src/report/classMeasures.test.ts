import { expect, test } from 'vitest';
import { classMeasures, confusions, lumpClasses } from './classMeasures.ts';
import { sampleIndices } from './sample.ts';
import { shorten, typographic } from './text.ts';

// scikit-learn's documentation of precision_recall_fscore_support: y_true cat,dog,pig,cat,dog,pig; y_pred cat,pig,dog,cat,cat,dog.
const matrix = {
  classes: ['cat', 'dog', 'pig'],
  counts: [
    [2, 0, 0],
    [1, 0, 1],
    [0, 2, 0],
  ],
};

test('precision, recall and F1 as scikit-learn gives them', () => {
  const [cat, dog, pig] = classMeasures(matrix);
  expect(cat!.precision).toBeCloseTo(2 / 3, 12);
  expect(cat!.recall).toBe(1);
  expect(cat!.f1).toBeCloseTo(0.8, 12);
  expect([dog!.precision, dog!.recall, dog!.f1]).toEqual([0, 0, 0]);
  expect([pig!.precision, pig!.recall, pig!.f1]).toEqual([0, 0, 0]);
});

test('a class that never occurs has no recall, one never predicted no precision', () => {
  const [first, second] = classMeasures({
    classes: ['a', 'b'],
    counts: [
      [0, 0],
      [3, 0],
    ],
  });
  expect(first).toMatchObject({ precision: 0, recall: null });
  expect(second).toMatchObject({ precision: null, recall: 0 });
  expect(classMeasures({ classes: ['a'], counts: [[0]] })[0]).toMatchObject({
    precision: null,
    recall: null,
    f1: null,
  });
});

test('confusions come most frequent first', () => {
  expect(confusions(matrix)).toEqual([
    { actual: 'pig', predicted: 'dog', count: 2 },
    { actual: 'dog', predicted: 'cat', count: 1 },
    { actual: 'dog', predicted: 'pig', count: 1 },
  ]);
});

test('lumping keeps the most frequent classes and every row', () => {
  const counts = Array.from({ length: 30 }, (_, row) =>
    Array.from({ length: 30 }, (_, column) => (row === column ? row : 1)),
  );
  const lumped = lumpClasses({ classes: counts.map((_, index) => `c${index}`), counts }, 20);
  expect(lumped.classes).toHaveLength(20);
  expect(lumped.classes.at(0)).toBe('c11');
  expect(lumped.classes.at(-1)).toBe('11 others');
  const total = (rows: readonly (readonly number[])[]): number =>
    rows.flat().reduce((sum, count) => sum + count, 0);
  expect(total(lumped.counts)).toBe(total(counts));
  expect(lumpClasses(matrix, 3)).toBe(matrix);
});

test('a sample is seeded, sorted, without repetition and even over the range', () => {
  const sample = sampleIndices(100_000, 2000, 7);
  expect(sample).toHaveLength(2000);
  expect(new Set(sample).size).toBe(2000);
  expect([...sample].sort((left, right) => left - right)).toEqual(sample);
  expect(sampleIndices(100_000, 2000, 7)).toEqual(sample);
  expect(sampleIndices(100_000, 2000, 8)).not.toEqual(sample);
  // The mean of 2000 draws from 0…99999 has a standard error of 646.
  expect(Math.abs(sample.reduce((sum, index) => sum + index, 0) / 2000 - 50_000)).toBeLessThan(3 * 646);
  expect(sampleIndices(3, 10, 0)).toEqual([0, 1, 2]);
  expect(sampleIndices(0, 10, 0)).toEqual([]);
});

test('texts are cut by whole characters, and only numbers get a true minus', () => {
  expect(shorten('a\n b', 10)).toBe('a b');
  expect(shorten('𝒜𝒝𝒞𝒟', 3)).toBe('𝒜𝒝…');
  expect(typographic('from -2.5 to 3 (-0.1)')).toBe('from −2.5 to 3 (−0.1)');
  expect(typographic('run-2 --seed -x')).toBe('run-2 --seed -x');
});
