import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors } from 'gradus/formats';
import { afterAll, expect, test } from 'vitest';
import { smallTable, Workplace } from '../testing/command.ts';

const place = new Workplace();
afterAll(() => place.remove());
const read = (...path: string[]): string => readFileSync(join(place.folder, ...path), 'utf8');
const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

test('penguins, seed 0: right at least 96 times of 100 on rows never seen, all files, the report last', async () => {
  const { code, stdout, stderr } = await place.run(['train', 'penguins']);
  expect(code).toBe(0);
  const folder = join('runs', '2026-01-31-penguins');
  expect(lastLine(stdout)).toBe(join(folder, 'report.html'));
  for (const said of [
    'task: classify',
    'since "species" is text',
    '11 missing',
    'split: 241 training',
    'seed: 0',
  ]) {
    expect(stdout).toContain(said);
  }
  expect(stderr).toContain('epoch   1/');
  const metrics = JSON.parse(read(folder, 'metrics.json'));
  expect(metrics.test.accuracy).toBeGreaterThanOrEqual(0.96);
  expect(metrics.baselines.map(({ kind }: { kind: string }) => kind)).toEqual(['trivial', 'linear']);
  expect(place.files()).toEqual(
    [
      ...[
        'checkpoints/last.safetensors',
        'config.json',
        'history.ndjson',
        'metrics.json',
        'model.safetensors',
      ],
      ...['predictions-test.csv', 'report.html', 'schema.json'],
    ].map((name) => join(folder, name)),
  );
  expect(read(folder, 'report.html')).toContain('gradus train penguins');
  const history = read(folder, 'history.ndjson').trimEnd().split('\n');
  expect(history).toHaveLength(metrics.training.epochs);
  expect(read(folder, 'predictions-test.csv').split('\n')[0]).toBe(
    'row,species,predicted_species,probability_Adelie,probability_Chinstrap,probability_Gentoo',
  );
  const { metadata } = decodeSafetensors(readFileSync(join(place.folder, folder, 'model.safetensors')));
  expect(Object.keys(metadata).filter((key) => /preprocessing|schema|training/.test(key))).toHaveLength(3);
});

test('the model file alone predicts what the run predicted', async () => {
  const folder = join('runs', '2026-01-31-penguins');
  const rows = read(folder, 'predictions-test.csv').trimEnd().split('\n').slice(1);
  const csv = readFileSync(new URL('../../data/penguins.csv', import.meta.url));
  const { code, stdout } = await place.run(
    ['predict', join(folder, 'model.safetensors'), '-', '--probabilities'],
    { readStandardInput: async () => csv },
  );
  expect(code).toBe(0);
  const predicted = stdout.trimEnd().split('\n');
  for (const row of rows) {
    const [number, , ...rest] = row.split(',');
    expect(predicted[Number(number)].split(',').slice(7)).toEqual(rest);
  }
});

test('a second run of a day has a number; the same seed gives the same files, another one others', async () => {
  const model = (name: string) => readFileSync(join(place.folder, 'runs', name, 'model.safetensors'));
  const [name, again, other] = ['', '-2', '-3'].map((number) => `2026-01-31-twice${number}`);
  place.file('twice.csv', smallTable());
  const args = ['train', 'twice.csv', '--target', 'side', '--epochs', '5', '--quiet'];
  for (const seed of ['0', '0', '1']) expect((await place.run([...args, '--seed', seed])).code).toBe(0);
  const tensors = (bytes: Uint8Array) => decodeSafetensors(bytes).tensors;
  expect(tensors(model(again))).toEqual(tensors(model(name)));
  expect(read('runs', again, 'metrics.json')).toBe(read('runs', name, 'metrics.json'));
  expect(read('runs', again, 'predictions-test.csv')).toBe(read('runs', name, 'predictions-test.csv'));
  expect(tensors(model(other))).not.toEqual(tensors(model(name)));
});

test('interrupted: a checkpoint, exit code 130, the command that goes on; resumed: the same bits', async () => {
  place.file('long.csv', smallTable(400));
  const args = ['train', 'long.csv', '--target', 'side', '--epochs', '30'];
  expect((await place.run([...args, '--out', 'whole'])).code).toBe(0);
  const interruption = new AbortController();
  let text = '';
  const stopping = {
    write: (line: string) => {
      text += line;
      if (/epoch +7\//.test(line)) interruption.abort();
    },
  };
  const stopped = await place.run([...args, '--out', 'parts'], {
    stderr: stopping,
    signal: interruption.signal,
  });
  expect(stopped.code).toBe(130);
  expect(text).toContain('gradus train --resume parts');
  expect(place.files().filter((file) => file.startsWith('parts'))).toEqual([
    join('parts', 'checkpoints', 'last.safetensors'),
    join('parts', 'config.json'),
  ]);
  for (const [flag, value] of [
    ['--seed', '3'],
    ['--hidden', '8'],
    ['--split', '60/20/20'],
    ['--out', 'elsewhere'],
  ]) {
    const conflict = await place.run(['train', '--resume', 'parts', flag, value]);
    expect([conflict.code, conflict.stdout]).toEqual([2, '']);
    expect(conflict.stderr).toContain('--resume together with');
  }
  const resumed = await place.run(['train', '--resume', 'parts', '--seed', '0']);
  expect([resumed.code, lastLine(resumed.stdout)]).toEqual([0, join('parts', 'report.html')]);
  for (const file of ['metrics.json', 'predictions-test.csv', 'schema.json']) {
    expect(read('parts', file)).toBe(read('whole', file));
  }
  const weights = (run: string) =>
    decodeSafetensors(readFileSync(join(place.folder, run, 'model.safetensors'))).tensors;
  expect(weights('parts')).toEqual(weights('whole'));
  const complete = await place.run(['train', '--resume', 'parts']);
  expect(complete.code).toBe(2);
  expect(complete.stderr).toContain('a run that is complete');
});

test('killed before the first checkpoint: nothing stays; killed later: all of it', async () => {
  place.file('long.csv', smallTable(400));
  const before = [place.files(), place.folders()];
  const interruption = new AbortController();
  const registered: (() => void)[] = [];
  const pending = new Set<() => void>();
  const kill = (): void => {
    for (const cleanUp of registered) cleanUp();
  };
  let killed: string[][] = [];
  const args = ['train', 'long.csv', '--target', 'side', '--epochs', '2', '--out', join('deep', 'killed')];
  const { code } = await place.run(args, {
    onExit: (cleanUp) => {
      registered.push(cleanUp);
      pending.add(cleanUp);
      return () => pending.delete(cleanUp);
    },
    stderr: {
      write: (line: string) => {
        if (!line.startsWith('training on')) return;
        expect(place.files()).toContain(join('deep', 'killed', 'config.json'));
        kill();
        killed = [place.files(), place.folders()];
        interruption.abort();
      },
    },
    signal: interruption.signal,
  });
  expect([code, killed, pending.size]).toEqual([130, before, 0]);
  const stopped = join('deep', 'killed', 'checkpoints', 'last.safetensors');
  expect(place.files()).toContain(stopped);
  kill();
  expect(place.files()).toContain(stopped);
});

test('data that have changed are not resumed on', async () => {
  place.file('moving.csv', smallTable(100));
  const signal = AbortSignal.abort();
  const stopped = await place.run(['train', 'moving.csv', '--target', 'side', '--out', 'moving'], { signal });
  expect(stopped.code).toBe(130);
  place.file('moving.csv', smallTable(101));
  const resumed = await place.run(['train', '--resume', 'moving']);
  expect(resumed.code).toBe(6);
  expect(resumed.stderr).toContain('which has changed since the run began');
});

test('a regression: R² beside baselines, predictions in the unit of the target', async () => {
  const lines = Array.from({ length: 300 }, (_, i) => {
    const [a, b] = [((i * 37) % 100) / 10, ((i * 61) % 100) / 10];
    return `${a};${String(b).replace('.', ',')};${String(1000 + 50 * a - 20 * b + 0.5).replace('.', ',')}`;
  });
  place.file('price.csv', `a;b;price\r\n${lines.join('\r\n')}\r\n`);
  const { code, stdout } = await place.run([
    'train',
    'price.csv',
    '--target',
    'price',
    '--out',
    'price',
    '--json',
  ]);
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.task).toBe('regress');
  expect(result.test.r2).toBeGreaterThan(0.98);
  expect(result.baselines[1].value).toBeGreaterThan(0.999);
  expect(result.files.report).toBe(join('price', 'report.html'));
  const predicted = await place.run(['predict', 'price', place.file('new.csv', 'a,b\n5,5\n')]);
  const value = Number(predicted.stdout.trimEnd().split(',').at(-1));
  expect(Math.abs(value - 1150.5)).toBeLessThan(30);
  expect((await place.run(['predict', 'price', 'new.csv', '--probabilities'])).code).toBe(2);
});

test('one test row: what an R² is cannot be told, and nothing says 0', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${(i * 5) % 11},${3 * (i % 7) + i / 100}`);
  place.file('few.csv', `a,b,y\n${rows.join('\n')}\n`);
  const args = ['train', 'few.csv', '--target', 'y', '--epochs', '3', '--split', '95/2.5/2.5'];
  const { code, stdout } = await place.run([...args, '--out', 'few']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\nToo little to tell how well y is predicted: an R² needs two rows or more/);
  expect(stdout).toMatch(/\n {2}this network +cannot tell {2}–\n/);
  expect(stdout).toMatch(/\n {2}a linear model +cannot tell {2}–\n/);
  const metrics = JSON.parse(read('few', 'metrics.json'));
  expect(metrics.test).toMatchObject({ rows: 1, value: null, r2: null, method: 'none' });
  expect(metrics.test.interval).toMatchObject({ lower: null, upper: null });
  expect(metrics.baselines.map(({ value }: { value: unknown }) => value)).toEqual([null, null]);
  expect(metrics.importance.columns).toEqual([]);
  const report = read('few', 'report.html');
  expect(report).toContain('<dd>cannot tell<small>');
  expect(report).toContain('They are too few to tell the R²');
  expect(report).not.toMatch(/NaN|score-comparison/);
  place.file('one.csv', `a,b,y\n${rows[0]}\n`);
  const evaluated = await place.run(['evaluate', 'few', '--data', 'one.csv', '--min', 'r2=0.5']);
  expect(evaluated.stdout).toMatch(/^R² of y: cannot tell/);
  expect([evaluated.code, evaluated.stderr]).toEqual([
    5,
    'gradus: r2 cannot be told from 1 row; --min asks for 0.5\n',
  ]);
});

test('--dry-run says what would be done and writes nothing', async () => {
  const before = place.files();
  const { code, stdout } = await place.run(['train', 'penguins', '--dry-run', '--hidden', '7']);
  expect(code).toBe(0);
  expect(stdout).toContain('hidden layers 7 ');
  expect(stdout).toContain('Total params:');
  expect(stdout).toContain('nothing was written');
  expect(place.files()).toEqual(before);
});

test('what to type next is what can be typed: as it is, by npx, or by npm start in a checkout', async () => {
  place.file('small.csv', smallTable());
  const next = async (out: string, environment: Record<string, string>) => {
    const args = ['train', 'small.csv', '--target', 'side', '--epochs', '1', '--quiet', '--out', out];
    return /to use it: (.*)/.exec((await place.run(args, { environment })).stdout)?.[1];
  };
  expect(await next('plain', {})).toBe('gradus predict plain new.csv');
  expect(await next('npx', { npm_lifecycle_event: 'npx' })).toBe('npx gradus predict npx new.csv');
  const checkout = { npm_lifecycle_event: 'start', npm_package_name: 'gradus-workspace' };
  expect(await next('checkout', checkout)).toBe('npm start -- predict checkout new.csv');
});

test('a very wide table is listed in part; names cannot write on the terminal', async () => {
  const names = Array.from({ length: 60 }, (_, column) =>
    column === 2 ? '"two\nlines\u001b[2J"' : `f${column}`,
  );
  const rows = Array.from({ length: 40 }, (_, row) =>
    [...names.map((_, column) => ((row + 1) * (column + 3)) % 67), row % 2 === 0 ? 'left' : 'right'].join(
      ',',
    ),
  );
  place.file('wide.csv', [[...names, 'side'].join(','), ...rows].join('\n'));
  const { code, stdout } = await place.run(['train', 'wide.csv', '--target', 'side', '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toContain('learns from 60 columns\n');
  expect(stdout).toMatch(/\n {2}f19 +number .*\n {2}and 40 more: 40 number\nsplit:/);
  expect(stdout).not.toContain('f20');
  expect(stdout).toContain('two lines');
  expect(stdout).not.toContain('\u001b');
});

test('--json: events on standard error, one object a line; --quiet: results alone', async () => {
  place.file('small.csv', smallTable());
  const args = ['train', 'small.csv', '--target', 'side', '--epochs', '3'];
  const json = await place.run([...args, '--json']);
  const events = json.stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect(events).toEqual(['plan', 'start', 'epoch', 'epoch', 'epoch', 'end']);
  expect(JSON.parse(json.stdout).type).toBe('result');
  const quiet = await place.run([...args, '--quiet']);
  expect(quiet.stderr).toBe('');
  expect(quiet.stdout).toMatch(/^Predicts side right/);
});

test('without validation rows the epochs are fixed; a time limit ends training', async () => {
  place.file('small.csv', smallTable());
  const args = ['train', 'small.csv', '--target', 'side', '--json'];
  const fixed = await place.run([...args, '--split', '80/0/20', '--epochs', '4']);
  expect(JSON.parse(fixed.stdout).training).toMatchObject({ validationRows: 0, epochs: 4 });
  expect(JSON.parse(fixed.stdout).importance.measuredOn).toBe('test rows');
  let now = 0;
  const timed = await place.run([...args, '--time', '90s'], { clock: () => (now += 1000) });
  expect(timed.code).toBe(0);
  expect(JSON.parse(timed.stdout).training.reason).toBe('the time of 90 s was over');
});

test('--class-weight balanced: rare classes count as much; not for numbers', async () => {
  const rows = Array.from({ length: 200 }, (_, row) => {
    const isRare = row % 10 === 0;
    return `${((row * 37) % 100) / 100 + (isRare ? 0.35 : 0)},${isRare ? 'rare' : 'common'}`;
  });
  place.file('rare.csv', ['x,kind', ...rows].join('\n'));
  const args = ['train', 'rare.csv', '--target', 'kind', '--epochs', '30', '--json'];
  const plain = JSON.parse((await place.run(args)).stdout);
  const folder = join('runs', 'balanced');
  const weighed = await place.run([...args, '--class-weight', 'balanced', '--out', folder]);
  expect(weighed.code).toBe(0);
  const { test: scores } = JSON.parse(weighed.stdout);
  expect(scores.balancedAccuracy).toBeGreaterThan(plain.test.balancedAccuracy);
  expect(JSON.parse(read(folder, 'config.json')).training.classWeight).toBe('balanced');
  const dry = await place.run([
    'train',
    'rare.csv',
    '--target',
    'kind',
    '--class-weight',
    'balanced',
    '--dry-run',
  ]);
  expect(dry.stdout).toContain('classes weighed to count alike');
  const numbers = await place.run(['train', 'rare.csv', '--target', 'x', '--class-weight', 'balanced']);
  expect(numbers.code).toBe(2);
  expect(numbers.stderr).toContain(
    "--class-weight balanced for the numbers of 'x'. Expected a column of classes",
  );
});
