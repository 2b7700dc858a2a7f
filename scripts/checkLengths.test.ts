import { expect, test } from 'vitest';
import { longestSource, longestTest, tooLong } from './checkLengths.mjs';

test('sources and tests have a bound each', () => {
  const files = [
    { path: 'a.ts', lines: longestSource },
    { path: 'b.ts', lines: longestSource + 1 },
    { path: 'b.test.ts', lines: longestTest },
    { path: 'c.test.ts', lines: longestTest + 1 },
  ];
  expect(tooLong(files).map((line) => line.split(':')[0])).toEqual(['b.ts', 'c.test.ts']);
});
