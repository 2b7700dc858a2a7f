import { parseArgs } from 'node:util';
import { ArgumentError, meantName } from 'gradus';
import type { FlagDefinition, ParsedArguments } from './flag.ts';

/**
 * Read the arguments of a command: `--flag value`, `--flag=value`, `-f value`, operands anywhere, `--` before operands
 * that begin with a dash.
 *
 * @param args - What follows the command's name.
 * @param flags - The flags that the command has.
 * @param command - How the command is called, for messages.
 * @returns Operands, and values by flag.
 * @throws ArgumentError for an unknown flag, with the nearest one; for a value that is missing or not wanted.
 */
export function parseArguments(
  args: readonly string[],
  flags: readonly FlagDefinition[],
  command: string,
): ParsedArguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(flags.map((flag) => [flag.name, optionOf(flag)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const found = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = flags.find(({ name }) => name === token.name);
    if (flag === undefined) throw unknownFlag(token.rawName, flags, command);
    const values = found.get(flag.name) ?? [];
    found.set(flag.name, values);
    if (flag.value !== undefined) values.push(readValue(flag, token.value, token.inlineValue));
    else if (token.value !== undefined) throw unwantedValue(flag, token.value);
  }
  return { words: args, operands, flags: found };
}

const optionOf = ({ value, letter }: FlagDefinition) => ({
  type: value === undefined ? ('boolean' as const) : ('string' as const),
  ...(letter === undefined ? {} : { short: letter }),
});

function readValue(flag: FlagDefinition, value: string | undefined, inline: boolean | undefined): string {
  // What begins with a dash is the next flag, unless it is a negative number or the dash for standard input.
  const isFlag = value !== undefined && inline !== true && /^-(?!$|\.?\d)/.test(value);
  if (value !== undefined && value !== '' && !isFlag) return value;
  throw new ArgumentError({
    received: `--${flag.name} without a value${isFlag ? ` (${value} comes next)` : ''}`,
    expected: `--${flag.name} ${flag.value}`,
    remedy: `${flag.description}.`,
  });
}

const unwantedValue = (flag: FlagDefinition, value: string): ArgumentError =>
  new ArgumentError({
    received: `--${flag.name}=${value}`,
    expected: `--${flag.name} alone, as it takes no value`,
    remedy: `Write --${flag.name}, or leave it out`,
  });

function unknownFlag(raw: string, flags: readonly FlagDefinition[], command: string): ArgumentError {
  const nearest = meantName(
    raw.replace(/^-+/, ''),
    flags.map(({ name }) => name),
  );
  return new ArgumentError({
    received: `${command} has no flag ${raw}`,
    ...(nearest === undefined ? {} : { expected: `a known flag; --${nearest} is the nearest` }),
    remedy: `See \`${command} --help\`.`,
  });
}
