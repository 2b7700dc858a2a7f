/**
 * What an experiment of the lectures is. A file of this folder that exports `experiment` is one: `npm run lectures`
 * finds it, runs it where its data is at hand, and sets its figures beside the published ones in docs/lectures.md.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ComputeOptions } from 'gradus';

/** A number of ours beside a published one, with the bound that it must keep. */
export interface Figure {
  readonly name: string;
  /** What the lecture, the paper or the notebook shows; undefined where nothing is printed. */
  readonly published: number | undefined;
  readonly ours: number;
  /** The bound in words, as `± 0.0005` or `≥ 98.3`; empty where a figure is only stated. */
  readonly bound: string;
  readonly passes: boolean;
  /** Decimals to print. */
  readonly digits: number;
  /** As `%` or `s`; empty for a plain number. */
  readonly unit: string;
}

/** What a run is given. */
export interface Context {
  /** The folder of data sets, `GRADUS_DATA`. Experiments that need nothing of it never read this. */
  readonly data: string;
  /** Seeds for figures that are means over runs; one of them in a quick look. */
  readonly seeds: readonly number[];
  /** What computes, for `fit` and the like of large networks: `model.fit(data, { …, ...compute })`. */
  readonly compute: ComputeOptions;
  /** Say what is going on: `epoch 3 of 25: loss 0.4127`. */
  readonly progress: (text: string) => void;
  /** Keep a plot: `name` (camelCase) becomes docs/plots/lectures/‹experiment›-‹name›.svg, with its caption. */
  readonly plot: (name: string, svg: string, caption: string) => void;
  /** Give a part of the work (one seed of three), kept on disk so that a broken run goes on behind it. */
  readonly once: <T>(part: string, work: () => Promise<T>) => Promise<T>;
}

/** One experiment. */
export interface Experiment {
  /** As the file is called, without `.ts`. */
  readonly name: string;
  /** Where it comes from: `STAT 479, L09`, `deck 002`, `Keras 1.0.8, mnist_mlp`. */
  readonly deck: string;
  readonly title: string;
  /** What it reads under `GRADUS_DATA`: files or folders, as `mnist`; none for data made in the example. */
  readonly needs: readonly string[];
  /** Roughly, on two cores. */
  readonly minutes: number;
  /** A paragraph for the page: settings that the lecture leaves open, what is followed exactly, what is not. */
  readonly about: string;
  readonly run: (context: Context) => Promise<readonly Figure[]>;
}

/** How a figure is printed. */
export interface FigureOptions {
  /** Default: 4. */
  readonly digits?: number;
  /** Default: none. */
  readonly unit?: string;
}

/** A figure that must lie within a distance of the published one. */
export function near(
  name: string,
  ours: number,
  published: number,
  tolerance: number,
  { digits = 4, unit = '' }: FigureOptions = {},
): Figure {
  const passes = Math.abs(ours - published) <= tolerance;
  return { name, published, ours, bound: `± ${shown(tolerance)}`, passes, digits, unit };
}

/** A figure that must agree with the published one in every digit printed. */
export function exactly(name: string, ours: number, published: number, options: FigureOptions = {}): Figure {
  const { digits = 4, unit = '' } = options;
  const passes = ours.toFixed(digits) === published.toFixed(digits);
  return {
    name,
    published,
    ours,
    bound: digits === 0 ? 'exact' : `${digits} decimals`,
    passes,
    digits,
    unit,
  };
}

/** A figure that must reach a bound; `published` is shown beside it. */
export function atLeast(
  name: string,
  ours: number,
  bound: number,
  { published, digits = 4, unit = '' }: FigureOptions & { readonly published?: number } = {},
): Figure {
  return { name, published, ours, bound: `≥ ${shown(bound)}`, passes: ours >= bound, digits, unit };
}

/** A figure that must not exceed a bound; `published` is shown beside it. */
export function atMost(
  name: string,
  ours: number,
  bound: number,
  { published, digits = 4, unit = '' }: FigureOptions & { readonly published?: number } = {},
): Figure {
  return { name, published, ours, bound: `≤ ${shown(bound)}`, passes: ours <= bound, digits, unit };
}

/** A figure without a bound, such as a time, which depends on the machine. */
export function stated(
  name: string,
  ours: number,
  { published, digits = 4, unit = '' }: FigureOptions & { readonly published?: number } = {},
): Figure {
  return { name, published, ours, bound: '', passes: !Number.isNaN(ours), digits, unit };
}

/** What of an experiment's data is not at hand, in words; undefined if it can run. */
export function missingData({ needs }: Experiment): string | undefined {
  if (needs.length === 0) return undefined;
  const data = process.env['GRADUS_DATA'];
  if (data === undefined) return `GRADUS_DATA is not set: ${needs.join(', ')} not at hand`;
  const missing = needs.filter((path) => !existsSync(join(data, path)));
  return missing.length === 0 ? undefined : `not in GRADUS_DATA: ${missing.join(', ')}`;
}

/** Run an experiment for a test: silently, without plots, on the first seeds only. */
export function runQuietly(
  experiment: Experiment,
  seeds: readonly number[] = [1],
): Promise<readonly Figure[]> {
  return experiment.run({
    data: process.env['GRADUS_DATA'] ?? '',
    seeds,
    compute: {},
    progress: () => {},
    plot: () => {},
    once: (_, work) => work(),
  });
}

/** The figures that miss their bounds, a line each: what a test expects to be empty. */
export function misses(figures: readonly Figure[]): readonly string[] {
  return figures
    .filter(({ passes }) => !passes)
    .map(({ name, ours, published, bound }) => `${name}: ${ours}, published ${published}, bound ${bound}`);
}

function shown(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
}

/** The mean of numbers, such as an accuracy over seeds. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;
