import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallTable, Workplace } from './testing/command.ts';

// The program itself, made from the sources: what only a process of its own can show.
const place = new Workplace();
let bundle: string;
let program: string;

beforeAll(async () => {
  // Inside the package, so that what it imports from node_modules is found.
  const modules = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
  mkdirSync(modules, { recursive: true });
  bundle = mkdtempSync(join(modules, '.gradus-test-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['source'] },
    ssr: { resolve: { conditions: ['source'] }, noExternal: [/^gradus/, /^@gradus/] },
    build: {
      ssr: fileURLToPath(new URL('main.ts', import.meta.url)),
      outDir: bundle,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'main.js' } },
    },
  });
  program = join(bundle, 'main.js');
});

afterAll(() => {
  place.remove();
  rmSync(bundle, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Start the program; `output` is a file to take the place of standard output. */
function start(
  args: readonly string[],
  output: number | 'pipe' = 'pipe',
): { readonly child: ChildProcess; readonly end: Promise<Ended> } {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: place.folder,
    env: { ...process.env, CI: '' },
    stdio: ['pipe', output, 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const end = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, end };
}

/** Resolve when standard error has said something. */
const said = (child: ChildProcess, pattern: RegExp): Promise<void> =>
  new Promise((resolve) => {
    let text = '';
    child.stderr?.on('data', (chunk) => {
      text += String(chunk);
      if (pattern.test(text)) resolve();
    });
  });

test('a mistake of the user: its exit code, one line, no stack', async () => {
  const { code, stdout, stderr } = await start(['train', 'nowhere.csv', '--target', 'y']).end;
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^gradus: there is no file 'nowhere\.csv'.*\n$/);
});

test('standard input to standard output; a reader that goes away is no error', async () => {
  place.file('data.csv', smallTable());
  const trained = await start(['train', 'data.csv', '--target', 'side', '--out', 'run', '--epochs', '3']).end;
  expect(trained.stderr).toContain('epoch 3/3');
  expect([trained.code, trained.stdout.trimEnd().split('\n').at(-1)]).toEqual([
    0,
    join('run', 'report.html'),
  ]);
  const { child, end } = start(['predict', 'run', '-']);
  child.stdin?.end('x,y\n3.2,1\n');
  expect(await end).toMatchObject({ code: 0, stdout: expect.stringMatching(/^x,y,predicted_side\n3\.2,1,/) });
  const closed = start(['predict', 'run', 'data.csv']);
  closed.child.stdout?.destroy();
  expect(await closed.end).toMatchObject({ code: 0, stderr: '' });
});

// The device that is always full is Linux's own.
test.skipIf(!existsSync('/dev/full'))(
  'a full disk behind standard output: exit code 2, one line',
  async () => {
    place.file('data.csv', smallTable());
    const args = ['train', 'data.csv', '--target', 'side', '--epochs', '2', '--quiet', '--out', 'unheard'];
    const full = openSync('/dev/full', 'w');
    const { code, stderr } = await start(args, full).end;
    closeSync(full);
    expect(stderr).toMatch(/^gradus: standard output cannot be written: the disk is full\..*\n$/);
    expect(code).toBe(2);
    expect(place.files()).toContain(join('unheard', 'report.html'));
  },
);

test('the first Ctrl-C saves a checkpoint and says how to go on; --resume does', async () => {
  place.file('long.csv', smallTable(3000));
  const args = ['train', 'long.csv', '--target', 'side', '--epochs', '100000', '--split', '80/0/20'];
  const { child, end } = start([...args, '--out', 'stopped']);
  await said(child, /epoch +2\//);
  child.kill('SIGINT');
  const { code, stderr } = await end;
  expect(code).toBe(130);
  expect(stderr).toContain('gradus train --resume stopped');
  expect(place.files().filter((file) => file.startsWith('stopped'))).toEqual([
    join('stopped', 'checkpoints', 'last.safetensors'),
    join('stopped', 'config.json'),
  ]);
  const again = start(['train', '--resume', 'stopped']);
  await said(again.child, /epoch +\d+\//);
  again.child.kill('SIGINT');
  const resumed = await again.end;
  expect(resumed.code).toBe(130);
  const [first] = /epoch +\d+/.exec(resumed.stderr) ?? [''];
  expect(Number(first.replace(/\D/g, ''))).toBeGreaterThan(2);
});

test('Ctrl-C ends a command that has nothing to save, at once', async () => {
  const { child, end } = start(['doctor']);
  // It measures for seconds, and prints at the end only: an end before that has no output.
  await new Promise((resolve) => setTimeout(resolve, 700));
  child.kill('SIGINT');
  const { code, stdout } = await end;
  expect(stdout).toBe('');
  // On a slow machine the signal comes before the program has begun to listen, and Node itself ends it.
  expect([130, null]).toContain(code);
});

test('what a machine withholds is named, not called a mistake of ours: address space, WebAssembly, a folder', async ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'needs ulimit');
  place.file('data.csv', smallTable());
  const shell = (line: string) => spawnSync('bash', ['-c', line], { cwd: place.folder, encoding: 'utf8' });
  const call = `"${process.execPath}" %s "${program}" train data.csv --target side --epochs 1 --out withheld`;
  const small = shell(`ulimit -v 8000000; ${call.replace('%s', '')}`);
  expect([small.status, small.stderr]).toEqual([2, expect.stringContaining('too little address space')]);
  expect(small.stderr).toContain('node --disable-wasm-trap-handler');
  const jitless = shell(call.replace('%s', '--jitless'));
  expect([jitless.status, jitless.stderr]).toEqual([2, expect.stringContaining('without --jitless')]);
  const gone = shell(`mkdir gone; cd gone; rmdir ../gone; ${call.replace('%s', '')}`);
  expect(gone.stderr).toMatch(/^gradus: the working directory is not there any more\..*\n$/);
  expect(gone.status).toBe(2);
});

test('without SharedArrayBuffer one thread trains', () => {
  place.file(
    'noSharing.mjs',
    `delete globalThis.SharedArrayBuffer;\nawait import(${JSON.stringify(program)});\n`,
  );
  const args = ['noSharing.mjs', 'train', 'data.csv', '--target', 'side', '--epochs', '1', '--out', 'alone'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: place.folder, encoding: 'utf8' });
  expect([status, stderr.includes('mistake')]).toEqual([0, false]);
});
