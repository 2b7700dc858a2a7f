import { shortened, visibleText } from './visibleText.ts';

/** The kinds of failure a caller can tell apart without reading the message. */
export type ErrorCode =
  | 'shape'
  | 'argument'
  | 'data'
  | 'diverged'
  | 'incompatible'
  | 'unsupported'
  | 'aborted'
  | 'thread'
  | 'platform';

/** What an error message is made of: three clauses, in this order. */
export interface ErrorClauses {
  /** What was received, with its place (row, column, file, flag, layer). */
  readonly received: string;
  /** What was expected instead. */
  readonly expected?: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/**
 * Report a mistake that the caller can mend: what was received, what was expected, what to do.
 *
 * @example
 * import { GradusError } from 'gradus';
 * const error = new GradusError('argument', { received: 'learningRate is -1', expected: 'a number above 0' });
 * error.message; // 'learningRate is -1. Expected a number above 0.'
 */
export class GradusError extends Error {
  /** The kind of failure. */
  readonly code: ErrorCode;
  /** What the message is made of. */
  readonly clauses: ErrorClauses;

  /**
   * @param code - The kind of failure.
   * @param clauses - What was received, what was expected, what to do about it.
   * @param options - The error that caused it, as `cause`. Default none.
   */
  constructor(code: ErrorCode, clauses: ErrorClauses, options?: ErrorOptions) {
    // Names in data, files and flags may hold anything; a message goes to terminals and logs.
    const shown = Object.fromEntries(
      Object.entries(clauses)
        .filter(([, text]) => text !== undefined)
        .map(([name, text]) => [name, shortened(visibleText(String(text)))]),
    ) as unknown as ErrorClauses;
    const parts = [sentence(shown.received)];
    if (shown.expected !== undefined) parts.push(sentence(`Expected ${shown.expected}`));
    if (shown.remedy !== undefined) parts.push(sentence(shown.remedy));
    super(parts.join(' '), options);
    this.name = new.target.name;
    this.code = code;
    this.clauses = shown;
  }
}

/**
 * Report shapes that do not fit together; its code is `shape`.
 *
 * @example
 * import { add, constant } from 'gradus/tensor';
 * add(constant([1, 2]), constant([1, 2, 3])); // throws ShapeError
 */
export class ShapeError extends GradusError {
  /** @param clauses - What was received, what was expected, what to do about it. */
  constructor(clauses: ErrorClauses) {
    super('shape', clauses);
  }
}

/**
 * Report an option or argument outside its range; its code is `argument`.
 *
 * @example
 * import { sgd } from 'gradus';
 * sgd({ learningRate: -1 }); // throws ArgumentError
 */
export class ArgumentError extends GradusError {
  /** @param clauses - What was received, what was expected, what to do about it. */
  constructor(clauses: ErrorClauses) {
    super('argument', clauses);
  }
}

/**
 * Report data that cannot be used, with its place where that is known; its code is `data`.
 *
 * @example
 * import { DataError } from 'gradus';
 * const error = new DataError({ received: "'abc' in row 3 of 'age'", expected: 'a number' }, { row: 3, column: 'age' });
 * error.message; // "'abc' in row 3 of 'age'. Expected a number."
 * error.row; // 3
 */
export class DataError extends GradusError {
  /** The row, 1 being the first after the header. */
  readonly row: number | undefined;
  /** The name of the column. */
  readonly column: string | undefined;

  /**
   * @param clauses - What was received, what was expected, what to do about it.
   * @param place - The row, 1 being the first after the header, and the name of the column. Default unknown.
   */
  constructor(clauses: ErrorClauses, place: { readonly row?: number; readonly column?: string } = {}) {
    super('data', clauses);
    this.row = place.row;
    this.column = place.column;
  }
}

/**
 * Report a model or a checkpoint that does not fit the data, the version or another model, or that is damaged; its
 * code is `incompatible`.
 *
 * @example
 * import { IncompatibleError } from 'gradus';
 * new IncompatibleError({ received: 'a model of version 2', expected: 'version 1' }).code; // 'incompatible'
 */
export class IncompatibleError extends GradusError {
  /** @param clauses - What was received, what was expected, what to do about it. */
  constructor(clauses: ErrorClauses) {
    super('incompatible', clauses);
  }
}

/**
 * Report something that this platform or version cannot do; its code is `unsupported`.
 *
 * @example
 * import { grad } from 'gradus/tensor';
 * grad((x) => (Number(x) > 0 ? x : x))(1); // throws UnsupportedError
 */
export class UnsupportedError extends GradusError {
  /** @param clauses - What was received, what was expected, what to do about it. */
  constructor(clauses: ErrorClauses) {
    super('unsupported', clauses);
  }
}

/**
 * Report a thread that crashed while it computed; its code is `thread`.
 *
 * @example
 * import { ThreadError } from 'gradus';
 * new ThreadError({ received: 'a thread that crashed' }).code; // 'thread'
 */
export class ThreadError extends GradusError {
  /**
   * @param clauses - What was received, what was expected, what to do about it.
   * @param cause - Why the thread ended, where that is known.
   */
  constructor(clauses: ErrorClauses, cause?: unknown) {
    super('thread', clauses, cause === undefined ? undefined : { cause });
  }
}
