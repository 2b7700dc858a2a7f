// @ts-check
// The names of the workloads, for commands that read their arguments before the library is built.
import { readFileSync } from 'node:fs';

/** @type {{ workloads: readonly { name: string }[] }} */
const fixture = JSON.parse(readFileSync(new URL('../fixtures/workloads.json', import.meta.url), 'utf8'));

/** The training workloads, then those of inference. */
export const workloadNames = [
  ...fixture.workloads.map(({ name }) => name),
  'tabular-1',
  'mnist-1',
  'mnist-10000',
];
