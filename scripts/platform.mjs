// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The root folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Tell whether a module is the program that Node was started with.
 *
 * @param {string} url the module's `import.meta.url`
 */
export const isMain = (url) =>
  process.argv[1] !== undefined && pathToFileURL(realpathSync(process.argv[1])).href === url;

/** The oldest Node that runs Gradus: major and minor. */
export const oldestNode = /** @type {const} */ ([20, 19]);

/**
 * Say in one sentence why a Node version is too old, or return undefined where it will do.
 *
 * @param {string} [version] as in `process.versions.node`
 * @returns {string | undefined}
 */
export function nodeTooOld(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Gradus needs Node ${oldestMajor}.${oldestMinor} or newer and this is Node ${version}: install a newer one from https://nodejs.org and run the command again.`;
}

/**
 * Run a program and wait for it. With `capture`, its output is kept instead of shown.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, capture?: boolean, timeout?: number }} [options] timeout in milliseconds
 * @returns {Promise<{ status: number, output: string }>} status 127 where the program cannot be started
 */
export function runProgram(command, args, { cwd = root, env = process.env, capture = false, timeout } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, {
      cwd,
      env,
      timeout,
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ status: 127, output: `${output}${error.message}\n` }));
    child.on('close', (status, signal) =>
      resolve({ status: status ?? (signal === 'SIGINT' ? 130 : 1), output }),
    );
  });
}

/**
 * Run one of the project's own scripts or tools with this very Node.
 *
 * @param {readonly string[]} args
 * @param {Parameters<typeof runProgram>[2]} [options]
 */
export const runNode = (args, options) => runProgram(process.execPath, args, options);

/**
 * Give the program and the first arguments that start npm: the npm that runs this script, or the one on the path.
 *
 * @returns {readonly [string, ...string[]]}
 */
export function npmCommand() {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('.js') && existsSync(script)) return [process.execPath, script];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/**
 * Find out whether a program can be started.
 *
 * @param {string} command
 * @param {readonly string[]} [args]
 */
export const canRun = (command, args = ['--version']) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
