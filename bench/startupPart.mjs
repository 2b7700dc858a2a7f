// @ts-check
// Start-up, measured by startup.mjs, as a part of the benchmark.
import { measureStartup } from './startup.mjs';
import { startupTargets } from './targets.mjs';

/** @typedef {Awaited<ReturnType<typeof measureStartup>>[number]} StartupRow */

export const startup = {
  name: 'startup',
  title: 'Start-up in a fresh process',
  explanation:
    'Milliseconds: the import of the library; from there to the end of the first step of mnist-100, of which the kernels take their share for compilation; ' +
    'the same for a second model in that process. Medians of nine processes, this Node and the newest in turns.',

  /** @param {import('./main.mjs').Context} context */
  run: async ({ quick, progress }) => {
    progress('fresh processes');
    return { rows: await measureStartup(quick ? { rounds: 5 } : {}) };
  },

  /** @param {{ rows: StartupRow[] }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows }) => [
    {
      header: ['Node', 'import', 'first step', 'of it kernels', 'second model'],
      rows: rows.map(({ node, times }) => [
        node,
        ...[times.import, times.firstStep, times.kernels, times.secondModel].map((time) => time.toFixed(1)),
      ]),
    },
  ],

  /** @param {{ rows: StartupRow[] }} data @returns {import('./results.mjs').Check[]} */
  checks: ({ rows: [{ node, times }] }) => [
    { what: 'import', value: times.import, target: startupTargets.import, unit: 'ms', note: node },
    {
      what: 'compile and first step of mnist-100',
      value: times.firstStep,
      target: startupTargets.firstStep,
      unit: 'ms',
      note: node,
    },
  ],
};
