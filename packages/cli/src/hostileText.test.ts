import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { smallTable, Workplace } from './testing/command.ts';

const place = new Workplace();
afterAll(() => place.remove());

/** Sets a terminal's title, clears it, turns text round, and holds every other control character. */
const hostile = `\u001b]0;x\u0007\u001b[2J\u202e\u009b31m${String.fromCharCode(1, 2, 3, 4, 5, 6, 8)}\u007f\u2028`;
/** What a terminal would obey. */
const obeyed = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const table = smallTable(120, (line) => line.replace('left', `le${hostile}ft`)).replace('y', `y${hostile}`);

/** Run a command; nothing that it says to a person may hold what a terminal obeys. */
async function say(...argv: string[]) {
  const result = await place.run(argv);
  expect(result.stderr).not.toMatch(obeyed);
  return result;
}

test('names and labels of a table reach neither terminal nor report unescaped', async () => {
  place.file('data.csv', table);
  const without = await say('train', 'data.csv');
  expect(without.code).toBe(2);
  expect(without.stderr).toContain('y\\x1b]0;x\\x07');
  const { code, stdout } = await say(
    'train',
    'data.csv',
    '--target',
    'side',
    '--epochs',
    '3',
    '--out',
    'run',
  );
  expect(code).toBe(0);
  expect(stdout).not.toMatch(obeyed);
  const report = readFileSync(join(place.folder, 'run', 'report.html'), 'utf8');
  expect(report).not.toMatch(/[^\P{Cc}\t\n\r]/u);
});

test('predictions keep the labels to the byte; scores of them are shown escaped', async () => {
  const predicted = await say('predict', 'run', 'data.csv');
  expect(predicted.code).toBe(0);
  expect(predicted.stdout).toContain(`le${hostile}ft`);
  const evaluated = await say('evaluate', 'run', '--data', 'data.csv');
  expect(evaluated.code).toBe(0);
  expect(evaluated.stdout).not.toMatch(obeyed);
});

test('neither do names of files, flags, columns and commands, nor what stands in a model file', async () => {
  const calls = [
    ['train', `no${hostile}where.csv`, '--target', 'side'],
    ['train', 'data.csv', '--target', `si${hostile}de`],
    ['train', 'data.csv', '--target', 'side', `--${hostile}`],
    ['train', 'data.csv', '--target', 'side', '--out', `data.csv/${hostile}`],
    ['train', 'data.csv', '--target', 'side', '--loss', hostile],
    [`tr${hostile}ain`],
    ['predict', `ru${hostile}n`, 'data.csv'],
    ['doctor', hostile],
  ];
  for (const argv of calls) {
    const { code, stdout, stderr } = await say(...argv);
    expect([code === 2 || code === 3, stdout, stderr.split('\n').length]).toEqual([true, '', 2]);
  }
  const model = readFileSync(join(place.folder, 'run', 'model.safetensors'));
  const length = Number(model.readBigUInt64LE(0));
  const header = model.subarray(8, 8 + length).toString('utf8');
  for (const name of [hostile, 'x'.repeat(1_000_000)]) {
    const named = Buffer.from(header.replace('"hidden1/kernel"', JSON.stringify(name)), 'utf8');
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(named.length));
    place.file('hostile.safetensors', Buffer.concat([size, named, model.subarray(8 + length)]));
    const { code, stderr } = await say('predict', 'hostile.safetensors', 'data.csv');
    expect(code).toBe(6);
    expect(stderr.length).toBeLessThan(4000);
  }
});
