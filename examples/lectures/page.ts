/** Writes the measured part of docs/lectures.md, between its markers, from the records. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type ExperimentRecord, plotFile } from './records.ts';
import { cells, headings, markdownTable } from './table.ts';

const file = new URL('../../docs/lectures.md', import.meta.url);
const [BEGIN, END] = ['<!-- measured: npm run lectures -->', '<!-- /measured -->'];

/** Put the records of all experiments into the page. */
export function writePage(records: readonly ExperimentRecord[]): void {
  const page = readFileSync(file, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin)
    throw new Error(`docs/lectures.md has lost its markers ${BEGIN} and ${END}.`);
  writeFileSync(file, page.slice(0, begin + BEGIN.length) + measured(records) + page.slice(end));
}

/** Render the records: a line for each, then a section for each. */
export function measured(records: readonly ExperimentRecord[]): string {
  const overview = records.map(({ name, deck, title, figures, seconds }) => {
    const bound = figures.filter((figure) => figure.bound !== '');
    const kept = bound.filter(({ passes }) => passes).length;
    return `| [${title}](#${name.toLowerCase()}) | ${deck} | ${kept} of ${bound.length} | ${time(seconds)} |`;
  });
  const sections = records.map(({ name, title, deck, about, figures, plots, seconds }) =>
    [
      `### ${name}`,
      `**${title}** (${deck}). ${about}`,
      markdownTable([headings, ...figures.map(cells)]),
      ...plots.map((plot) => `![${plot.caption}](${plotFile(name, plot.name)})\n\n*${plot.caption}*`),
      `Ran for ${time(seconds)}; \`npm run lectures -- ${name} --again\` runs it anew.`,
    ].join('\n\n'),
  );
  const table = ['| experiment | from | bounds kept | time |', '|---|---|---:|---:|', ...overview].join('\n');
  return `\n\n${[table, ...sections].join('\n\n')}\n\n`;
}

/** A time as a person says it. */
export function time(seconds: number): string {
  if (seconds < 1) return 'under a second';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} minutes`;
}
