// @ts-check
// Times steps of training from outside: every run of an executor's session is looked at, nothing in it is changed.
import { adam } from 'gradus';
import { softmaxCrossEntropy } from 'gradus/losses';

/** Times are means over windows at least so long. */
const WINDOW = 50;
/** Work that is left out at the beginning: engines compile, the pace is found. */
const WARM_UP = 150;
/** How many times as long as asked whole cores are waited for. */
const PATIENCE = 6;

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
 * loop included. With a watch, only windows count before and after which all cores were there, if there is any.
 *
 * @param {import('gradus').Model} model
 * @param {import('gradus').Dataset} data
 * @param {{ executor: import('gradus').Executor, batchSize: number, milliseconds: number, leastSteps?: number, watch?: import('./wholeCores.mjs').CoreWatch | undefined }} options
 */
export async function timeSteps(model, data, { executor, batchSize, milliseconds, leastSteps = 6, watch }) {
  const control = new AbortController();
  /** @type {{ milliseconds: number, steps: number, isWhole: boolean }[]} */
  const windows = [];
  let isWhole = true;
  let began = 0;
  let first = { time: 0, steps: 0 };
  let from = first;
  let last = first;
  let calls = 0;
  /** How long the windows last that count, and how many steps they hold. */
  const counted = { milliseconds: 0, steps: 0 };
  const open = (/** @type {number} */ steps) => {
    isWhole = watch?.isWhole() ?? true;
    // A look at the cores has taken its time.
    from = { time: performance.now(), steps };
  };
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
        open(steps);
        first = from;
        last = first;
        calls = 0;
      }
      return;
    }
    calls++;
    last = { time, steps };
    if (time - from.time >= WINDOW) {
      const window = { milliseconds: time - from.time, steps: steps - from.steps, isWhole };
      open(steps);
      window.isWhole &&= isWhole;
      windows.push(window);
      if (window.isWhole) {
        counted.milliseconds += window.milliseconds;
        counted.steps += window.steps;
      }
    }
    const enough = counted.milliseconds >= milliseconds && counted.steps >= leastSteps;
    const isPatient = windows.length === 0 || time - first.time < PATIENCE * milliseconds;
    if (enough || !isPatient) control.abort();
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
  const whole = windows.filter((window) => window.isWhole);
  const taken = whole.length > 0 ? whole : windows;
  const sum = (/** @type {'milliseconds' | 'steps'} */ what) =>
    taken.reduce((total, window) => total + window[what], 0);
  const times = taken.map((window) => (window.milliseconds * 1000) / window.steps);
  return {
    median: median(times),
    best: Math.min(...times),
    mean: (sum('milliseconds') * 1000) / sum('steps'),
    quartiles: [quantile(times, 0.25), quantile(times, 0.75)],
    /** Share of the windows in which all cores were there. */
    whole: whole.length / windows.length,
    callsPerStep: calls / (last.steps - first.steps),
    steps: last.steps - first.steps,
  };
}
