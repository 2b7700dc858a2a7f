// @ts-check
// What is asked of the engine by itself: on two cores, the newest Node, the best of the WebAssembly executors. Times hold
// where the multiply-add peak of two threads, measured in the same run, is at least 80 GFLOP/s, else in proportion.

/** @typedef {{ workload: string, microseconds: number, share?: undefined } | { workload: string, share: number, microseconds?: undefined }} StepTarget */

/** Of a step: microseconds at most, or the least share of the peak of two threads. @type {readonly StepTarget[]} */
export const stepTargets = [
  { workload: 'xor', microseconds: 3 },
  { workload: 'tabular', microseconds: 22 },
  { workload: 'digits', microseconds: 140 },
  { workload: 'mnist-100', microseconds: 560 },
  { workload: 'mnist-128', microseconds: 340 },
  { workload: 'mnist-512x2', share: 0.7 },
  { workload: 'mnist-800x2', share: 0.8 },
  { workload: 'deep-1024x3', share: 0.8 },
];

/** Of a prediction, in microseconds. */
export const inferenceTargets = { 'tabular-1': 2, 'mnist-1': 120 };

/** Of matrix products: the share of one thread's peak from 256 up, and how much faster two threads are. */
export const productTargets = { share: 0.85, twoThreads: 1.85, narrowShare: 0.425 };

/** The event loop's delay at the 99th percentile, in milliseconds. */
export const delayTarget = 30;

/** Memory over an idle process in MiB, the caller's own array included. */
export const memoryTarget = 140;

/** Bytes that a step may leave to the garbage collector: the rest of what a slice of many steps takes. */
export const allocationTarget = 16;

/** Milliseconds of start-up. */
export const startupTargets = { import: 25, firstStep: 60 };
