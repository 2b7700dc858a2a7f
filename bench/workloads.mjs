// @ts-check
// The standard training workloads: their sizes, and data that fixtures/makeWorkloads.py draws alike.
import { readFileSync } from 'node:fs';
import { MersenneTwister } from 'gradus';

/** @typedef {{ name: string, layers: number[], batch: number, losses: number[] }} Workload */

const fixture = JSON.parse(readFileSync(new URL('../fixtures/workloads.json', import.meta.url), 'utf8'));

/** @type {readonly Workload[]} */
export const workloads = fixture.workloads;

/** The version of PyTorch that the losses come from. */
export const pytorchVersion = fixture.torch;

/** Rows of an epoch that is timed. */
export const SAMPLES = 12800;

/**
 * Draw the rows and the first weights that PyTorch's losses were computed from.
 * @param {Workload} workload
 */
export function drawWorkload({ layers, batch, losses }) {
  const random = new MersenneTwister(fixture.seed);
  const rows = losses.length * batch;
  const x = Float32Array.from({ length: rows * layers[0] }, () => random.uniform());
  const classes = layers[layers.length - 1];
  const y = Int32Array.from({ length: rows }, () => Math.floor(random.uniform() * classes));
  const kernels = layers.slice(1).map((outputs, i) => {
    const bound = 1 / Math.sqrt(layers[i]);
    return Float32Array.from({ length: layers[i] * outputs }, () => -bound + 2 * bound * random.uniform());
  });
  return { x, y, kernels };
}

/**
 * Floating-point operations of a training step: three products a layer, the input's gradient left out.
 * @param {readonly number[]} layers
 * @param {number} batch
 */
export function operationsOfStep(layers, batch) {
  const all = layers.slice(1).reduce((sum, outputs, i) => sum + 6 * batch * layers[i] * outputs, 0);
  return all - 2 * batch * layers[0] * layers[1];
}
