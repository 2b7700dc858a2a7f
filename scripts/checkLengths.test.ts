import { expect, test } from 'vitest';
import { longestFunction, longestSource, longestTest, tooLong, tooLongFunctions } from './checkLengths.mjs';

test('sources and tests have a bound each', () => {
  const files = [
    { path: 'a.ts', lines: longestSource },
    { path: 'b.ts', lines: longestSource + 1 },
    { path: 'b.test.ts', lines: longestTest },
    { path: 'c.test.ts', lines: longestTest + 1 },
  ];
  expect(tooLong(files).map((line) => line.split(':')[0])).toEqual(['b.ts', 'c.test.ts']);
});

test('a function that is too long is found by its name', () => {
  const body = (lines: number): string => `function long() {\n${'  f();\n'.repeat(lines - 2)}}\n`;
  expect(tooLongFunctions('a.ts', body(longestFunction))).toEqual([]);
  expect(tooLongFunctions('a.ts', `\n${body(longestFunction + 1)}`)).toEqual([
    `a.ts:2: long has ${longestFunction + 1} lines; a function has at most ${longestFunction}`,
  ]);
  expect(
    tooLongFunctions('a.ts', `const x = { long: () => {${'\n'.repeat(longestFunction)}} };`),
  ).toHaveLength(1);
});
