import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GradusError } from '../util/errors.ts';

/**
 * Write a file whole or not at all: a reader sees the old content or the new, also when the process or the machine
 * stops in between.
 *
 * The bytes go to a temporary file in the same folder, which is forced to disk and then renamed. A link is followed; a
 * device or a pipe is written directly.
 *
 * @param path where the file shall be
 * @param content its bytes, or text for UTF-8
 * @throws GradusError with the code 'platform' when it cannot be written; nothing is left behind then
 * @example
 * import { mkdtempSync, readFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { writeFileAtomically } from 'gradus/node';
 * const path = join(mkdtempSync(join(tmpdir(), 'gradus-')), 'notes.txt');
 * await writeFileAtomically(path, 'a = b');
 * readFileSync(path, 'utf8'); // 'a = b'
 */
export async function writeFileAtomically(path: string, content: Uint8Array | string): Promise<void> {
  try {
    const target = await realpath(path).catch(ifMissing(path));
    const found = await stat(target).catch(ifMissing(undefined));
    if (found?.isDirectory() === true) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    if (found === undefined || found.isFile()) await replace(target, content, found?.mode);
    else await write(await open(target, 'w'), content);
  } catch (error) {
    throw explain(path, error);
  }
}

/** Write beside the target, then put it in the target's place. */
async function replace(target: string, content: Uint8Array | string, mode?: number): Promise<void> {
  const folder = dirname(target);
  const { temporary, handle } = await openTemporary(folder);
  try {
    await write(handle, content, async () => {
      // Some file systems know no permissions.
      if (mode !== undefined) await handle.chmod(mode & 0o7777).catch(() => undefined);
      await handle.sync();
    });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

async function write(
  handle: FileHandle,
  content: Uint8Array | string,
  before?: () => Promise<void>,
): Promise<void> {
  try {
    await handle.writeFile(content);
    await before?.();
  } finally {
    await handle.close();
  }
}

let counter = 0;

/** Open a new file in the folder, under a name that no other process and no earlier call uses. */
async function openTemporary(folder: string): Promise<{ temporary: string; handle: FileHandle }> {
  for (let attempt = 0; ; attempt++) {
    counter += 1;
    const temporary = join(folder, `.gradus-${process.pid}-${counter}.tmp`);
    try {
      return { temporary, handle: await open(temporary, 'wx') };
    } catch (error) {
      // Left behind by a process of the same number that was killed.
      if (codeOf(error) !== 'EEXIST' || attempt === 100) throw error;
    }
  }
}

/** Force the renaming to disk, where the system lets folders be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The content is safe; only after a crash of the machine might the old name still hold the old content.
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Replace the error of something that does not exist by a value. */
function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT') return value;
    throw error;
  };
}

/** By the system's code: why a file could not be written, and what helps. */
const reasons: Readonly<Record<string, readonly [because: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', 'Free space, or choose a folder on another disk.'],
  EDQUOT: ['your share of the disk is used up', 'Free space, or choose a folder on another disk.'],
  EFBIG: ['it is too large for the file system', 'Choose a folder on another disk.'],
  EACCES: ['you may not write there', 'Choose another folder, or change its permissions.'],
  EPERM: ['you may not write there', 'Choose another folder, or change its permissions.'],
  EROFS: ['the file system is read-only', 'Choose a folder on another disk.'],
  ENOENT: ['its folder does not exist', 'Make the folder first, or choose another.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Choose another folder.'],
  EISDIR: ['a folder has that name', 'Choose another name.'],
  ENAMETOOLONG: ['the path is too long', 'Choose a shorter name.'],
  EMFILE: ['too many files are open', 'Close some, or raise the limit (ulimit -n).'],
  EIO: ['the disk reports an error', 'Choose a folder on another disk.'],
};

/** Say in words why a file could not be written. */
function explain(path: string, error: unknown): GradusError {
  const message = error instanceof Error ? error.message : String(error);
  const [because, remedy] = reasons[codeOf(error) ?? ''] ?? [message, 'Choose another place.'];
  return new GradusError(
    'platform',
    {
      received: `'${path}' cannot be written: ${because}`,
      expected: 'a path in a folder that can be written, on a disk with room',
      remedy,
    },
    { cause: error },
  );
}
