// @ts-check
// What both benchmark commands do with their arguments: a mistake is said in a line, before anything is run.
import { parseArgs } from 'node:util';

/** A mistake in the arguments of a command; its message is what the user reads. */
export class UsageError extends Error {}

/**
 * Take apart the arguments after `npm run … --`.
 *
 * @template {import('node:util').ParseArgsConfig} Config
 * @param {Config} config
 * @returns {ReturnType<typeof parseArgs<Config>>}
 * @throws {UsageError} for an option that is unknown, or has no value
 */
export function readArguments(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    // Node's sentences go on with advice about `--`, which is not about these commands.
    const [sentence] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new UsageError(`${sentence.replace(/\.$/, '')}.`);
  }
}

/**
 * Require names that are known.
 *
 * @param {string} what one such name
 * @param {readonly string[]} names
 * @param {readonly string[]} known
 * @param {(name: string) => boolean} isKnown
 */
export function requireNames(what, names, known, isKnown = (name) => known.includes(name)) {
  const unknown = names.find((name) => !isKnown(name));
  if (unknown === undefined) return;
  throw new UsageError(`No ${what} '${unknown}'. Expected one of ${known.join(', ')}.`);
}

/**
 * Read a whole number.
 *
 * @param {string} option
 * @param {string | undefined} text
 * @param {number} otherwise
 * @param {number} least
 */
export function readCount(option, text, otherwise, least = 1) {
  if (text === undefined) return otherwise;
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`${option} ${text}. Expected a whole number of at least ${least}.`);
}

/**
 * Do something with arguments; a mistake in them ends the program with its sentence, the usage, and status 2.
 *
 * @template T
 * @param {string} usage
 * @param {() => T} act
 * @returns {T}
 */
export function orUsage(usage, act) {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
