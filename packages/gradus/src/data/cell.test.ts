import { expect, test } from 'vitest';
import { decimalSign, isMissing, missingTokens, readBoolean, readNumber, readText } from './cell.ts';

test('every missing token is missing, with white space around it too, and nothing else is', () => {
  for (const token of missingTokens) expect(isMissing(` ${token}\t`)).toBe(true);
  for (const cell of [null, Number.NaN]) expect(isMissing(cell)).toBe(true);
  for (const cell of ['na', '-', '0', 'none', 0, false]) expect(isMissing(cell)).toBe(false);
});

test.each([
  ['0', 0],
  ['-0.5', -0.5],
  ['+3', 3],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['-1.5E-2', -0.015],
  [' 42 ', 42],
  ['inf', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['1e999', Number.POSITIVE_INFINITY],
  ['0.1', 0.1],
  ['18446744073709551616', 2 ** 64],
])('%s is a number', (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test.each(['1,5', '1 000', '0x10', '1e', 'e5', '--1', '1.2.3', '12abc', 'Infinit', '.e1', '+'])(
  '%s is no number',
  (text) => {
    expect(readNumber(text)).toBeUndefined();
  },
);

test('numbers with a decimal comma', () => {
  expect(readNumber('-1,5e2', ',')).toBe(-150);
  expect(readNumber(',5', ',')).toBe(0.5);
  expect(readNumber('7', ',')).toBe(7);
  expect(readNumber('1.5', ',')).toBeUndefined();
  expect(readNumber('NA', ',')).toBeNaN();
});

test('a column has a decimal comma only where commas may be that and one is', () => {
  expect(decimalSign(['1', '2,5'], true)).toBe(',');
  expect(decimalSign(['1', '2,5'], false)).toBe('.');
  expect(decimalSign(['1', '2.5', 'a, b'], true)).toBe('.');
});

test('booleans', () => {
  expect(['TRUE', 'yes', true].map(readBoolean)).toEqual([true, true, true]);
  expect(['False', ' No ', false].map(readBoolean)).toEqual([false, false, false]);
  expect(['NA', null].map(readBoolean)).toEqual([null, null]);
  expect(['1', 1, 'truth'].map(readBoolean)).toEqual([undefined, undefined, undefined]);
});

test('texts', () => {
  expect([' a b ', 1.5, true, null, '?'].map(readText)).toEqual(['a b', '1.5', 'true', null, null]);
});
