import { expect, test } from 'vitest';
import { readArguments, readCount, requireNames, UsageError } from './arguments.mjs';

const options = { quick: { type: 'boolean' }, node: { type: 'string' } } as const;

test('known options are read', () => {
  const { values } = readArguments({ args: ['--quick', '--node', 'both'], options });
  expect({ ...values }).toEqual({ quick: true, node: 'both' });
});

test.each([
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['--node'], "Option '--node <value>' argument missing"],
  [['extra'], "Unexpected argument 'extra'"],
])('%j is refused in a sentence', (args, sentence) => {
  const read = () => readArguments({ args, options });
  expect(read).toThrow(UsageError);
  expect(read).toThrow(new RegExp(`^${sentence}\\.$`));
});

test('names that are not known are refused, with those that are', () => {
  requireNames('peer', ['pytorch', 'gradus'], ['gradus', 'pytorch']);
  expect(() => requireNames('peer', ['gradus', 'nonsense'], ['gradus', 'pytorch'])).toThrow(
    "No peer 'nonsense'. Expected one of gradus, pytorch.",
  );
});

test('counts are whole numbers', () => {
  expect(readCount('--rounds', undefined, 9)).toBe(9);
  expect(readCount('--rounds', '3', 9)).toBe(3);
  expect(readCount('--mnist', '0', 3, 0)).toBe(0);
  for (const text of ['x', '', '-1', '1.5', '0'])
    expect(() => readCount('--rounds', text, 9)).toThrow(
      `--rounds ${text}. Expected a whole number of at least 1.`,
    );
});
