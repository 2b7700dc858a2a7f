// @ts-check
// The machine a measurement ran on, and its limits: multiply-adds a second and bytes a second, measured in the same run.
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { version } from 'gradus';
import { measureBandwidth } from './bandwidth.mjs';
import { measurePeak } from './peak.mjs';

/** The two-thread multiply-add peak, in GFLOP/s, for which absolute times are asked. */
const PEAK_OF_TARGETS = 80;

/** @typedef {Awaited<ReturnType<typeof measureLimits>>} Limits */

export const load = () => Number(loadavg()[0].toFixed(2));

/** Describe the machine and the program. */
export const describeMachine = () => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  v8: process.versions.v8,
  gradus: version,
});

/**
 * Measure what the machine can do at most, on one thread and on two: GFLOP/s of multiply-adds in registers, fused and (as
 * portable numerics wants them) as a product and a sum; GB/s of a pass over memory.
 */
export async function measureLimits({ quick = false } = {}) {
  const one = await measurePeak({ threads: 1 });
  const two = await measurePeak({ threads: 2 });
  const bandwidth = [
    await measureBandwidth({ threads: 1, quick }),
    await measureBandwidth({ threads: 2, quick }),
  ];
  return { peak: [one.fused, two.fused], portablePeak: [one.separate, two.separate], bandwidth };
}

/**
 * How much longer than asked a time may be here: absolute times are asked of a machine whose peak is at least 80
 * GFLOP/s on two threads, of others in proportion.
 *
 * @param {Limits} limits
 */
export const slowness = (limits) => Math.max(1, PEAK_OF_TARGETS / limits.peak[1]);

/** The share of the peak of several threads below which the machine counts as busy with something else. */
const WHOLE = 0.9;
/** Rounds of the peak before and behind a measurement: 20 milliseconds. */
const PEAK_ROUNDS = 12;
/** How often a measurement is made at most, and how often the machine is asked before each, a second apart. */
const TRIES = 3;
const PATIENCE = 8;

/**
 * Measure something that several threads do while all of them have a core: a virtual machine's processors may share one
 * for seconds without any trace of it in the system's accounts, and everything then takes as long as on one thread. The
 * peak is measured right before and right behind; what was measured on half a machine is measured anew.
 *
 * @template T
 * @param {Limits} limits
 * @param {number} threads
 * @param {() => Promise<T>} measure
 * @returns {Promise<T & { machine: number }>} with the share of the machine's peak that was there
 */
export async function onWholeMachine(limits, threads, measure) {
  if (threads === 1) return { ...(await measure()), machine: 1 };
  const share = async () =>
    (await measurePeak({ threads, rounds: PEAK_ROUNDS })).fused / limits.peak[threads - 1];
  for (let tries = 1; ; tries++) {
    let before = await share();
    for (let i = 0; i < PATIENCE && before < WHOLE; i++) {
      await sleep(1000);
      before = await share();
    }
    const result = await measure();
    const machine = Math.min(before, await share());
    if (machine >= WHOLE || tries === TRIES) return { ...result, machine };
  }
}
