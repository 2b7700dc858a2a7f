import type { Command, CommandEntry } from '../commands/command.ts';
import type { FlagDefinition } from './flag.ts';

/** Flags that every command has. */
export const commonFlags: readonly FlagDefinition[] = [
  { name: 'help', letter: 'h', description: 'Say how to use the command' },
];

const width = 100;

/** Say what `gradus` can do. */
export function overview(commands: readonly CommandEntry[]): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return `Neural networks, step by step: from a table to a measured model.

Usage
  gradus COMMAND …
  gradus COMMAND --help
  gradus --version

Commands
${definitions(rows)}

Examples
${definitions(commands.map(({ example }): [string, string] => [example.line, example.meaning]))}

Exit codes
${definitions([
  ['0', 'done'],
  ['1', 'a mistake in gradus'],
  ['2', 'the command line, or a place that cannot be written'],
  ['3', 'the data: row and column are named'],
  ['4', 'training diverged'],
  ['5', 'a score asked for by --min was missed'],
  ['6', 'a model, or columns, that do not fit'],
  ['130', 'interrupted; a checkpoint was saved'],
])}
`;
}

/** Say how to use one command. */
export function commandHelp({ name, summary, example }: CommandEntry, command: Command): string {
  const sections = [
    summary,
    `Usage\n  gradus ${name} ${command.usage}`,
    ...(command.operands.length === 0
      ? []
      : [
          `Arguments\n${definitions(command.operands.map((operand) => [operand.name, operand.description]))}`,
        ]),
    `Flags\n${definitions([...command.flags, ...commonFlags].map((flag) => [flagText(flag), flag.description]))}`,
    ...(command.notes ?? []).map((note) => wrap(note, width).join('\n')),
    `Examples\n${[example, ...command.examples].map(({ line, meaning }) => `  ${line}\n      ${meaning}`).join('\n')}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

const flagText = ({ name, letter, value }: FlagDefinition): string =>
  `${letter === undefined ? '   ' : `-${letter},`} --${name}${value === undefined ? '' : ` ${value}`}`;

/** Terms, and beside each what it means, in lines of at most `width` characters. */
function definitions(rows: readonly (readonly [string, string])[]): string {
  const indent = Math.min(44, Math.max(...rows.map(([term]) => term.length))) + 4;
  const space = ' '.repeat(indent);
  return rows
    .flatMap(([term, meaning]) => {
      const lines = wrap(meaning, width - indent);
      // A term that reaches into the second column has its meaning on the lines below.
      if (term.length > indent - 4) return [`  ${term}`, ...lines.map((line) => space + line)];
      return [`  ${term.padEnd(indent - 2)}${lines[0]}`, ...lines.slice(1).map((line) => space + line)];
    })
    .join('\n');
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
