// @ts-check
// A file that outgrows its bound holds more than one concept: split it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root } from './platform.mjs';

/** The longest a source file may be, in lines. */
export const longestSource = 400;
/** The longest a test file may be, in lines. */
export const longestTest = 600;

/**
 * Say which files are too long.
 *
 * @param {readonly { path: string, lines: number }[]} files
 * @returns {string[]}
 */
export function tooLong(files) {
  return files.flatMap(({ path, lines }) => {
    const bound = /\.test\.[^.]+$/.test(path) ? longestTest : longestSource;
    return lines > bound ? [`${path}:${bound + 1}: has ${lines} lines; a file holds at most ${bound}`] : [];
  });
}

/**
 * List the hand-written sources that git knows or would take in, with their lengths.
 *
 * @returns {{ path: string, lines: number }[]}
 */
export function listSources() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const paths = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
  return paths
    .filter((path) => /\.(ts|tsx|mjs|py|css)$/.test(path) && existsSync(join(root, path)))
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }));
}

if (isMain(import.meta.url)) {
  const problems = tooLong(listSources());
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
