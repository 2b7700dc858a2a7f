// @ts-check
// How many times faster Gradus is asked to be: the best of its executors, on two cores, as the median over the rounds.

/** Than PyTorch with two threads, plain or with fused Adam, whichever is faster. @type {Readonly<Record<string, number>>} */
export const pytorchTargets = {
  xor: 100,
  tabular: 16,
  digits: 4.3,
  'mnist-100': 2,
  'mnist-128': 2.4,
  'mnist-512x2': 1.15,
  'mnist-800x2': 1,
  'deep-1024x3': 1,
  'tabular-1': 8,
  'mnist-1': 0.6,
  'mnist-10000': 0.95,
};

/** Than the JavaScript libraries in Node. */
export const nodeTargets = { 'tensorflow.js': 20, 'jax-js': 5 };

/** Than the JavaScript libraries in Chromium. */
const inChromium = 3;
/** The workloads on which less is asked against jax-js in Chromium. */
const largest = { 'mnist-800x2': 1.5, 'deep-1024x3': 1.5 };

/** @param {'tensorflow.js' | 'jax-js'} family @param {string} workload */
export const chromiumTarget = (family, workload) =>
  family === 'jax-js' && workload in largest
    ? largest[/** @type {keyof typeof largest} */ (workload)]
    : inChromium;

/** MNIST from end to end: the least test accuracy, and how many times faster than PyTorch. */
export const mnistTargets = { accuracy: 0.975, ratio: 1.7 };
