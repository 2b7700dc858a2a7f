import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeTooOld, runNode, runProgram } from './platform.mjs';
import { isInstalled } from './setup.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(['20.19.0', '20.20.2', '22.0.0', '26.10.0'])('Node %s will do', (version) => {
  expect(nodeTooOld(version)).toBeUndefined();
});

test.each(['20.18.3', '18.20.0', '16.0.0'])('Node %s is told in one sentence', (version) => {
  expect(nodeTooOld(version)).toMatch(
    /^Gradus needs Node 20\.19 or newer and this is Node .*: install .*\.$/,
  );
});

/** Write a lockfile, what npm says is installed, and the folders. */
function write(wanted: object, installed?: object, folders: readonly string[] = []): void {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  mkdirSync(join(folder, 'node_modules'));
  for (const path of folders) mkdirSync(join(folder, path), { recursive: true });
  if (installed === undefined) return;
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
}

const one = { 'node_modules/a': { version: '1.0.0' } };

test('what the lockfile names is installed only when it is there in that version', () => {
  write({ '': {}, ...one, 'node_modules/b': { version: '1.0.0', optional: true } }, one, ['node_modules/a']);
  expect(isInstalled(folder)).toBe(true);
});

test('another version, a missing folder and a folder without record are not installed', () => {
  write({ 'node_modules/a': { version: '2.0.0' } }, one, ['node_modules/a']);
  expect(isInstalled(folder)).toBe(false);
  rmSync(join(folder, 'node_modules'), { recursive: true });
  write(one, one);
  expect(isInstalled(folder)).toBe(false);
  rmSync(join(folder, 'node_modules'), { recursive: true });
  write(one);
  expect(isInstalled(folder)).toBe(false);
});

test('a program that cannot be started has status 127, and output is kept when asked for', async () => {
  expect((await runProgram(join(folder, 'nothing'), [], { capture: true })).status).toBe(127);
  expect(await runNode(['-e', 'console.log(1); process.exitCode = 3'], { capture: true })).toEqual({
    status: 3,
    output: '1\n',
  });
});
