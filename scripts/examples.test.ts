import { expect, test } from 'vitest';
import { checkValue } from '../tests/exampleChecks.ts';
import { examplesOfMarkdown, examplesOfSource, instrument, isLiteral } from './examples.mjs';

test('an example is taken out of its comment with its line, indentation and everything else', () => {
  const text = `
/**
 * Add.
 *
 * @param a one
 * @example
 * import { add } from 'gradus/tensor';
 * if (true) {
 *   add(1, 2); // 3
 * }
 */
export const add = 1;
`;
  expect(examplesOfSource('a.ts', text)).toEqual([
    { name: 'a.ts:6', code: "import { add } from 'gradus/tensor';\nif (true) {\n  add(1, 2); // 3\n}" },
  ]);
});

test('several examples, and examples of members, are all found', () => {
  const text =
    '/**\n * A.\n * @example\n * one();\n * @example\n * two();\n */\nclass A {\n  /**\n   * B.\n   * @example\n   * three();\n   */\n  b = 1;\n}';
  expect(examplesOfSource('a.ts', text).map(({ code }) => code)).toEqual(['one();', 'two();', 'three();']);
});

test('Markdown gives its ts blocks only', () => {
  expect(examplesOfMarkdown('R.md', '# A\n```ts\nx;\n```\n```sh\nnpm\n```\n')).toEqual([
    { name: 'R.md:2', code: 'x;' },
  ]);
});

test.each([
  '1',
  '-0.5',
  '1e-3',
  "'a'",
  '[1, [2]]',
  '{ x: 81, y: [true, null] }',
  'NaN',
  '-Infinity',
  'undefined',
])('%s is a literal', (text) => expect(isLiteral(text)).toBe(true));

test.each(['about one', 'x', 'f(1)', '1, 2', '3 rows', '', '…'])('%s is none', (text) => {
  expect(isLiteral(text)).toBe(false);
});

test('remarks become checks', () => {
  const { code, checks } = instrument(
    'const a = 1; // 1\na; // 1\nconsole.log(a + 1); // 2\na; // Float32Array(1) [1]\na; // whatever\nf(); // throws ArgumentError',
    './checks.ts',
  );
  expect(checks).toBe(5);
  expect(code).toContain('checkValue$(a, ([1]), "[1]");');
  expect(code).toContain('checkValue$(a + 1, (2), "2");');
  expect(code).toContain("await checkThrows$(async () => { f(); }, 'ArgumentError');");
});

test('numbers are compared to the digits written, whole ones exactly', () => {
  checkValue(0.84134, 0.8413, '0.8413');
  checkValue(new Float32Array([1, 2.5]), [1, 2.5], '[1, 2.5]');
  checkValue({ x2: 1.04, y: Number.NaN }, { x2: 1.0, y: Number.NaN }, '{ x2: 1.0, y: NaN }');
  expect(() => checkValue(0.8414, 0.8413, '0.8413')).toThrow();
  expect(() => checkValue(3.0001, 3, '3')).toThrow();
  expect(() => checkValue([1, 2, 3], [1, 2], '[1, 2]')).toThrow();
  expect(() => checkValue('a', 'b', "'b'")).toThrow();
});
