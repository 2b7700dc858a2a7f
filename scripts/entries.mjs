// @ts-check
// The entry points of the packages, as their package.json files list them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './platform.mjs';

/**
 * @typedef {object} Entry
 * @property {string} name as it is imported: `gradus/tensor`
 * @property {string} source the file that names what the entry exports
 * @property {string} types its declarations
 * @property {readonly string[]} builds its compiled modules, for each condition
 */

/**
 * Read the entry points of a package.
 *
 * @param {string} folder of the package: `gradus`
 * @returns {Entry[]} with absolute paths
 */
export function entriesOf(folder) {
  const home = join(root, 'packages', folder);
  const { name, exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  /** @type {Entry[]} */
  const entries = [];
  for (const [subpath, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue;
    const { source, types, ...builds } = target;
    entries.push({
      name: name + subpath.slice(1),
      source: join(home, source),
      types: join(home, types),
      builds: Object.values(builds).map((path) => join(home, path)),
    });
  }
  return entries;
}
