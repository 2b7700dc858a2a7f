// @ts-check
// Training on the standard workloads, through Sequential.fit: time a step, and the loss held against PyTorch's.
import { adam, createWasmExecutor, dense, given, sequential, softmaxCrossEntropy, zeros } from 'gradus';
import { drawWorkload, operationsOfStep, SAMPLES } from './workloads.mjs';

/** @typedef {import('./workloads.mjs').Workload} Workload */
/** @typedef {import('gradus').Executor} Executor */

/** How long each workload is timed at least, and in how many epochs. */
const MILLISECONDS = 1500;
const LEAST_EPOCHS = 3;

/** @param {readonly number[]} values */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * @param {Workload} workload
 * @param {readonly Float32Array[]} kernels
 */
function network({ layers }, kernels) {
  const last = layers.length - 2;
  const parts = kernels.map((kernel, i) =>
    dense(layers[i + 1], {
      activation: i < last ? 'relu' : 'identity',
      kernelInitializer: given(kernel),
      biasInitializer: zeros(),
    }),
  );
  return sequential(parts, { inputShape: [layers[0]] });
}

/**
 * Count the calls into an executor's sessions.
 * @param {Executor} executor
 */
function countCalls(executor) {
  const counted = { calls: 0, executor };
  /** @type {Executor} */
  const wrapper = Object.create(executor);
  wrapper.createSession = (program, options) => {
    const session = executor.createSession(program, options);
    const { advance } = session;
    session.advance = (work) => {
      counted.calls++;
      return advance.call(session, work);
    };
    return session;
  };
  counted.executor = wrapper;
  return counted;
}

/**
 * Train the first steps from the given weights and rows; the relative distance of the mean loss from PyTorch's.
 * @param {Workload} workload
 * @param {Executor} executor
 */
async function lossError(workload, executor) {
  const { x, y, kernels } = drawWorkload(workload);
  const { batch, layers, losses } = workload;
  const model = network(workload, kernels);
  const history = await model.fit(
    { x: { values: x, width: layers[0] }, y },
    { loss: softmaxCrossEntropy(), optimizer: adam(), epochs: 1, batchSize: batch, shuffle: false, executor },
  );
  const expected = losses.reduce((a, b) => a + b, 0) / losses.length;
  return Math.abs(history.epochs[0].loss - expected) / expected;
}

/**
 * Check a workload against PyTorch, then time it.
 * @param {Workload} workload
 * @param {'fast' | 'portable'} numerics
 */
export async function measureTraining(workload, numerics) {
  const { name, layers, batch } = workload;
  const error = await lossError(workload, createWasmExecutor({ numerics }));
  if (!(error <= 1e-3))
    throw new Error(`${name}: the loss is ${error} (relative) away from PyTorch's, more than 1e-3`);
  const { kernels } = drawWorkload(workload);
  const model = network(workload, kernels);
  const width = layers[0];
  const random = new Float32Array(SAMPLES * width).map((_, i) => ((i * 7919) % 1009) / 1009);
  const y = new Int32Array(SAMPLES).map((_, i) => (i * 31) % layers[layers.length - 1]);
  const counted = countCalls(createWasmExecutor({ numerics }));
  const steps = Math.ceil(SAMPLES / batch);
  /** @type {number[]} */
  const times = [];
  const control = new AbortController();
  let began = 0;
  let last = 0;
  await model
    .fit(
      { x: { values: random, width }, y },
      {
        loss: softmaxCrossEntropy(),
        optimizer: adam(),
        epochs: 1_000_000,
        batchSize: batch,
        executor: counted.executor,
        signal: control.signal,
        onEvent(event) {
          const now = performance.now();
          if (event.type === 'start') {
            began = now;
            last = now;
          }
          if (event.type !== 'epoch' || control.signal.aborted) return;
          times.push(now - last);
          last = now;
          if (now - began > MILLISECONDS && times.length >= LEAST_EPOCHS) control.abort();
        },
      },
    )
    .catch((/** @type {unknown} */ reason) => {
      if (!control.signal.aborted) throw reason;
    });
  const wall = last - began;
  // Epochs of tiny networks share a run and end together, so the mean over all is as fair as the median.
  const meanMicroseconds = (wall / times.length / steps) * 1000;
  const medianMicroseconds = (median(times) / steps) * 1000;
  const microseconds = medianMicroseconds > 0.5 * meanMicroseconds ? medianMicroseconds : meanMicroseconds;
  return {
    name,
    microseconds,
    samplesPerSecond: (batch / microseconds) * 1e6,
    gflops: operationsOfStep(layers, batch) / microseconds / 1000,
    callsPerStep: counted.calls / (times.length * steps),
    lossError: error,
  };
}
