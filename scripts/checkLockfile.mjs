// @ts-check
// A lockfile must install anywhere: every dependency of every platform named, with its hash, and no registry's address.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root } from './platform.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean,
 *   dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} LockEntry
 */

/**
 * Say what keeps a lockfile from installing everywhere.
 *
 * @param {Readonly<Record<string, LockEntry>>} packages the lockfile's `packages`
 * @returns {string[]}
 */
export function checkLockfile(packages) {
  /** @type {string[]} */
  const problems = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (/^\w+:\/\//.test(entry.resolved ?? '')) problems.push(`${path} names a registry: ${entry.resolved}`);
    if (path.includes('node_modules/') && entry.link !== true && entry.integrity === undefined) {
      problems.push(`${path} has no integrity`);
    }
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      // A dependency stands beside its dependent or beside any folder above it.
      const parts = path.split('/');
      const isThere = parts.some(
        (_, depth) => [...parts.slice(0, depth + 1), 'node_modules', name].join('/') in packages,
      );
      if (!isThere && !(`node_modules/${name}` in packages)) {
        problems.push(
          `${path} needs ${name}, which has no entry: remove node_modules and package-lock.json and install again`,
        );
      }
    }
  }
  return problems;
}

if (isMain(import.meta.url)) {
  let failed = false;
  for (const folder of ['.', 'tests/newestNode', 'bench/peers']) {
    const file = join(folder, 'package-lock.json');
    for (const problem of checkLockfile(JSON.parse(readFileSync(join(root, file), 'utf8')).packages)) {
      process.stdout.write(`${file}: ${problem}\n`);
      failed = true;
    }
  }
  process.exitCode = failed ? 1 : 0;
}
