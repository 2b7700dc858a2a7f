import type { FlagDefinition, ParsedArguments } from '../arguments/flag.ts';
import type { CommandContext } from '../context.ts';

/** A call of a command, and what it does. */
export interface CommandExample {
  readonly line: string;
  readonly meaning: string;
}

/** What is known of a command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  readonly example: CommandExample;
  /** Whether it watches the context's signal and ends by itself; others are ended at once, as nothing is lost. */
  readonly watchesSignal?: true;
  /** Load the command. */
  load(): Promise<Command>;
}

/** A command of `gradus`: what it is called with, what it says about itself, what it does. */
export interface Command {
  /** What follows the name, such as `DATA --target COL`. */
  readonly usage: string;
  /** What the operands are. */
  readonly operands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly FlagDefinition[];
  /** Further examples. */
  readonly examples: readonly CommandExample[];
  /** What else to know, a paragraph each. */
  readonly notes?: readonly string[];
  /** Do it; returns the exit code. */
  run(args: ParsedArguments, context: CommandContext): Promise<number>;
}
