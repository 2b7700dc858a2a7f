// @ts-check
// npm run bench [-- part … | workload …] [--quick] [--node newest|both] [--list]: what Gradus does on this machine, beside what the
// machine allows. Writes bench/results/<part>-node<version>.json, bench/results/report.md and docs/plots.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findNewestNode, withoutNewestNode } from '../scripts/newestNode.mjs';
import { allocations } from './allocations.mjs';
import { orUsage, readArguments, requireNames } from './arguments.mjs';
import { cnn } from './cnn.mjs';
import { costCurves } from './costCurves.mjs';
import { eventLoop } from './eventLoop.mjs';
import { inference } from './inference.mjs';
import { lstm } from './lstm.mjs';
import { describeMachine, load, measureLimits } from './machine.mjs';
import { products } from './matrixProducts.mjs';
import { memory } from './memory.mjs';
import { writeReport } from './report.mjs';
import { checkTable, isMet, printTable, progress, saveResult } from './results.mjs';
import { roofline } from './roofline.mjs';
import { startup } from './startupPart.mjs';
import { structure } from './structures.mjs';
import { training } from './training.mjs';
import { watchCores } from './wholeCores.mjs';
import { workloadNames as names } from './workloadNames.mjs';

/**
 * What a part is given.
 *
 * @typedef {{
 *   quick: boolean,
 *   only: (workload: string) => boolean,
 *   limits: import('./machine.mjs').Limits,
 *   progress: (text: string) => void,
 *   watch: import('./wholeCores.mjs').CoreWatch,
 *   found: Record<string, any>,
 * }} Context
 *
 * `watch`: tells whether the machine's cores are there; `only`: whether a workload is wanted; `found`: what the parts before found, by name.
 */

const parts = [
  training,
  inference,
  products,
  roofline,
  costCurves,
  structure,
  cnn,
  lstm,
  eventLoop,
  memory,
  allocations,
  startup,
];

const partNames = parts.map(({ name }) => name);
const usage = `npm run bench -- [part … | workload …] [options]
  --quick                     shorter, coarser
  --node current|newest|both  on which Node (current)
  --no-save                   writes nothing into bench/results and docs/plots, as workloads do
  --list, --help              this text

Parts (without one, all)
${parts.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}

Workloads
  ${names.join(', ')}
`;
const { values, positionals } = orUsage(usage, () =>
  readArguments({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      node: { type: 'string', default: 'current' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      'no-save': { type: 'boolean', default: false },
    },
  }),
);
if (values.list || values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
orUsage(usage, () => {
  requireNames('part or workload', positionals, [...partNames, ...names]);
  requireNames('Node', [values.node], ['current', 'newest', 'both']);
});

if (values.node !== 'current') {
  const newest = findNewestNode();
  if (newest === undefined) {
    console.error(`--node ${values.node} ${withoutNewestNode}.`);
    process.exit(2);
  }
  const args = process.argv
    .slice(2)
    .filter((arg, i, all) => !/^--node(=|$)/.test(arg) && all[i - 1] !== '--node');
  const statuses = (values.node === 'both' ? [process.execPath, newest] : [newest]).map(
    (program) =>
      spawnSync(program, [fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' }).status ?? 1,
  );
  process.exit(Math.max(...statuses));
}

const wantedParts = parts.filter(
  ({ name }) => positionals.includes(name) || !positionals.some((one) => partNames.includes(one)),
);
const wantedWorkloads = positionals.filter((name) => names.includes(name));
const only = (/** @type {string} */ name) => wantedWorkloads.length === 0 || wantedWorkloads.includes(name);
const { quick } = values;

const machine = describeMachine();
console.log(
  `gradus ${machine.gradus}, Node ${machine.node}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB; load ${load()}`,
);
progress('the machine’s limits');
const limits = await measureLimits({ quick });
const watch = await watchCores();
progress('');
const [one, two] = limits.bandwidth.map((levels) => levels[levels.length - 1].readGBs.toFixed(0));
console.log(
  `multiply-add peak ${limits.peak[0].toFixed(1)} GFLOP/s on one thread, ${limits.peak[1].toFixed(1)} on two; memory ${one} and ${two} GB/s\n`,
);

/** @type {Record<string, any>} */
const found = {};
/** @type {import('./results.mjs').Check[]} */
const allChecks = [];
for (const part of wantedParts) {
  const began = performance.now();
  const before = load();
  const data = await part.run({
    quick,
    only,
    limits,
    found,
    watch,
    progress: (text) => progress(`${part.name}: ${text}`),
  });
  progress('');
  const seconds = (performance.now() - began) / 1000;
  found[part.name] = data;
  const checks = part.checks(/** @type {any} */ (data), limits);
  allChecks.push(...checks);
  console.log(`${part.title} (${seconds.toFixed(0)} s, load ${before} → ${load()})`);
  for (const table of part.tables(/** @type {any} */ (data))) printTable(table);
  if (checks.length > 0) printTable(checkTable(checks));
  if (values['no-save'] || wantedWorkloads.length > 0) continue;
  saveResult(part.name, {
    part: part.name,
    date: new Date().toISOString(),
    machine,
    load: { before, after: load() },
    quick,
    seconds,
    limits,
    checks,
    data,
  });
}
if (!values['no-save'] && wantedWorkloads.length === 0) {
  writeReport(parts);
  console.log('bench/results/report.md');
}
const missed = allChecks.filter((check) => !isMet(check));
console.log(`${allChecks.length - missed.length} of ${allChecks.length} targets met.`);
