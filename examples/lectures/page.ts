/** Writes the measured part of docs/lectures.md, between its markers, from the records. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Experiment } from './experiment.ts';
import { type ExperimentRecord, plotFile } from './records.ts';
import { cells, headings, markdownTable } from './table.ts';

const file = new URL('../../docs/lectures.md', import.meta.url);
const [BEGIN, END] = ['<!-- measured: npm run lectures -->', '<!-- /measured -->'];

/** An experiment and its last figures. */
export interface Measured {
  readonly experiment: Experiment;
  readonly record: ExperimentRecord;
}

/** Put the figures of all experiments into the page, deck by deck. */
export function writePage(all: readonly Measured[]): void {
  const page = readFileSync(file, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin)
    throw new Error(`docs/lectures.md has lost its markers ${BEGIN} and ${END}.`);
  writeFileSync(file, page.slice(0, begin + BEGIN.length) + measured(all) + page.slice(end));
}

/** Render figures: a line for each experiment, then a section for each. */
export function measured(all: readonly Measured[]): string {
  const key = ({ experiment: { deck, title } }: Measured): string => `${deck} ${title}`;
  const sorted = [...all].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const overview = sorted.map(({ experiment: { name, deck, title }, record: { figures, seconds } }) => {
    const bound = figures.filter((figure) => figure.bound !== '');
    const kept = bound.filter(({ passes }) => passes).length;
    return `| [${title}](#${name.toLowerCase()}) | ${deck} | ${kept} of ${bound.length} | ${time(seconds)} |`;
  });
  const sections = sorted.map(({ experiment: { name, title, deck, about }, record }) =>
    [
      `### ${name}`,
      `**${title}** (${deck}). ${about}`,
      markdownTable([headings, ...record.figures.map(cells)]),
      ...record.plots.map((plot) => `![${plot.caption}](${plotFile(name, plot.name)})\n\n*${plot.caption}*`),
      `\`npm run lectures -- ${name} --again${record.options ?? ''}\` (${time(record.seconds)})`,
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
