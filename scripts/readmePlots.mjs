// @ts-check
// Draws the pictures of README.md into docs/plots: times beside PyTorch's (from bench/results/peers.json), a decision
// surface, and the first screen of a report, which needs Chromium. `node scripts/readmePlots.mjs`, after a build.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as Plot from '@observablehq/plot';
import { adam, createStream, dense, sequential } from 'gradus';
import { chromium } from 'playwright-core';
import { findChromium, withoutChromium } from './chromium.mjs';
import { isMain, root, runNode } from './platform.mjs';
import { colors, INK, plotSvg } from './plotSvg.mjs';

const plots = join(root, 'docs', 'plots');

/** Workloads of bench/results/peers.json, from small to large. */
const workloads = ['xor', 'tabular', 'digits', 'mnist-100', 'mnist-512x2', 'deep-1024x3'];

/**
 * @typedef {object} PeerRow
 * @property {string} label
 * @property {string} family
 * @property {{ median: number }} microseconds
 */

/** The time of a training step beside PyTorch's, of the faster of its two forms of Adam. */
export function speedPlot() {
  const { node, machine } = JSON.parse(readFileSync(join(root, 'bench', 'results', 'peers.json'), 'utf8'));
  const bars = workloads.flatMap((name) => {
    const { workload, rows } = node.find((/** @type {any} */ one) => one.workload.name === name);
    const least = (/** @type {(row: PeerRow) => boolean} */ test) =>
      Math.min(...rows.filter(test).map((/** @type {PeerRow} */ row) => row.microseconds.median));
    const pytorch = least(({ family }) => family === 'pytorch');
    const title = `${workload.layers.join('-')}, batches of ${workload.batch}`;
    return ['WASM, 2 threads', 'BLAS, 2 threads'].map((executor) => ({
      title,
      executor,
      ratio: least(({ family, label }) => family === 'gradus' && label.includes(executor)) / pytorch,
    }));
  });
  const options = /** @type {Plot.PlotOptions} */ ({
    marginLeft: 224,
    marginRight: 44,
    marginBottom: 36,
    x: {
      type: 'log',
      domain: [0.005, 3],
      label: 'time of a step, PyTorch = 1 →',
      grid: true,
      ticks: [0.01, 0.1, 1],
      tickFormat: String,
    },
    fy: { label: null, domain: [...new Set(bars.map(({ title }) => title))], padding: 0.25 },
    y: { axis: null, domain: ['WASM, 2 threads', 'BLAS, 2 threads'] },
    marks: [
      Plot.barX(bars, {
        fy: 'title',
        y: 'executor',
        x1: 0.005,
        x2: 'ratio',
        fill: ({ executor }) => colors[executor.startsWith('WASM') ? 0 : 1],
      }),
      Plot.text(bars, {
        fy: 'title',
        y: 'executor',
        x: 'ratio',
        text: ({ ratio }) => ratio.toPrecision(2),
        textAnchor: 'start',
        dx: 4,
        fill: INK,
      }),
      Plot.ruleX([1], { stroke: INK, strokeDasharray: '4 3' }),
    ],
  });
  return plotSvg('Training step beside PyTorch', [{ options }], {
    width: 760,
    height: 330,
    legend: ['WebAssembly', 'with a BLAS'],
    note: `less is better; Adam, float32, two threads each, ${machine.processor}`,
  });
}

/** Two spirals, the probabilities of a network that tells them apart, and its decision boundary. */
export async function decisionSurface() {
  const noise = createStream(1, 'init');
  const points = Array.from({ length: 300 }, (_, i) => {
    const label = i % 2;
    const turn = 0.4 + (i / 300) * 3.6;
    const angle = turn * 1.4 + label * Math.PI;
    const at = (/** @type {number} */ value) => value * turn * 0.25 + noise.normal() * 0.03;
    return { x: at(Math.cos(angle)), y: at(Math.sin(angle)), label };
  });
  const hidden = () => dense(24, { activation: 'tanh' });
  const model = sequential([hidden(), hidden(), dense(1)]);
  await model.fit(
    { x: points.map(({ x, y }) => [x, y]), y: points.map(({ label }) => label) },
    {
      ...{ loss: 'binaryCrossEntropy', optimizer: adam({ learningRate: 0.01 }), numerics: 'portable' },
      ...{ epochs: 400, batchSize: 32, seed: 1 },
    },
  );
  const [SIDE, REACH] = [90, 1.25];
  const place = (/** @type {number} */ i) => ((i + 0.5) / SIDE - 0.5) * 2 * REACH;
  const grid = Array.from({ length: SIDE * SIDE }, (_, i) => [place(i % SIDE), place(Math.floor(i / SIDE))]);
  const { values } = await model.predictProbabilities(grid);
  const contour = (/** @type {readonly number[]} */ thresholds) => ({
    ...{ width: SIDE, height: SIDE, x1: -REACH, x2: REACH, y1: -REACH, y2: REACH },
    thresholds: [...thresholds],
  });
  const options = /** @type {Plot.PlotOptions} */ ({
    ...{ x: { axis: null }, y: { axis: null }, margin: 8 },
    color: { type: 'linear', domain: [0, 0.5, 1], range: ['#7fb2e5', '#f5f5f4', '#f0a58a'] },
    marks: [
      Plot.contour(values, { ...contour([0, 0.1, 0.25, 0.4, 0.6, 0.75, 0.9]), fill: Plot.identity }),
      Plot.contour(values, { ...contour([0.5]), value: Plot.identity, stroke: INK, strokeWidth: 1.5 }),
      Plot.dot(points, {
        ...{ x: 'x', y: 'y', r: 3, stroke: '#ffffff', strokeWidth: 0.6 },
        fill: ({ label }) => colors[label],
      }),
    ],
  });
  return plotSvg('Two spirals: 2-24-24-1, tanh', [{ options }], { width: 400, height: 400 });
}

/**
 * The first screen of the report on the penguins.
 *
 * @returns {Promise<Buffer | undefined>} a PNG; undefined without Chromium
 */
async function reportScreen() {
  const executablePath = findChromium();
  if (executablePath === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'gradus-report-'));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const run = join(folder, 'penguins');
    const command = join(root, 'packages', 'cli', 'dist', 'main.js');
    await runNode([command, 'train', 'penguins', '--out', run, '--quiet'], { capture: true });
    const page = await browser.newPage({ viewport: { width: 1000, height: 920 }, deviceScaleFactor: 1.5 });
    await page.goto(pathToFileURL(join(run, 'report.html')).href);
    return await page.screenshot();
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isMain(import.meta.url)) {
  writeFileSync(join(plots, 'speed.svg'), speedPlot());
  writeFileSync(join(plots, 'decisionSurface.svg'), await decisionSurface());
  const screen = await reportScreen();
  if (screen === undefined) process.stderr.write(`report.png: ${withoutChromium}\n`);
  else writeFileSync(join(plots, 'report.png'), screen);
}
