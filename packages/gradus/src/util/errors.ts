/** The kinds of failure a caller can tell apart without reading the message. */
export type ErrorCode =
  | 'shape'
  | 'argument'
  | 'data'
  | 'diverged'
  | 'incompatible'
  | 'unsupported'
  | 'aborted'
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
  readonly code: ErrorCode;
  readonly clauses: ErrorClauses;

  constructor(code: ErrorCode, clauses: ErrorClauses, options?: ErrorOptions) {
    const parts = [sentence(clauses.received)];
    if (clauses.expected !== undefined) parts.push(sentence(`Expected ${clauses.expected}`));
    if (clauses.remedy !== undefined) parts.push(sentence(clauses.remedy));
    super(parts.join(' '), options);
    this.name = new.target.name;
    this.code = code;
    this.clauses = clauses;
  }
}

/** Report shapes that do not fit together. */
export class ShapeError extends GradusError {
  constructor(clauses: ErrorClauses) {
    super('shape', clauses);
  }
}

/** Report an option or argument outside its range. */
export class ArgumentError extends GradusError {
  constructor(clauses: ErrorClauses) {
    super('argument', clauses);
  }
}

/** Report data that cannot be used, with the row (1 is the first row after the header) and the column where known. */
export class DataError extends GradusError {
  readonly row: number | undefined;
  readonly column: string | undefined;

  constructor(clauses: ErrorClauses, place: { readonly row?: number; readonly column?: string } = {}) {
    super('data', clauses);
    this.row = place.row;
    this.column = place.column;
  }
}

/** Report a model or a checkpoint that does not fit the data, the version or another model. */
export class IncompatibleError extends GradusError {
  constructor(clauses: ErrorClauses) {
    super('incompatible', clauses);
  }
}

/** Report something that this platform or version cannot do. */
export class UnsupportedError extends GradusError {
  constructor(clauses: ErrorClauses) {
    super('unsupported', clauses);
  }
}
