// @ts-check
// Who takes part: one line each. A contestant that is not there is left out of the table, with the reason.
import { fileURLToPath } from 'node:url';

/**
 * @typedef {'pytorch' | 'scikit-learn' | 'tensorflow.js' | 'jax-js' | 'gradus'} Family
 * @typedef {'oldest' | 'newest'} NodeChoice which Node: the one that runs this, or the newest release
 * @typedef {object} Contestant
 * @property {string} id
 * @property {string} label
 * @property {Family} family
 * @property {{ python?: 'pytorch' | 'scikitLearn', node?: NodeChoice, browser?: boolean }} place
 * @property {Record<string, unknown>} options
 * @property {'inference'} [only]
 * @property {boolean} [mnist] whether it takes part in the training from end to end
 * @property {boolean} [full] left out of quick runs
 */

export const childProgram = fileURLToPath(new URL('./child.mjs', import.meta.url));

/** @param {number} threads @returns {Contestant[]} */
export function contestantsInNode(threads) {
  const gradus = [
    { id: 'wasm-1', label: 'WASM, 1 thread', options: { threads: 1 } },
    { id: `wasm-${threads}`, label: `WASM, ${threads} threads`, options: { threads }, mnist: true },
    { id: 'blas', label: `BLAS, ${threads} threads`, options: { threads, blas: true }, mnist: true },
    {
      id: 'portable',
      label: `portable, ${threads} threads`,
      options: { threads, numerics: 'portable' },
      full: true,
    },
    {
      id: 'predict',
      label: `WASM, ${threads} threads, predict()`,
      options: { threads, predictor: false },
      only: /** @type {const} */ ('inference'),
      full: true,
    },
  ];
  /** @type {readonly { suffix: string, node: NodeChoice, label: string }[]} */
  const nodes = [
    { suffix: 'node', node: 'oldest', label: `Node ${process.versions.node.split('.')[0]}` },
    { suffix: 'newest', node: 'newest', label: 'newest Node' },
  ];
  return [
    {
      id: 'pytorch',
      label: 'PyTorch',
      family: 'pytorch',
      place: { python: 'pytorch' },
      options: { threads, fused: false },
      mnist: true,
    },
    {
      id: 'pytorch-fused',
      label: 'PyTorch, fused Adam',
      family: 'pytorch',
      place: { python: 'pytorch' },
      options: { threads, fused: true },
      mnist: true,
    },
    {
      id: 'scikit-learn',
      label: 'scikit-learn',
      family: 'scikit-learn',
      place: { python: 'scikitLearn' },
      options: {},
      mnist: true,
    },
    ...nodes.flatMap(({ suffix, node, label }) => [
      {
        id: `tensorflow.js-${suffix}`,
        label: `TensorFlow.js, ${label}`,
        family: /** @type {const} */ ('tensorflow.js'),
        place: { node },
        options: { engine: 'tensorflow' },
        full: node === 'oldest',
      },
      ...(node === 'newest'
        ? [
            {
              id: 'jax-js',
              label: `jax-js, ${label}`,
              family: /** @type {const} */ ('jax-js'),
              place: { node },
              options: { engine: 'jaxJs' },
            },
          ]
        : []),
      ...gradus.map((one) => ({
        ...one,
        id: `gradus-${one.id}-${suffix}`,
        label: `Gradus, ${one.label}, ${label}`,
        family: /** @type {const} */ ('gradus'),
        place: { node },
        options: { engine: 'gradus', ...one.options },
      })),
    ]),
  ];
}

/** @param {number} threads @returns {Contestant[]} */
export const contestantsInChromium = (threads) => [
  {
    id: 'tensorflow.js',
    label: 'TensorFlow.js',
    family: 'tensorflow.js',
    place: { browser: true },
    options: { engine: 'tensorflow', threads },
  },
  { id: 'jax-js', label: 'jax-js', family: 'jax-js', place: { browser: true }, options: { engine: 'jaxJs' } },
  {
    id: 'gradus-wasm-1',
    label: 'Gradus, 1 thread',
    family: 'gradus',
    place: { browser: true },
    options: { engine: 'gradus', threads: 1 },
  },
  {
    id: `gradus-wasm-${threads}`,
    label: `Gradus, ${threads} threads`,
    family: 'gradus',
    place: { browser: true },
    options: { engine: 'gradus', threads },
  },
];
