import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStream } from '../../util/random.ts';
import { holdOut } from './holdOut.ts';

test('every row is in one part, the share is met, every class gives its share to within one row', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(4), { minLength: 4, maxLength: 200 }),
      fc.double({ min: 0.05, max: 0.5, noNaN: true }),
      fc.nat(50),
      (labels, share, seed) => {
        fc.pre(new Set(labels).size < labels.length);
        const rows = labels.length;
        const { training, validation } = holdOut(
          rows,
          share,
          Int32Array.from(labels),
          createStream(seed, 'split'),
        );
        expect([...training, ...validation].sort((a, b) => a - b)).toEqual(labels.map((_, row) => row));
        const classes = [...new Set(labels)];
        const sizes = new Map(classes.map((c) => [c, labels.filter((label) => label === c).length]));
        const shared = labels.filter((label) => sizes.get(label)! > 1).length;
        const wanted = Math.min(Math.max(1, Math.round(rows * share)), shared);
        expect(validation.length).toBe(wanted);
        for (const [label, size] of sizes) {
          const own = [...validation].filter((row) => labels[row] === label).length;
          if (size === 1) expect(own).toBe(0);
          else expect(Math.abs(own - (size * wanted) / shared)).toBeLessThan(1);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('the seed decides, and without labels any row may go', () => {
  const held = (seed: number) => holdOut(40, 0.25, undefined, createStream(seed, 'split'));
  expect(held(1)).toEqual(held(1));
  expect(held(1)).not.toEqual(held(2));
  expect(held(1).validation).toHaveLength(10);
});

test('a share outside 0 … 1, or one that leaves no training row, is refused', () => {
  for (const share of [0, 1, -0.1, Number.NaN]) {
    expect(() => holdOut(10, share, undefined, createStream(0, 'split'))).toThrow('a validation share of');
  }
  expect(() => holdOut(1, 0.5, undefined, createStream(0, 'split'))).toThrow(
    '1 row with a validation share of 0.5',
  );
});

test('where every class has one row, none is left to validate on', () => {
  expect(() => holdOut(3, 0.3, Int32Array.of(0, 1, 2), createStream(0, 'split'))).toThrow(
    '3 rows of as many classes, with a validation share of 0.3. Expected a class of at least two rows.',
  );
});
