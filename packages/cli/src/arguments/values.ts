import { ArgumentError, meantName } from 'gradus';
import type { ParsedArguments } from './flag.ts';

/** Tell whether a flag is there. */
export const hasFlag = ({ flags }: ParsedArguments, name: string): boolean => flags.has(name);

/** Give the value of a flag that may stand once. */
export function textFlag({ flags }: ParsedArguments, name: string): string | undefined {
  const values = flags.get(name) ?? [];
  if (values.length > 1) {
    throw new ArgumentError({
      received: `--${name} ${values.length} times (${values.join(', ')})`,
      expected: 'it once',
      remedy: 'Leave all but one of them out',
    });
  }
  return values[0];
}

/** Give the texts of a flag that may stand several times, each a list with commas: `--drop a,b --drop c`. */
export const listFlag = ({ flags }: ParsedArguments, name: string): string[] =>
  (flags.get(name) ?? []).flatMap((value) =>
    value
      .split(',')
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  );

/** Give the value of a flag that is one of a few words. */
export function choiceFlag<T extends string>(
  args: ParsedArguments,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = textFlag(args, name);
  return value === undefined ? undefined : oneOf(name, value, choices);
}

/** What a name ends in from its first capital on, which says what kind of thing it is: `CrossEntropy`. */
const kindOf = (name: string): string | undefined => /[A-Z].*$/.exec(name)?.[0];

/** Give a word that has to be one of a few. */
export function oneOf<T extends string>(flag: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  // Other libraries' `bce` is our binaryCrossEntropy: a choice of the same kind may do.
  const kind = kindOf(meantName(value, ['binaryCrossEntropy']) ?? value);
  const meant =
    meantName(value, choices) ??
    choices.find((word) => value.startsWith(word.slice(0, 5)) || (kind !== undefined && word.endsWith(kind)));
  throw new ArgumentError({
    received: `--${flag} ${value}`,
    expected: listed(choices),
    ...(meant === undefined ? {} : { remedy: `Did you mean ${meant}?` }),
  });
}

/** A name, and numbers that go with it. */
export interface NamedChoice<T extends string = string> {
  readonly name: T;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Give the value of a flag that is one of a few words, and behind it numbers: `step,factor=0.5,every=100`. */
export function namedFlag<T extends string>(
  args: ParsedArguments,
  flag: string,
  choices: readonly T[],
  example: string,
): NamedChoice<T> | undefined {
  const text = textFlag(args, flag);
  if (text === undefined) return undefined;
  const [name, ...parts] = text.split(',').map((part) => part.trim());
  const numbers = parts.map((part): [string, number] => {
    const at = part.indexOf('=');
    return [part.slice(0, at), at > 0 ? decimal(part.slice(at + 1)) : Number.NaN];
  });
  const choice = oneOf(flag, name, choices);
  if (numbers.every(([, value]) => Number.isFinite(value))) {
    return { name: choice, numbers: Object.fromEntries(numbers) };
  }
  throw new ArgumentError({
    received: `--${flag} ${text}`,
    expected: 'a name, and behind it numbers',
    remedy: `For example --${flag} ${example}`,
  });
}

/** Write such a value as it stands behind its flag. */
export const namedText = ({ name, numbers }: NamedChoice): string =>
  [name, ...Object.entries(numbers).map(([key, value]) => `${key}=${value}`)].join(',');

/** Make what such a flag names, by the library, which checks the numbers; what it refuses is named by the flag. */
export function madeBy<T>(flag: string, choice: NamedChoice, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    const received = `--${flag} ${namedText(choice)}: ${error.clauses.received}`;
    throw new ArgumentError({ ...error.clauses, received });
  }
}

/** Words as a sentence lists them: `a`, `a or b`, `a, b or c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;

/** Give the value of a flag that is a number within limits. */
export function numberFlag(
  args: ParsedArguments,
  name: string,
  limits: { readonly above?: number; readonly least?: number; readonly below?: number },
): number | undefined {
  const text = textFlag(args, name);
  if (text === undefined) return undefined;
  const value = decimal(text);
  const { above = Number.NEGATIVE_INFINITY, least = Number.NEGATIVE_INFINITY, below = Infinity } = limits;
  if (Number.isFinite(value) && value > above && value >= least && value < below) return value;
  const words = [
    limits.above === undefined ? '' : `above ${limits.above}`,
    limits.least === undefined ? '' : `of at least ${limits.least}`,
    limits.below === undefined ? '' : `below ${limits.below}`,
  ].filter((word) => word !== '');
  throw new ArgumentError({
    received: `--${name} ${text}`,
    expected: `a number ${words.join(' and ')}`.trimEnd(),
    remedy: 'Write it with digits, such as 3, 0.5 or 1e-3',
  });
}

/** Give the value of a flag that is a whole number within limits. */
export function integerFlag(
  args: ParsedArguments,
  name: string,
  limits: { readonly least: number; readonly most?: number },
): number | undefined {
  const text = textFlag(args, name);
  return text === undefined ? undefined : wholeNumber(`--${name} ${text}`, text, limits);
}

/** Read a whole number. */
export function wholeNumber(
  received: string,
  text: string,
  limits: { readonly least: number; readonly most?: number },
): number {
  const value = decimal(text);
  const { least, most = Number.MAX_SAFE_INTEGER } = limits;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const range = limits.most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new ArgumentError({
    received,
    expected: `a whole number ${range}`,
    remedy: 'Write it with digits, such as 20',
  });
}

/** Read a number in decimal writing only; NaN for all else. */
const decimal = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
