import { expect, test } from 'vitest';
import { nearestName, suggestName } from './nearestName.ts';

const names = ['species', 'island', 'bill_length_mm', 'bill_depth_mm', 'sex'];

test.each([
  ['specis', 'species'],
  ['SPECIES', 'species'],
  ['speceis', 'species'],
  ['bill_length', 'bill_length_mm'],
  ['bill_dept_mm', 'bill_depth_mm'],
  ['sx', 'sex'],
])('%s is most like %s', (given, expected) => {
  expect(nearestName(given, names)).toBe(expected);
});

test('nothing is near', () => {
  expect(nearestName('price', names)).toBeUndefined();
  expect(nearestName('', names)).toBeUndefined();
  expect(nearestName('species', [])).toBeUndefined();
});

test('the remedy names the nearest and at most twenty others', () => {
  expect(suggestName('sx', ['sex', 'age'])).toBe('Did you mean "sex"? The columns are: sex, age.');
  expect(suggestName('x', [], 'runs')).toBe('There are no runs.');
  const many = Array.from({ length: 25 }, (_, index) => `pixel_${index}`);
  expect(suggestName('price', many)).toMatch(/pixel_19 and 5 more\.$/);
});
