// @ts-check
// Start-up, measured by startup.mjs, as a part of the benchmark.
import { existsSync } from 'node:fs';
import { figure } from './results.mjs';

const file = new URL('./startup.mjs', import.meta.url);
export const startup = {
  name: 'startup',
  title: 'Start-up',
  explanation: 'Fresh processes.',
  run: async () =>
    existsSync(file) ? { found: await (await import(file.href)).measureStartup() } : { found: [] },
  /** @param {any} data @returns {import('./results.mjs').Table[]} */
  tables: (data) => [{ header: ['what', 'ms'], rows: [[JSON.stringify(data.found), figure(0)]] }],
  /** @returns {import('./results.mjs').Check[]} */
  checks: () => [],
};
