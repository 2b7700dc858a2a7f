import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  averagePrecision,
  cocoThresholds,
  detectionAveragePrecision,
  intersectionOverUnion,
  precisionRecallCurve,
} from './index.ts';

const fixtures: {
  averagePrecision: { truth: number[]; scores: number[]; averagePrecision: number }[];
  masks: [number[], number[]];
  jaccard: number;
} = JSON.parse(readFileSync(new URL('../../../../fixtures/averagePrecision.json', import.meta.url), 'utf8'));

test.each(fixtures.averagePrecision)(
  'average precision equals scikit-learn to 1e-13 (case %#)',
  ({ truth, scores, averagePrecision: expected }) => {
    expect(Math.abs(averagePrecision(truth, scores) - expected)).toBeLessThan(1e-13);
  },
);

test('average precision by hand: ranks 1, 3 and 4 of five are right', () => {
  const truth = ['yes', 'no', 'yes', 'yes', 'no'];
  const scores = [0.9, 0.8, 0.7, 0.6, 0.5];
  expect(averagePrecision(truth, scores)).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 15);
  const { thresholds, precisions, recalls } = precisionRecallCurve(truth, scores);
  expect([...thresholds]).toEqual(scores);
  expect([...precisions]).toEqual([1, 1 / 2, 2 / 3, 3 / 4, 3 / 5]);
  expect([...recalls]).toEqual([1 / 3, 1 / 3, 2 / 3, 1, 1]);
});

test('equal scores are one threshold, and one row is enough', () => {
  expect(averagePrecision([0, 1, 0, 1], [1, 1, 1, 1])).toBe(0.5);
  expect(averagePrecision([true], [0.3])).toBe(1);
});

test('scores that cannot be ranked are refused', () => {
  expect(() => averagePrecision([], [])).toThrow('at least one');
  expect(() => averagePrecision([0, 1], [0.5, Number.NaN])).toThrow('NaN in row 1');
  expect(() => averagePrecision([0, 1, 2], [1, 2, 3])).toThrow('rows × classes');
  expect(() => averagePrecision([0, 0], [1, 2], { labels: [0, 1] })).toThrow('no row of the positive class');
  expect(() => averagePrecision([0, 0], [1, 2])).toThrow('2 rows of one class, 0. Expected a row of');
  expect(() => precisionRecallCurve(['no', 'no'], [1, 2])).toThrow("2 rows of one class, 'no'");
  expect(averagePrecision([1, 1], [1, 2])).toBe(1);
  expect(() => precisionRecallCurve([0, 1], [1])).toThrow('1 scores for 2 rows');
});

const square = (left: number, top: number, size = 10) => ({
  left,
  top,
  right: left + size,
  bottom: top + size,
});

test('intersection over union by hand', () => {
  expect(intersectionOverUnion(square(0, 0), square(5, 0))).toBe(50 / 150);
  expect(intersectionOverUnion(square(0, 0), square(5, 5))).toBe(25 / 175);
  expect(intersectionOverUnion(square(0, 0), square(2, 2, 5))).toBe(0.25);
  expect(intersectionOverUnion(square(0, 0), square(10, 0))).toBe(0);
  expect(intersectionOverUnion(square(0, 0), square(20, 20))).toBe(0);
  expect(intersectionOverUnion(square(3, 4), square(3, 4))).toBe(1);
  expect(intersectionOverUnion(...fixtures.masks)).toBeCloseTo(fixtures.jaccard, 14);
  expect(intersectionOverUnion([false, false], [false, false])).toBe(1);
  expect(() => intersectionOverUnion(square(0, 0, -1), square(0, 0))).toThrow('left below right');
  expect(() => intersectionOverUnion([1], [1, 0])).toThrow('masks of the same size');
});

test('average precision of detections by hand', () => {
  // Two pictures, three objects. Ranked: found, missed, found, double, found late.
  const images = [
    {
      truths: [square(0, 0), square(30, 0)],
      detections: [
        { box: square(1, 0), score: 0.95 },
        { box: square(0, 1), score: 0.6 },
        { box: square(33, 0), score: 0.5 },
      ],
    },
    {
      truths: [square(0, 0)],
      detections: [
        { box: square(60, 60), score: 0.9 },
        { box: square(0, 0), score: 0.8 },
      ],
    },
  ];
  const area = 1 / 3 + (1 / 3) * (2 / 3) + (1 / 3) * (3 / 5);
  expect(detectionAveragePrecision(images)).toBeCloseTo(area, 15);
  // Above 70/130 the last one is missed: its object is not found at all.
  const strict = 1 / 3 + (1 / 3) * (2 / 3);
  expect(detectionAveragePrecision(images, { thresholds: [0.6] })).toBeCloseTo(strict, 15);
  expect(detectionAveragePrecision(images, { thresholds: [0.5, 0.6] })).toBeCloseTo((area + strict) / 2, 15);
  // Recalls 0 … 0.33 see precision 1, 0.34 … 0.66 see 2/3, the rest 3/5.
  const coco = (34 * 1 + 33 * (2 / 3) + 34 * (3 / 5)) / 101;
  expect(detectionAveragePrecision(images, { interpolation: 'coco' })).toBeCloseTo(coco, 13);
});

test('detections that all coincide score 1 at every threshold, none at all 0', () => {
  const options = { thresholds: cocoThresholds, interpolation: 'coco' } as const;
  const truths = [square(0, 0), square(20, 0)];
  const detections = truths.map((box, i) => ({ box, score: i }));
  expect(cocoThresholds).toEqual([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]);
  expect(detectionAveragePrecision([{ truths, detections }], options)).toBeCloseTo(1, 15);
  expect(detectionAveragePrecision([{ truths, detections: [] }], options)).toBe(0);
  expect(() => detectionAveragePrecision([{ truths: [], detections }])).toThrow('0 objects');
  expect(() => detectionAveragePrecision([{ truths, detections }], { thresholds: [0] })).toThrow(
    'threshold is 0',
  );
});
