import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GradusError } from 'gradus';
import { writeFileAtomically } from 'gradus/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallTable, Workplace } from './testing/command.ts';

const place = new Workplace();
afterAll(() => place.remove());

/** Bytes of text. */
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const table = smallTable();
const withColumn = (name: string, cell: (row: number) => string): string =>
  table
    .trimEnd()
    .split('\n')
    .map((line, row) => (row === 0 ? `${name},${line}` : `${cell(row)},${line}`))
    .join('\n');

describe('a table that cannot be learnt from: exit code 3, nothing left behind', () => {
  test.each<[what: string, content: string | Uint8Array, messages: string[], target?: string]>([
    ['an empty file', '', ['is empty']],
    ['blank lines', '\n\n', ['blank']],
    ['a header without rows', 'x,y,side\n', ['no rows']],
    ['a ragged row', table.replace('\n', '\n1,2\n'), ['row 1 (line 2)', '2 fields', '3']],
    [
      'a target with one class',
      smallTable(60, (line) => line.replace(/left|right/, 'left')),
      ['"left" in all 60'],
    ],
    [
      'a numeric target with text in row 12',
      smallTable(60, (line, row) =>
        row === 12 ? line.replace(/^[^,]*/, 'three') : `${line}`.replace(/^/, '1'),
      ),
      ['row 12', 'three'],
      'x',
    ],
    [
      'all columns constant',
      smallTable(60, (line) => line.replace(/^[^,]*,[^,]*/, '1,1')),
      ['one value only'],
    ],
    ['two columns of one name', table.replace('x,y', 'x,x'), ['"x"', 'columns 1 and 2']],
    ['an infinite number', table.replace(/\n[^,]*,/, '\ninf,'), ['row 1', '"x"']],
    ['a huge number', table.replace(/\n[^,]*,/, '\n1e31,'), ['row 1', '"x"']],
    ['text among numbers', table.replace(/\n[^,]*,/, '\ntwo,'), ['row 1', '"x"', 'two']],
    ['invalid UTF-8', new Uint8Array([...bytes(table), 0xc3, 0x28]), ['UTF-8']],
    ['a binary file', new Uint8Array([0x50, 0x41, 0x52, 0x31, 0, 1, 2, 3]), ['Parquet']],
    [
      'a field of a million and one characters',
      `${table}${'9'.repeat(1_000_001)},1,left\n`,
      ['row 61', '"x"', '1000001'],
    ],
    ['a quote that is never closed', `${table}1,"2,left\n`, ['row 61', 'never closed']],
    ['two rows', 'x,side\n1,left\n2,right\n', ['2 rows']],
    [
      'a target without values',
      smallTable(60, (line) => line.replace(/left|right/, '')),
      ['missing in every row'],
    ],
  ])('%s', async (_, content, messages, target = 'side') => {
    const name = place.file('data.csv', content);
    const { code, stdout, stderr } = await place.run(['train', name, '--target', target]);
    expect(stderr).toMatch(/^gradus: data\.csv: .*\n$/);
    for (const message of messages) expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([3, '']);
    expect(place.files()).toEqual(['data.csv']);
    expect(place.folders()).toEqual([]);
  });

  test.each([
    ['nowhere.csv', "there is no file 'nowhere.csv'"],
    ['pengins', "Did you mean 'penguins'?"],
    ['.', 'is a folder'],
    ['data.json', 'JSON'],
  ])('%s', async (name, message) => {
    place.file('data.json', '{}');
    const { code, stderr } = await place.run(['train', name, '--target', 'side']);
    expect(stderr).toContain(message);
    expect(code).toBe(3);
    expect(place.folders()).toEqual([]);
  });
});

test('constant and empty columns, and names, are left out, and that is said', async () => {
  const content = withColumn('same', () => '7')
    .replace(/^/gm, ',')
    .replace(/^,/, 'none,');
  const names = content
    .split('\n')
    .map((line, row) => (row === 0 ? `name,${line}` : `person ${row},${line}`))
    .join('\n');
  const file = place.file('odd.csv', names);
  const { code, stdout } = await place.run(['train', file, '--target', 'side', '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toContain('"same" is left out: it has one value only');
  expect(stdout).toContain('"none" is left out: it has no values');
  expect(stdout).toContain('"name" is left out');
});

describe('a place that cannot be written: exit code 2', () => {
  test.each(['/proc/gradus/run', 'data.csv/run', 'data.csv'])('--out %s', async (out) => {
    const name = place.file('data.csv', table);
    const before = place.files();
    const { code, stdout, stderr } = await place.run(['train', name, '--target', 'side', '--out', out]);
    expect(stderr).toContain(`the folder '${out}' cannot be made`);
    expect(stderr).toContain('--out');
    expect([code, stdout]).toEqual([2, '']);
    expect(place.files()).toEqual(before);
  });

  test('--out a folder with files in it', async () => {
    place.file('full/notes.txt', 'mine');
    const name = place.file('data.csv', table);
    const { code, stderr } = await place.run(['train', name, '--target', 'side', '--out', 'full']);
    expect(stderr).toContain("the folder 'full' is not empty (it holds notes.txt)");
    expect(code).toBe(2);
  });

  const fullDisk = (failing: (path: string) => boolean) => ({
    writeFile: async (path: string, content: Uint8Array | string): Promise<void> => {
      if (!failing(path)) return writeFileAtomically(path, content);
      throw new GradusError('platform', { received: `'${path}' cannot be written: the disk is full` });
    },
  });

  test('a disk that is full from the start: nothing stays', async () => {
    const name = place.file('data.csv', table);
    const { code, stdout, stderr } = await place.run(
      ['train', name, '--target', 'side', '--out', 'later'],
      fullDisk(() => true),
    );
    expect(stderr).toContain('the disk is full');
    expect([code, stdout]).toEqual([2, '']);
    expect(place.folders()).not.toContain('later');
  });

  test('a disk that is full when the results are written: the training stays, and can be taken up', async () => {
    const name = place.file('data.csv', table);
    const args = ['train', name, '--target', 'side', '--out', 'kept', '--epochs', '3'];
    const first = await place.run(
      args,
      fullDisk((path) => path.endsWith('metrics.json')),
    );
    expect(first.stderr).toContain('the disk is full');
    expect(first.stderr).toContain('gradus train --resume kept');
    expect(first.code).toBe(2);
    const kept = place.files().filter((path) => path.startsWith('kept'));
    expect(kept).toEqual([
      join('kept', 'checkpoints', 'last.safetensors'),
      join('kept', 'config.json'),
      join('kept', 'model.safetensors'),
    ]);
    expect(first.stderr).toContain(
      `${join('kept', 'model.safetensors')} can be used; other results are missing`,
    );
    const second = await place.run(['train', '--resume', 'kept']);
    expect([second.code, second.stdout.trimEnd().split('\n').at(-1)]).toEqual([
      0,
      join('kept', 'report.html'),
    ]);
  });
});

test('a loss that is not finite: exit code 4, says step, layer, reason and remedy, leaves nothing', async () => {
  const name = place.file('data.csv', table);
  const { code, stdout, stderr } = await place.run([
    ...['train', name, '--target', 'side', '--learning-rate', '1e30', '--out', 'diverged', '--quiet'],
  ]);
  expect(stderr).toMatch(/^gradus: Training diverged in epoch \d+, step \d+: .*layer '\w+'.*learning rate/);
  expect([code, stdout]).toEqual([4, '']);
  expect(place.folders()).not.toContain('diverged');
});

describe('a trained run', () => {
  beforeAll(async () => {
    place.file('data.csv', table);
    const { code } = await place.run([
      'train',
      'data.csv',
      '--target',
      'side',
      '--out',
      'run',
      '--epochs',
      '20',
    ]);
    expect(code).toBe(0);
  });

  test('a table in the place of the run: exit code 2', async () => {
    const { code, stdout, stderr } = await place.run(['predict', 'data.csv', 'run']);
    expect(stderr).toContain("'data.csv', which looks like a table, in the place of the run");
    expect([code, stdout]).toEqual([2, '']);
  });

  test('labels that training never saw: exit code 3, named', async () => {
    const file = place.file('labels.csv', `${table}1,2,above\n`);
    const { code, stdout, stderr } = await place.run(['evaluate', 'run', '--data', file]);
    expect(stderr).toContain('labels.csv: the target "side", row 61, is "above"');
    expect([code, stdout]).toEqual([3, '']);
  });

  test('columns that are missing: exit code 6, named, with the nearest', async () => {
    const file = place.file('short.csv', 'X1,side\n1,left\n');
    const { code, stdout, stderr } = await place.run(['predict', 'run', file]);
    expect(stderr).toContain('lacks the columns "x", "y"');
    expect([code, stdout]).toEqual([6, '']);
    const unknown = await place.run(['evaluate', 'run', '--data', place.file('none.csv', 'x,y\n1,2\n')]);
    expect(unknown.stderr).toContain('lacks the target "side"');
    expect(unknown.code).toBe(6);
  });

  test('columns that training did not have are passed through, and that is said', async () => {
    const file = place.file('wide.csv', 'colour,y,x\nred,1,3.5\n');
    const { code, stdout, stderr } = await place.run(['predict', 'run', file]);
    expect(stdout).toMatch(/^colour,y,x,predicted_side\nred,1,3\.5,(left|right)\n$/);
    expect(stderr).toContain('note: ignored, as training had no such column: "colour"');
    expect(code).toBe(0);
  });

  test('a header without rows: predict gives a header back, evaluate has nothing to score', async () => {
    const file = place.file('header.csv', 'x,y\n');
    const predicted = await place.run(['predict', 'run', file, '--probabilities']);
    expect(predicted).toEqual({
      code: 0,
      stdout: 'x,y,predicted_side,probability_left,probability_right\n',
      stderr: '',
    });
    const short = await place.run(['predict', 'run', place.file('header2.csv', 'x,z\n')]);
    expect(short.code).toBe(6);
    const scored = await place.run(['evaluate', 'run', '--data', place.file('header3.csv', 'x,y,side\n')]);
    expect([scored.code, scored.stdout]).toEqual([3, '']);
    expect(scored.stderr).toContain('no rows');
  });

  test('a model file that is truncated, edited or no model: exit code 6', async () => {
    const model = readFileSync(join(place.folder, 'run', 'model.safetensors'));
    const edited = Uint8Array.from(model);
    edited[edited.length - 5] ^= 1;
    const files: [string, Uint8Array][] = [
      ['short.safetensors', model.subarray(0, model.length - 10)],
      ['tiny.safetensors', model.subarray(0, 4)],
      ['edited.safetensors', edited],
      ['other.safetensors', bytes(table)],
      ['checkpoint.safetensors', readFileSync(join(place.folder, 'run/checkpoints/last.safetensors'))],
    ];
    for (const [name, content] of files) {
      writeFileSync(join(place.folder, name), content);
      const { code, stdout, stderr } = await place.run(['predict', name, 'data.csv']);
      expect(stderr).toMatch(new RegExp(`^gradus: '.*${name}': .*\n$`));
      expect([code, stdout]).toEqual([6, '']);
    }
  });

  test('a gate that is missed: exit code 5, with the scores', async () => {
    const gate = (text: string) => place.run(['evaluate', 'run', '--data', 'data.csv', '--min', text]);
    expect((await gate('accuracy=0.5')).code).toBe(0);
    const missed = await gate('logLoss=1e-9');
    expect(missed.code).toBe(5);
    expect(missed.stderr).toMatch(/^gradus: logLoss is .*, above the 1e-9 asked for by --min\n$/);
    expect(missed.stdout).toContain('accuracy of side:');
    const unknown = await gate('acuracy=0.5');
    expect([unknown.code, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toContain('Did you mean accuracy?');
    expect((await gate('accuracy')).code).toBe(2);
  });

  test('an unwritable --out of predict leaves nothing', async () => {
    const { code, stdout, stderr } = await place.run([
      'predict',
      'run',
      'data.csv',
      '--out',
      'data.csv/x.csv',
    ]);
    expect(stderr).toContain('cannot be written');
    expect([code, stdout]).toEqual([2, '']);
  });

  test('a number in an unreadable configuration, a checkpoint that is damaged: exit code 6', async () => {
    place.file('broken/config.json', '{"version": 2}');
    const config = await place.run(['train', '--resume', 'broken']);
    expect(config.code).toBe(6);
    expect(config.stderr).toContain('its version is 2');
    place.file('broken/config.json', readFileSync(join(place.folder, 'run', 'config.json')));
    place.file('broken/checkpoints/last.safetensors', 'nothing of that kind');
    const checkpoint = await place.run(['train', '--resume', 'broken']);
    expect(checkpoint.code).toBe(6);
    expect(checkpoint.stderr).toContain('last.safetensors');
  });
});
