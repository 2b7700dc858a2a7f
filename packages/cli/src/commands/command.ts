import type { FlagDefinition, ParsedArguments } from '../arguments/flag.ts';
import type { CommandContext } from '../context.ts';

/** A command of `gradus`: what it is called with, what it says about itself, what it does. */
export interface Command {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** What follows the name, such as `DATA --target COL`. */
  readonly usage: string;
  /** What the operands are. */
  readonly operands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly FlagDefinition[];
  readonly examples: readonly { readonly line: string; readonly meaning: string }[];
  /** What else to know, a paragraph each. */
  readonly notes?: readonly string[];
  /** Whether it watches the context's signal and ends by itself; others are ended at once, as nothing is lost. */
  readonly watchesSignal?: true;
  /** Do it; returns the exit code. */
  run(args: ParsedArguments, context: CommandContext): Promise<number>;
}
