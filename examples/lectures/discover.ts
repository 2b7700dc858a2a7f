import { readdirSync, readFileSync } from 'node:fs';
import type { Experiment } from './experiment.ts';

const folder = new URL('.', import.meta.url);

/** The names of the experiments: the files of this folder that export one. */
export function experimentNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => /^export const experiment\b/m.test(readFileSync(new URL(file, folder), 'utf8')))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** Load an experiment. */
export async function loadExperiment(name: string): Promise<Experiment> {
  const { experiment } = (await import(/* @vite-ignore */ `./${name}.ts`)) as { experiment: Experiment };
  if (experiment.name !== name)
    throw new Error(`${name}.ts holds an experiment called '${experiment.name}'.`);
  return experiment;
}
