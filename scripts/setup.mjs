// @ts-check
// Brings a checkout to the state in which everything runs: dependencies, kernels, compiled packages.
// Does only what is missing; silent when nothing is.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, nodeTooOld, npmCommand, root, runNode, runProgram } from './platform.mjs';

/**
 * A failed step of the set-up: a sentence for the user and what the tool said.
 */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {string} [output]
   */
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

/**
 * Tell whether every package that the lockfile asks for is installed in the version it names.
 *
 * @param {string} folder that holds package-lock.json and node_modules
 * @returns {boolean}
 */
export function isInstalled(folder) {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    if (entry.optional || entry.devOptional || entry.peer) return true;
    return installed[path]?.version === entry.version && existsSync(join(folder, path));
  });
}

/**
 * Install exactly what a lockfile names, without running any package's scripts.
 *
 * @param {string} folder
 * @returns {Promise<void>}
 */
export async function installFrom(folder) {
  const [npm, ...first] = npmCommand();
  const args = [
    ...first,
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
  ];
  const { status, output } = await runProgram(npm, args, { cwd: folder, capture: true });
  if (status === 0) return;
  const remedy = /ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|network/i.test(output)
    ? 'the npm registry cannot be reached; check the network and run the command again.'
    : 'see above; run the command again once that is mended.';
  throw new SetupError(`Installing the dependencies failed: ${remedy}`, output);
}

async function buildKernels() {
  const { status, output } = await runNode([join(root, 'scripts', 'buildKernels.mjs')], { capture: true });
  if (status !== 0) throw new SetupError('Compiling the WebAssembly kernels failed.', output);
}

async function compilePackages() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, output } = await runNode([compiler, '-b'], { capture: true });
  if (status !== 0) throw new SetupError('Compiling the packages failed.', output);
  // Imported here: what it needs is installed only now.
  const { bundleLibrary } = await import('./bundleLibrary.mjs');
  await bundleLibrary();
}

/**
 * Run a step and print a line about it when it took long enough for a person to wonder.
 *
 * @param {string} doing
 * @param {() => Promise<void>} step
 */
async function timed(doing, step) {
  const start = performance.now();
  const line = setTimeout(() => process.stderr.write(`${doing} …\n`), 1000);
  try {
    await step();
  } finally {
    clearTimeout(line);
  }
  const seconds = (performance.now() - start) / 1000;
  if (seconds >= 1) process.stderr.write(`${doing} took ${seconds.toFixed(1)} s\n`);
}

/**
 * Install, compile the kernels, compile the packages: each only where it is not done yet.
 *
 * @param {{ packages?: boolean }} [options] packages: false leaves them out
 * @returns {Promise<void>}
 */
export async function setup({ packages = true } = {}) {
  const tooOld = nodeTooOld();
  if (tooOld !== undefined) throw new SetupError(tooOld);
  if (!isInstalled(root)) await timed('Installing the dependencies', () => installFrom(root));
  await timed('Compiling the WebAssembly kernels', buildKernels);
  if (packages) await timed('Compiling the packages', compilePackages);
}

/**
 * Do the set-up, or print what is wrong and leave with exit status 1.
 *
 * @param {Parameters<typeof setup>[0]} [options]
 * @returns {Promise<void>}
 */
export async function setupOrExit(options) {
  try {
    await setup(options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.output}${error.message}\n`);
    process.exit(1);
  }
}

if (isMain(import.meta.url)) await setupOrExit();
