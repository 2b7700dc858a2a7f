// @ts-check
// A file that outgrows its bound holds more than one concept, a function more than one step: split it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { isMain, root } from './platform.mjs';

/** The longest a source file may be, in lines. */
export const longestSource = 400;
/** The longest a test file may be, in lines. */
export const longestTest = 600;
/** The longest a function of the packages may be, in lines from its name to its end; tests are exempt. */
export const longestFunction = 80;

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
 * Say which functions of a TypeScript source are too long.
 *
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
export function tooLongFunctions(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  /** @param {number} position */
  const lineAt = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  /** @type {string[]} */
  const problems = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const [first, last] = [lineAt(node.getStart(source)), lineAt(node.end)];
      const length = last - first + 1;
      if (length > longestFunction) {
        const name = node.name?.getText(source) ?? 'a function';
        problems.push(
          `${path}:${first}: ${name} has ${length} lines; a function has at most ${longestFunction}`,
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
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
  const files = listSources();
  const functions = files
    .filter(
      ({ path }) => /^packages\/[^/]+\/src\/.*\.tsx?$/.test(path) && !/\.test\.tsx?$|\/testing\//.test(path),
    )
    .flatMap(({ path }) => tooLongFunctions(path, readFileSync(join(root, path), 'utf8')));
  const problems = [...tooLong(files), ...functions];
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
