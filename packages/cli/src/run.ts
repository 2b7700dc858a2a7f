import { commandHelp, commonFlags, overview } from './arguments/help.ts';
import type { CommandEntry } from './commands/command.ts';
import { commands } from './commands/commands.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exitCodes.ts';
import { version } from './version.ts';

// Help is printed at once: the library, the parsers and each command are loaded when something needs them.

/**
 * Run `gradus` with arguments.
 *
 * @param argv - The arguments, the command's name first.
 * @param context - Streams, files and clock.
 * @returns The exit code; every error has been worded on standard error by then.
 */
export async function run(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    const { errorText, exitCodeOf } = await import('./exitCode.ts');
    const debug = context.environment['GRADUS_DEBUG'] === '1';
    context.stderr.write(errorText(error, { version, debug }));
    return exitCodeOf(error);
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-V') {
    context.stdout.write(`${version}\n`);
    return exitCodes.done;
  }
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    const stream = name === undefined ? context.stderr : context.stdout;
    stream.write(overview(commands));
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  const entry = await findCommand(name === 'help' ? rest[0] : name);
  const command = await entry.load();
  const help = (): number => {
    context.stdout.write(commandHelp(entry, command));
    return exitCodes.done;
  };
  if (name === 'help' || rest.includes('--help') || rest.includes('-h')) return help();
  const { parseArguments } = await import('./arguments/parseArguments.ts');
  const { hasFlag } = await import('./arguments/values.ts');
  const args = parseArguments(rest, [...command.flags, ...commonFlags], `gradus ${entry.name}`);
  return hasFlag(args, 'help') ? help() : command.run(args, context);
}

async function findCommand(name: string): Promise<CommandEntry> {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const { ArgumentError, meantName } = await import('gradus');
  const names = commands.map((candidate) => candidate.name);
  const isFlag = name.startsWith('-');
  const nearest = meantName(name, isFlag ? ['--help', '--version'] : names);
  const question = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  throw new ArgumentError({
    received: isFlag ? `the flag ${name} before a command` : `there is no command ${JSON.stringify(name)}`,
    expected: `one of ${names.join(', ')}${question}`,
    remedy: 'See `gradus --help`.',
  });
}
