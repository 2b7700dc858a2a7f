// @ts-check
// Times steps of training from outside: every run of an executor's session is looked at, nothing in it is changed.
import { adam, softmaxCrossEntropy } from 'gradus';

/** Times are means over windows at least so long. */
const WINDOW = 50;
/** Work that is left out at the beginning: engines compile, the pace is found. */
const WARM_UP = 150;

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** @param {readonly number[]} values @param {number} share */
export const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/**
 * Hear of every call into the session that trains.
 *
 * @param {import('gradus').Executor} executor
 * @param {(steps: number) => void} onCall hears how many steps have been finished in all
 * @returns {import('gradus').Executor}
 */
export function watchSteps(executor, onCall) {
  const wrapper = Object.create(executor);
  wrapper.createSession = (/** @type {Parameters<typeof executor.createSession>} */ ...args) => {
    const session = executor.createSession(...args);
    if (args[0].scalarCount === 0) return session;
    const { advance, start } = session;
    let before = 0;
    let running = 0;
    session.start = (request) => {
      before += running;
      running = 0;
      start.call(session, request);
    };
    session.advance = (work) => {
      const status = advance.call(session, work);
      // A finished run may already have forgotten how far it came.
      running = session.stepsDone;
      onCall(before + running);
      return status;
    };
    return session;
  };
  return wrapper;
}

/**
 * Train for a while and tell how long a step takes, in microseconds: the whole way through `fit`, turns of the event
 * loop included.
 *
 * @param {import('gradus').Model} model
 * @param {import('gradus').Dataset} data
 * @param {{ executor: import('gradus').Executor, batchSize: number, milliseconds: number, leastSteps?: number }} options
 */
export async function timeSteps(model, data, { executor, batchSize, milliseconds, leastSteps = 6 }) {
  const control = new AbortController();
  /** @type {number[]} */
  const windows = [];
  let began = 0;
  let first = { time: 0, steps: 0 };
  let from = first;
  let last = first;
  let calls = 0;
  const watched = watchSteps(executor, (steps) => {
    const time = performance.now();
    if (began === 0) began = time;
    if (steps === last.steps) {
      calls++;
      return;
    }
    if (first.time === 0) {
      // The pace and the engine have settled, and a few steps are done.
      if (time - began >= WARM_UP && steps >= 2) {
        first = { time, steps };
        from = first;
        last = first;
        calls = 0;
      }
      return;
    }
    calls++;
    last = { time, steps };
    if (time - from.time >= WINDOW) {
      windows.push(((time - from.time) * 1000) / (steps - from.steps));
      from = last;
    }
    const enough = time - first.time >= milliseconds && steps - first.steps >= leastSteps;
    if (enough && windows.length > 0) control.abort();
  });
  await model
    .fit(data, {
      loss: softmaxCrossEntropy(),
      optimizer: adam(),
      epochs: 10_000_000,
      batchSize,
      executor: watched,
      signal: control.signal,
    })
    .catch((/** @type {unknown} */ reason) => {
      if (!control.signal.aborted) throw reason;
    });
  const steps = last.steps - first.steps;
  return {
    median: median(windows),
    best: Math.min(...windows),
    mean: ((last.time - first.time) * 1000) / steps,
    quartiles: [quantile(windows, 0.25), quantile(windows, 0.75)],
    callsPerStep: calls / steps,
    steps,
  };
}
