import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GradusError } from '../util/errors.ts';
import { writeFileAtomically } from './files.ts';

/** The error that the next write of a file shall meet half-way. */
let failure: string | undefined;
vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const open = async (...parameters: Parameters<typeof real.open>): Promise<FileHandle> => {
    const handle = await real.open(...parameters);
    const code = failure;
    if (code === undefined) return handle;
    handle.writeFile = async () => {
      await handle.write('half');
      throw Object.assign(new Error(`${code}: as told`), { code });
    };
    return handle;
  };
  return { ...real, open };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-files-'));
  failure = undefined;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The error of a write that must fail. */
async function refusal(path: string, content: Uint8Array | string = 'new'): Promise<GradusError> {
  const error = await writeFileAtomically(path, content).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GradusError);
  return error as GradusError;
}

test('bytes and texts, new files and old ones; nothing else is left in the folder', async () => {
  const path = join(folder, 'file');
  for (const content of [
    new Uint8Array([0, 255, 1]),
    new Uint8Array(0),
    'Größe',
    '',
    new Uint8Array(300_000),
  ]) {
    await writeFileAtomically(path, content);
    expect(new Uint8Array(readFileSync(path))).toEqual(
      new Uint8Array(typeof content === 'string' ? Buffer.from(content) : content),
    );
  }
  expect(readdirSync(folder)).toEqual(['file']);
});

test('many writes of one file at once: one of them wins, whole', async () => {
  const path = join(folder, 'file');
  const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(10_000));
  await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
  expect(contents).toContain(readFileSync(path, 'utf8'));
  expect(readdirSync(folder)).toEqual(['file']);
});

test('permissions are kept and links followed', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  symlinkSync('file', join(folder, 'link'));
  await writeFileAtomically(join(folder, 'link'), 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your share of the disk is used up'],
  ['EACCES', 'you may not write there'],
  ['EROFS', 'the file system is read-only'],
  ['EIO', 'the disk reports an error'],
  ['EUNKNOWN', 'EUNKNOWN: as told'],
])('a write that fails half-way with %s leaves the old file and nothing else', async (code, because) => {
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  failure = code;
  const error = await refusal(path);
  expect(error.code).toBe('platform');
  expect(error.message).toContain(`'${path}' cannot be written: ${because}. Expected a path`);
  expect(error.clauses.remedy).toBeDefined();
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['file']);
});

describe('what the system itself refuses', () => {
  test('a folder that does not exist', async () => {
    const error = await refusal(join(folder, 'none', 'file'));
    expect(error.message).toContain('its folder does not exist. Expected a path');
    expect(error.message).toContain('Make the folder first');
  });

  test('a folder of that name, and a file where a folder should be', async () => {
    mkdirSync(join(folder, 'taken'));
    writeFileSync(join(folder, 'file'), 'old');
    expect((await refusal(join(folder, 'taken'))).message).toContain('a folder has that name');
    expect((await refusal(join(folder, 'file', 'x'))).message).toContain('a part of the path is a file');
    expect(readdirSync(folder).sort()).toEqual(['file', 'taken']);
  });

  test('a name that is too long', async () => {
    expect((await refusal(join(folder, 'x'.repeat(300)))).message).toContain('the path is too long');
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(!existsSync('/dev/full'))('a full device (Linux has one for this)', async () => {
    expect((await refusal('/dev/full')).message).toContain('the disk is full');
  });
});
