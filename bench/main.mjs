// @ts-check
// npm run bench [-- workload …]: a training step of each standard workload, checked against PyTorch's losses, on one
// thread; then networks that are no chain. Writes bench/results/training.json.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { version } from 'gradus';
import { measureStructures } from './structures.mjs';
import { measureTraining } from './training.mjs';
import { pytorchVersion, workloads } from './workloads.mjs';

const wanted = process.argv.slice(2);
const load = () => loadavg()[0].toFixed(2);
const machine = {
  gradus: version,
  node: process.version,
  processor: `${cpus()[0].model}, ${availableParallelism()} cores`,
  threads: 1,
  lossesFrom: `PyTorch ${pytorchVersion}`,
};
console.log(`gradus ${version}, Node ${process.version}, ${machine.processor}, one thread; load ${load()}`);
console.log(
  `Each loss is first checked against ${machine.lossesFrom} from the same weights and rows (1e-3 relative).\n`,
);
const header = ['workload', 'build', 'µs/step', 'samples/s', 'GFLOP/s', 'calls/step', 'loss error', 'load'];
const widths = [14, 9, 10, 12, 8, 11, 11, 6];
const line = (/** @type {readonly string[]} */ cells) =>
  console.log(cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' '));
line(header);
const training = [];
for (const workload of workloads.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  for (const numerics of /** @type {const} */ (['fast', 'portable'])) {
    const row = { ...(await measureTraining(workload, numerics)), numerics, load: load() };
    training.push(row);
    line([
      row.name,
      numerics,
      row.microseconds.toFixed(row.microseconds < 100 ? 2 : 0),
      String(Math.round(row.samplesPerSecond)),
      row.gflops.toFixed(1),
      row.callsPerStep.toPrecision(2),
      row.lossError.toExponential(1),
      row.load,
    ]);
  }
}
if (wanted.length === 0) {
  console.log('\nTime per multiply-add against a sequential network (width 128, batch 64):');
  const structures = await measureStructures();
  for (const { name, nanosecondsPerMac, ratio } of structures) {
    console.log(`${name.padEnd(14)} ${nanosecondsPerMac.toFixed(4)} ns  ${ratio.toFixed(3)}×`);
  }
  const folder = new URL('./results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL('training.json', folder);
  const partial = new URL('training.json.partial', folder);
  writeFileSync(partial, `${JSON.stringify({ ...machine, training, structures }, null, 1)}\n`);
  renameSync(partial, file);
  console.log('\nbench/results/training.json');
}
