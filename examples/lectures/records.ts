/**
 * What runs leave behind. `.cache/lectures` tells what this machine has finished, whole experiments and their parts, so
 * that a broken run goes on; docs/lectures holds the last figures of every experiment, from which the page is written.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Figure } from './experiment.ts';

/** A finished experiment. */
export interface ExperimentRecord {
  readonly name: string;
  readonly figures: readonly Figure[];
  readonly plots: readonly { readonly name: string; readonly caption: string }[];
  readonly seconds: number;
  /** Options that the command was run with, beside `--again`: ` --blas`, or nothing. */
  readonly options?: string;
}

const root = new URL('../../', import.meta.url);
const cached = (name: string, part: string): URL => new URL(`.cache/lectures/${name}/${part}.json`, root);
const published = (name: string): URL => new URL(`docs/lectures/${name}.json`, root);

/** Where a plot of an experiment stands, below docs. */
export const plotFile = (experiment: string, plot: string): string =>
  `plots/lectures/${experiment}-${plot}.svg`;

function read<T>(file: URL): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    // Not there, or broken off in the middle of writing: to be made again.
    return undefined;
  }
}

function write(file: URL, text: string): void {
  mkdirSync(dirname(file.pathname), { recursive: true });
  writeFileSync(file, text);
}

/** Forget what this machine has finished of an experiment. */
export const forget = (name: string): void =>
  rmSync(new URL('.', cached(name, '')), { recursive: true, force: true });

/** Give the record of an experiment that this machine has finished. */
export const finishedHere = (name: string): ExperimentRecord | undefined => read(cached(name, 'result'));

/** Give the figures of an experiment that the project holds. */
export const lastRecord = (name: string): ExperimentRecord | undefined => read(published(name));

/** Keep a finished experiment. */
export function keepRecord(record: ExperimentRecord): void {
  const text = `${JSON.stringify(record, undefined, 2)}\n`;
  write(cached(record.name, 'result'), text);
  write(published(record.name), text);
}

/** Keep a plot. */
export const keepPlot = (experiment: string, plot: string, svg: string): void =>
  write(new URL(`docs/${plotFile(experiment, plot)}`, root), svg);

/** A part of an experiment's work and how long it took. */
export interface Part<T> {
  readonly value: T;
  readonly seconds: number;
  /** Whether an earlier run kept it. */
  readonly isKept: boolean;
}

/** Give a part of an experiment: what an earlier run kept, or what the work gives, which is kept. */
export async function keepPart<T>(name: string, part: string, work: () => Promise<T>): Promise<Part<T>> {
  const file = cached(name, `part-${part}`);
  const known = read<{ readonly value: T; readonly seconds: number }>(file);
  if (known !== undefined) return { ...known, isKept: true };
  const start = performance.now();
  const value = await work();
  const seconds = (performance.now() - start) / 1000;
  write(file, JSON.stringify({ value, seconds }));
  return { value, seconds, isKept: false };
}
