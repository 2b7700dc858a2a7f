import { GradusError } from 'gradus';

/** The system's code of an error, such as `ENOENT`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'it cannot hold files',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file has that name',
  ENAMETOOLONG: 'the path is too long',
};

/** Say why a folder could not be made. */
export const folderFailure = (path: string, error: unknown): GradusError =>
  new GradusError(
    'platform',
    {
      received: `the folder '${path}' cannot be made: ${reasons[codeOf(error) ?? ''] ?? String(error)}`,
      expected: 'a place that can be written, on a disk with room',
      remedy: 'Choose another with --out',
    },
    { cause: error },
  );

/** Say why standard output could not be written. */
export const outputFailure = (error: unknown): GradusError =>
  new GradusError(
    'platform',
    {
      received: `standard output cannot be written: ${reasons[codeOf(error) ?? ''] ?? String(error)}`,
      expected: 'a place with room for all of it',
      remedy: 'Write to another disk; what was written so far is not complete',
    },
    { cause: error },
  );
