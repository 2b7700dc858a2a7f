import { expect, test } from 'vitest';
import {
  broadcastShapes,
  formatShape,
  multiplyDimensions,
  normalizeAxis,
  resolveShape,
  rows,
  sizeOf,
} from './shape.ts';
import { broadcastStrides, stridesOf } from './strides.ts';

test('dimensions multiply: numbers with numbers, numbers with rows, never rows with rows', () => {
  expect(multiplyDimensions(3, 4)).toBe(12);
  expect(multiplyDimensions(3, rows(2))).toBe(rows(6));
  expect(multiplyDimensions(rows(), 0)).toBe(0);
  expect(Object.is(multiplyDimensions(rows(), 0), 0)).toBe(true);
  expect(() => multiplyDimensions(rows(), rows())).toThrow('square of the batch');
  expect(sizeOf([])).toBe(1);
  expect(sizeOf([rows(), 3, 2])).toBe(rows(6));
});

test('a shape resolves for any number of rows and prints its rows by name', () => {
  expect(resolveShape([rows(), 4, rows(3)], 5)).toEqual([5, 4, 15]);
  expect(resolveShape([rows(), 4], 0)).toEqual([0, 4]);
  expect(formatShape([rows(), 4, rows(3)])).toBe('[rows, 4, 3×rows]');
});

test('shapes broadcast as NumPy broadcasts them, and refuse in three clauses', () => {
  expect(broadcastShapes([rows(), 1], [5])).toEqual([rows(), 5]);
  expect(broadcastShapes([], [2, 3])).toEqual([2, 3]);
  expect(broadcastShapes([2, 1, 4], [3, 1])).toEqual([2, 3, 4]);
  expect(() => broadcastShapes([2, 3], [4])).toThrow(
    'shapes [2, 3] and [4]. Expected dimensions that are equal or 1, aligned at the last axis. Reshape or transpose one of the two.',
  );
  expect(() => broadcastShapes([rows()], [3])).toThrow('shapes [rows] and [3]');
});

test('axes count from the end when negative, and lie inside the shape', () => {
  expect(normalizeAxis(-1, 3)).toBe(2);
  expect(normalizeAxis(0, 3)).toBe(0);
  for (const axis of [3, -4, 0.5, Number.NaN]) expect(() => normalizeAxis(axis, 3)).toThrow(`axis ${axis}`);
});

test('strides are row-major', () => {
  expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
  expect(stridesOf([])).toEqual([]);
  expect(stridesOf([4, rows(2), 3])).toEqual([-6, 3, 1]);
  expect(stridesOf([2, 0, 3])).toEqual([0, 3, 1]);
});

test('strides are 0 along axes that broadcasting repeats or adds', () => {
  expect(broadcastStrides([3, 1], [1, 1], [2, 3, 4])).toEqual([0, 1, 0]);
  expect(broadcastStrides([rows(), 4], [4, 1], [rows(), 4])).toEqual([4, 1]);
  expect(broadcastStrides([], [], [rows()])).toEqual([0]);
});
