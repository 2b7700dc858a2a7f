// @ts-check
// What every contestant is asked to do. The rows and the first weights are numbers that anyone can draw again from a
// Mersenne Twister, so no contestant is handed a file.
import { workloads } from '../workloads.mjs';

/**
 * @typedef {{ kind: 'training', name: string, layers: readonly number[], batch: number, checkSteps: number, samples: number }} TrainingWorkload
 * @typedef {{ kind: 'inference', name: string, layers: readonly number[], rows: number }} InferenceWorkload
 * @typedef {TrainingWorkload | InferenceWorkload} PeerWorkload
 */

/** Rows of an epoch; every batch size divides it. */
const SAMPLES = 12800;

/** Dense + ReLU, softmax cross-entropy, Adam(0.001), float32, a fresh shuffle every epoch. @type {readonly TrainingWorkload[]} */
export const trainingWorkloads = workloads.map(({ name, layers, batch, losses }) => ({
  kind: 'training',
  name,
  layers,
  batch,
  checkSteps: losses.length,
  samples: SAMPLES,
}));

/** Dense + ReLU up to the logits. @type {readonly InferenceWorkload[]} */
export const inferenceWorkloads = [
  { kind: 'inference', name: 'tabular-1', layers: [30, 100, 2], rows: 1 },
  { kind: 'inference', name: 'mnist-1', layers: [784, 512, 512, 10], rows: 1 },
  { kind: 'inference', name: 'mnist-10000', layers: [784, 512, 512, 10], rows: 10000 },
];

/** @type {readonly PeerWorkload[]} */
export const suite = [...trainingWorkloads, ...inferenceWorkloads];

/** PyTorch's losses as the fixture holds them, by workload. */
export const recordedLosses = new Map(workloads.map(({ name, losses }) => [name, losses]));
