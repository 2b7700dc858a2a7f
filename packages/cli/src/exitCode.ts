import { DataError, type ErrorCode, GradusError, IncompatibleError } from 'gradus';
import { exitCodes } from './exitCodes.ts';
import { printable } from './progress/textWidth.ts';

/** A place that cannot be written or read is a matter of the command line: another one mends it. */
const codeOfError: Readonly<Record<ErrorCode, number>> = {
  argument: exitCodes.usage,
  platform: exitCodes.usage,
  unsupported: exitCodes.usage,
  data: exitCodes.data,
  diverged: exitCodes.diverged,
  incompatible: exitCodes.incompatible,
  aborted: exitCodes.interrupted,
  thread: exitCodes.bug,
  // Shapes are made by the command itself, never by its user.
  shape: exitCodes.bug,
};

/** Find the exit code that stands for an error. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof GradusError ? codeOfError[error.code] : exitCodes.bug;

/**
 * Word an error for the user: a mistake of theirs in its clauses, a mistake of ours with a request to report it.
 *
 * @param error - What was thrown.
 * @param context - Name of the file that was read, for errors in data; whether to show where the error comes from.
 */
export function errorText(
  error: unknown,
  context: { readonly version: string; readonly debug: boolean },
): string {
  const stack = error instanceof Error && context.debug ? `\n${error.stack}` : '';
  if (exitCodeOf(error) !== exitCodes.bug)
    return printable(`gradus: ${(error as GradusError).message}${stack}\n`);
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const remedy = context.debug
    ? 'Please report it with the lines below.'
    : 'Please report it with the command, the data if you may share them, and the output of the same command with GRADUS_DEBUG=1.';
  return printable(
    `gradus: this is a mistake in gradus ${context.version} (${message}). ${remedy}${stack}\n`,
  );
}

/** Name the file in an error of its data, which knows only row and column. */
export function inFile(source: string, error: unknown): unknown {
  if (!(error instanceof DataError)) return error;
  const { row, column } = error;
  const clauses = { ...error.clauses, received: `${source}: ${error.clauses.received}` };
  return new DataError(clauses, {
    ...(row === undefined ? {} : { row }),
    ...(column === undefined ? {} : { column }),
  });
}

/** Name the file in an error about a model or a checkpoint; whatever does not fit in it is its fault. */
export const incompatibleFile = (path: string, error: unknown): unknown =>
  error instanceof GradusError
    ? new IncompatibleError({ ...error.clauses, received: `'${path}': ${error.clauses.received}` })
    : error;
