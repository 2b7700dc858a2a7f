import { readFileSync } from 'node:fs';

/** What each of OpenBLAS's core types asks of a processor, the fastest first. */
const coreTypes: readonly (readonly [coreType: string, flags: readonly string[]])[] = [
  ['SkylakeX', ['avx512f', 'avx512dq', 'avx512bw', 'avx512vl', 'avx512cd', 'fma']],
  ['Haswell', ['avx2', 'fma']],
  ['Sandybridge', ['avx']],
];

/**
 * Choose OpenBLAS's core type from a processor's flags. Releases that do not know a processor, or meet it through a
 * virtual machine, fall back to kernels of 2004 at a third of the speed or less; the flags are right there, too. AMD's
 * processors run Intel's kernels as fast as their own, which are the same but for the size of blocks.
 *
 * @param flags - As the line `flags` of /proc/cpuinfo names them.
 * @returns The name that `OPENBLAS_CORETYPE` takes; undefined where OpenBLAS shall choose.
 */
export function coreTypeFor(flags: ReadonlySet<string>): string | undefined {
  return coreTypes.find(([, needed]) => needed.every((flag) => flags.has(flag)))?.[0];
}

/** Read the processor's flags where the system tells them; empty elsewhere. */
export function processorFlags(path = '/proc/cpuinfo'): ReadonlySet<string> {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync(path, 'utf8'));
    return new Set((line?.[1] ?? '').trim().split(/\s+/));
  } catch {
    return new Set();
  }
}
