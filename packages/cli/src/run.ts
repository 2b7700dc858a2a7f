import { ArgumentError, meantName, version } from 'gradus';
import { commandHelp, commonFlags, overview } from './arguments/help.ts';
import { parseArguments } from './arguments/parseArguments.ts';
import { hasFlag } from './arguments/values.ts';
import type { Command } from './commands/command.ts';
import { doctor } from './commands/doctor.ts';
import { evaluate } from './commands/evaluate.ts';
import { predict } from './commands/predict.ts';
import { train } from './commands/train.ts';
import type { CommandContext } from './context.ts';
import { errorText, exitCodeOf, exitCodes } from './exitCode.ts';

const commands: readonly Command[] = [train, predict, evaluate, doctor];

/** Tell whether a command of these arguments ends by itself when it is interrupted. */
export const watchesSignal = ([name]: readonly string[]): boolean =>
  commands.some((command) => command.name === name && command.watchesSignal === true);

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
    context.stderr.write(errorText(error, { version, debug: context.environment['GRADUS_DEBUG'] === '1' }));
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
  const command = findCommand(name === 'help' ? rest[0] : name);
  if (name === 'help' || rest.includes('--help') || rest.includes('-h')) {
    context.stdout.write(commandHelp(command));
    return exitCodes.done;
  }
  const args = parseArguments(rest, [...command.flags, ...commonFlags], `gradus ${command.name}`);
  if (hasFlag(args, 'help')) {
    context.stdout.write(commandHelp(command));
    return exitCodes.done;
  }
  return command.run(args, context);
}

function findCommand(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
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
