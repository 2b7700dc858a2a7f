import type { Figure } from './experiment.ts';

/** The cells of a figure: name, published, ours, difference, bound, verdict. */
export function cells({ name, published, ours, bound, passes, digits, unit }: Figure): readonly string[] {
  const number = (value: number): string => value.toFixed(digits) + (unit === '' ? '' : ` ${unit}`);
  const difference = published === undefined ? '' : signed(ours - published, digits);
  const verdict = bound === '' ? '' : passes ? 'kept' : 'MISSED';
  return [name, published === undefined ? '–' : number(published), number(ours), difference, bound, verdict];
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : value > 0 ? `+${text}` : text;
}

export const headings = ['', 'published', 'ours', 'difference', 'bound', ''] as const;

/** Lay rows in columns for a terminal: texts to the left, the columns named as numbers to the right. */
export function columns(
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [1, 2, 3],
): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (numbers.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same rows as a table of Markdown. */
export const markdownTable = (rows: readonly (readonly string[])[]): string =>
  [
    `| ${rows[0].join(' | ')} |`,
    '|---|---:|---:|---:|---|---|',
    ...rows.slice(1).map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
