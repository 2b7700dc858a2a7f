import { ArgumentError } from 'gradus';
import { expect, test } from 'vitest';
import type { FlagDefinition } from './flag.ts';
import { parseArguments } from './parseArguments.ts';
import { choiceFlag, integerFlag, listFlag, numberFlag, textFlag } from './values.ts';

const flags: FlagDefinition[] = [
  { name: 'target', letter: 't', value: 'COL', description: 'Column' },
  { name: 'drop', value: 'A,B', description: 'Columns' },
  { name: 'seed', value: 'N', description: 'Seed' },
  { name: 'quiet', letter: 'q', description: 'Silence' },
];
const parse = (...args: string[]) => parseArguments(args, flags, 'gradus test');

test('flags stand before, behind and between operands, with a space or an equals sign', () => {
  const args = parse('a.csv', '--target=y', '--drop', 'p,q', 'b.csv', '-q', '--drop', ' r ');
  expect(args.operands).toEqual(['a.csv', 'b.csv']);
  expect(textFlag(args, 'target')).toBe('y');
  expect(listFlag(args, 'drop')).toEqual(['p', 'q', 'r']);
  expect(args.flags.has('quiet')).toBe(true);
});

test('a letter stands for its flag, with its value behind it or next to it', () => {
  expect(textFlag(parse('-t', 'y'), 'target')).toBe('y');
  expect(textFlag(parse('-ty'), 'target')).toBe('y');
});

test('behind -- all are operands; a lone dash is one, too; negative numbers are values', () => {
  expect(parse('--', '--seed', '-').operands).toEqual(['--seed', '-']);
  expect(parse('-').operands).toEqual(['-']);
  expect(textFlag(parse('--seed', '-3'), 'seed')).toBe('-3');
  expect(textFlag(parse('--target=--odd'), 'target')).toBe('--odd');
});

test.each([
  [['--targt', 'y'], '--target is the nearest'],
  [['--unlike-anything'], 'has no flag --unlike-anything'],
  [['--target'], '--target without a value. Expected --target COL'],
  [['--target', '--quiet'], '--target without a value (--quiet comes next)'],
  [['--quiet=yes'], 'it takes no value'],
  [['-x'], 'has no flag -x'],
])('%j is refused', (args, message) => {
  expect(() => parse(...args)).toThrow(ArgumentError);
  expect(() => parse(...args)).toThrow(message);
});

test('values are read within their limits', () => {
  expect(integerFlag(parse('--seed', '12'), 'seed', { least: 0 })).toBe(12);
  expect(numberFlag(parse('--seed', '1e-3'), 'seed', { above: 0 })).toBe(0.001);
  expect(choiceFlag(parse('--seed', 'a'), 'seed', ['a', 'b'])).toBe('a');
  expect(integerFlag(parse(), 'seed', { least: 0 })).toBeUndefined();
  for (const text of ['-1', '1.5', 'x', '0x10', '1e400', '']) {
    expect(() => integerFlag(parse(`--seed=${text}`), 'seed', { least: 0 })).toThrow(ArgumentError);
  }
  expect(() => numberFlag(parse('--seed=0'), 'seed', { above: 0 })).toThrow('Expected a number above 0.');
  expect(() => choiceFlag(parse('--seed=c'), 'seed', ['a', 'b'])).toThrow('Expected a or b.');
  expect(() => textFlag(parse('--seed', '1', '--seed', '2'), 'seed')).toThrow('--seed 2 times (1, 2)');
});
