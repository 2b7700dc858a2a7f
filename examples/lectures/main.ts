/**
 * Runs the experiments of the lectures and sets their figures beside the published ones: `npm run lectures`.
 */
import type { ComputeOptions } from 'gradus';
import { orUsage, readArguments, readCount, requireNames, UsageError } from '../../bench/arguments.mjs';
import { experimentNames, loadExperiment } from './discover.ts';
import { type Experiment, missingData } from './experiment.ts';
import { time, writePage } from './page.ts';
import { createProgress, type Progress } from './progress.ts';
import {
  type ExperimentRecord,
  finishedHere,
  forget,
  keepPart,
  keepPlot,
  keepRecord,
  lastRecord,
} from './records.ts';
import { cells, columns, headings } from './table.ts';

/** Seeds of the figures on the page. */
const usualSeeds = '1,2,3';

const usage = `npm run lectures -- [NAME…] [options]

Runs the experiments of the lectures for which GRADUS_DATA has the data, or those named, and writes docs/lectures.md.
What has finished is kept: a run that was broken off goes on where it was.

  --list       say which experiments there are, and stop
  --again      run them anew
  --seeds 1,2  seeds of figures that are means over runs (default 1,2,3; others leave the page as it is)
  --threads 1  threads that compute (default: as many as processors)
  --blas       compute by the system's BLAS where the network is large
  --help       show this
`;

interface Settings {
  readonly names: readonly string[];
  readonly seeds: readonly number[];
  readonly list: boolean;
  readonly again: boolean;
  readonly blas: boolean;
  readonly threads: number | undefined;
}

function settingsOf(args: readonly string[]): Settings {
  return orUsage(usage, () => {
    const { values, positionals } = readArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        again: { type: 'boolean', default: false },
        blas: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        seeds: { type: 'string', default: usualSeeds },
        threads: { type: 'string' },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    const known = experimentNames();
    requireNames('experiment', positionals, known);
    if (!/^\d{1,9}(,\d{1,9})*$/.test(values.seeds)) {
      throw new UsageError(`--seeds ${values.seeds}. Expected whole numbers such as 1,2,3.`);
    }
    const seeds = [...new Set(values.seeds.split(',').map(Number))];
    const threads = values.threads === undefined ? undefined : readCount('--threads', values.threads, 1);
    const { list, again, blas } = values;
    return { names: positionals.length > 0 ? positionals : known, seeds, list, again, blas, threads };
  });
}

/** Run the command. */
export async function main(args: readonly string[]): Promise<void> {
  const { names, seeds, list, again, blas, threads } = settingsOf(args);
  const experiments: Experiment[] = [];
  for (const name of names) experiments.push(await loadExperiment(name));
  if (list) {
    const rows = experiments.map((experiment) => [
      experiment.name,
      experiment.deck,
      experiment.minutes < 1 ? 'seconds' : `${experiment.minutes} min`,
      experiment.title,
      missingData(experiment) ?? '',
    ]);
    process.stdout.write(`${columns(rows, [2])}\n`);
    return;
  }

  const compute: ComputeOptions = blas
    ? {
        executor: await (await import('gradus/node')).createBlasExecutor(
          threads === undefined ? {} : { threads },
        ),
      }
    : { threads };
  const progress = createProgress(process.stderr);
  const records: ExperimentRecord[] = [];
  let failed = 0;
  for (const experiment of experiments) {
    const missing = missingData(experiment);
    if (missing !== undefined) {
      progress.line(`${experiment.name}: left out, ${missing}`);
      continue;
    }
    if (again) forget(experiment.name);
    const known = seeds.join() === usualSeeds ? finishedHere(experiment.name) : undefined;
    if (known !== undefined) progress.line(`${experiment.name}: has run before (--again runs it anew)`);
    try {
      records.push(known ?? (await record(experiment, { seeds, compute }, progress)));
    } catch (error) {
      failed += 1;
      progress.line(`${experiment.name}: FAILED, ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  progress.end();

  for (const { name, figures } of records) {
    const { title, deck } = experiments.find((experiment) => experiment.name === name) as Experiment;
    process.stdout.write(`\n${name}: ${title} (${deck})\n${columns([headings, ...figures.map(cells)])}\n`);
  }
  const measured = [];
  for (const name of experimentNames()) {
    const record = lastRecord(name);
    if (record !== undefined) measured.push({ experiment: await loadExperiment(name), record });
  }
  writePage(measured);
  const figures = records.flatMap((one) => one.figures).filter(({ bound }) => bound !== '');
  const missed = figures.filter(({ passes }) => !passes).length;
  const verdict =
    figures.length === 0
      ? 'nothing was measured'
      : missed === 0
        ? 'all keep their bounds'
        : `${missed} of them MISSED`;
  process.stdout.write(
    `\n${count(records.length, 'experiment')}, ${count(figures.length, 'figure')} with a bound: ${verdict}${failed > 0 ? `; ${count(failed, 'experiment')} FAILED` : ''}.\n`,
  );
  if (missed + failed > 0) process.exitCode = 1;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Run one experiment and keep what it gives. */
async function record(
  experiment: Experiment,
  { seeds, compute }: { readonly seeds: readonly number[]; readonly compute: ComputeOptions },
  progress: Progress,
): Promise<ExperimentRecord> {
  const { name, title, minutes } = experiment;
  const start = performance.now();
  // Seconds that earlier runs spent on parts that are kept.
  let earlier = 0;
  const plots: { name: string; caption: string }[] = [];
  progress.line(`${name}: ${title}${minutes < 1 ? '' : `, about ${time(60 * minutes)}`}`);
  const figures = await experiment.run({
    data: process.env['GRADUS_DATA'] ?? '',
    seeds,
    compute,
    progress: (text) => progress.now(`${name}: ${text}`),
    plot(plot, svg, caption) {
      if (seeds.join() === usualSeeds) keepPlot(name, plot, svg);
      plots.push({ name: plot, caption });
    },
    async once(part, work) {
      const { value, seconds, isKept } = await keepPart(name, part, work);
      if (isKept) earlier += seconds;
      return value;
    },
  });
  const seconds = Math.round(10 * earlier + (performance.now() - start) / 100) / 10;
  const result = { name, figures, plots, seconds, ...(compute.executor && { options: ' --blas' }) };
  if (seeds.join() === usualSeeds) keepRecord(result);
  progress.line(`${name}: done in ${time(seconds)}`);
  return result;
}
