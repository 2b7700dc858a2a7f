import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkDocs } from './checkDocs.mjs';

/** Check one module and give its problems without their places. */
function check(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-docs-'));
  try {
    const file = join(folder, 'index.ts');
    writeFileSync(file, text);
    return checkDocs([file], folder).problems.map((problem) => problem.replace(/^index\.ts:\d+: /, ''));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const example = '@example\n * double(2); // 4';

test('a whole comment passes', () => {
  const text = `
/**
 * Double a number.
 *
 * @param value any number
 * @returns twice the value
 * ${example}
 */
export const double = (value: number): number => 2 * value;

/** What to do. */
export interface Options {
  /** How often. */
  readonly times: number;
}

/**
 * Do it.
 * ${example}
 */
export function act(options: Options): void {}

/**
 * Do it again.
 * ${example}
 */
export function again({ times }: Options): void {}
`;
  expect(check(text)).toEqual([]);
});

test('what a function lacks is found', () => {
  expect(check('export function f(x: number): number { return x; }')).toEqual([
    'f has no summary',
    'f lacks @param x',
    'f lacks @returns',
    'f lacks an @example',
  ]);
  expect(check('/** lower case */\nexport const f = (): void => undefined;')).toEqual([
    'f has a summary that is no sentence',
    'f lacks an @example',
  ]);
});

test('a @param of another name and an empty one are found', () => {
  const text = `/**\n * Do.\n * @param y what\n * @param x\n * ${example}\n */\nexport function f(x: number): void {}`;
  expect(check(text)).toEqual(['f has a @param y that is no parameter', 'f has an empty @param x']);
});

test('members of interfaces, literal types and classes need a comment each', () => {
  expect(check('/** A thing. */\nexport interface A { x: number }')).toEqual([
    'A has a member x without a comment',
  ]);
  expect(check('/** A thing. */\nexport type A = { x: number } | {\n/** It. */\ny: number };')).toEqual([
    'A has a member x without a comment',
  ]);
  const text = `/**\n * Hold.\n * ${example}\n */\nexport class A { #hidden = 1; private own = 2; x = 3; run(): number { return this.#hidden + this.own; } }`;
  expect(check(text)).toEqual(['A has a member run without a comment', 'A has a member x without a comment']);
});

test('a function held in a constant through its type is checked as a function', () => {
  const text =
    '/** A rule. */\nexport type Rule = (x: number) => number;\n/** Square. */\nexport const square: Rule = (x) => x * x;';
  expect(check(text)).toEqual(['square lacks @param x', 'square lacks @returns', 'square lacks an @example']);
});

test('a module without exports is found', () => {
  expect(check('const x = 1;')).toEqual(['exports nothing']);
});

test('an option that is declared as a field has a comment', () => {
  const text = `
type OptionsOf<Declared> = { [Name in keyof Declared]?: Declared[Name] };
const declared = {
  /** How often. */
  times: 1,
  place: 'here',
};

/** What to do. */
export type Options = OptionsOf<typeof declared>;
`;
  expect(check(text)).toEqual(['Options has an option place without a comment']);
});
