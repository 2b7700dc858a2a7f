// @ts-check
// The machine a measurement ran on, and its limits: multiply-adds a second and bytes a second, measured in the same run.
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
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
