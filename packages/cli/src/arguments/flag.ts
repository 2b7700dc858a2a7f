/** An option of a command. */
export interface FlagDefinition {
  /** Its name without the dashes. */
  readonly name: string;
  /** A letter that stands for it. */
  readonly letter?: string;
  /** What its value is called in the help, such as `COL`; a flag without one is either there or not. */
  readonly value?: string;
  /** What it does, in a line. */
  readonly description: string;
}

/** Flags and operands as they were given. */
export interface ParsedArguments {
  /** All of them as they stood. */
  readonly words: readonly string[];
  /** What is no flag, in order. */
  readonly operands: readonly string[];
  /** Values by flag, in order; a flag without a value has an empty list. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
}
