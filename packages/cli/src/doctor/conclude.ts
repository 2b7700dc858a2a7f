import { formatNumber } from '../format/number.ts';
import type { Machine } from './inspectMachine.ts';
import type { Measurement } from './measureExecutors.ts';

/** How much faster something has to be to be worth the asking. */
const worthAsking = 1.15;

const times = (ratio: number): string => `${formatNumber(ratio, 2)} times as fast`;

/** Say in plain words what the figures mean for someone who trains networks here. */
export function conclude(machine: Machine, measured: readonly Measurement[]): string[] {
  if (measured.length === 0) {
    return [
      `Node ${machine.node} has no WebAssembly SIMD here: update to Node 20.19 or newer. Until then only the reference executor runs, hundreds of times as slowly.`,
    ];
  }
  return [
    ...forNetworks('Small networks', measured, ({ smallStep }) => smallStep),
    ...forNetworks('Large networks', measured, ({ largeStep }) => largeStep),
    ...onAuto(machine),
    ...onThreads(machine, measured),
    ...onBlas(machine),
  ];
}

/** Name the fastest executor for networks of a size; wasm where blas is hardly faster. */
function forNetworks(
  networks: string,
  measured: readonly Measurement[],
  stepOf: (measurement: Measurement) => number,
): string[] {
  const fastest = (executor: 'wasm' | 'blas'): number =>
    Math.min(...measured.filter((entry) => entry.executor === executor).map(stepOf));
  const ratio = fastest('wasm') / fastest('blas');
  if (!Number.isFinite(ratio) || ratio === 0) return [`${networks}: the executor wasm.`];
  if (ratio < worthAsking) {
    const detail = ratio <= 1 / worthAsking ? `, ${times(1 / ratio)} as blas` : '; blas is no faster';
    return [`${networks}: the executor wasm${detail}.`];
  }
  return [`${networks}: the executor blas, ${times(ratio)} as wasm.`];
}

/** Say what the default executor, auto, does here. */
function onAuto({ blas }: Machine): string[] {
  if (blas.isOff || blas.problem !== null) return [];
  return [
    'By default (executor auto) networks with 4 million multiply-adds a step and more train on blas, others on wasm; predictions of the command run on wasm.',
  ];
}

/** Say when threads are no help. */
function onThreads(
  { cores, sharedMemory, mayStartThreads }: Machine,
  measured: readonly Measurement[],
): string[] {
  if (cores === 1) return ['There is one processor: no threads.'];
  if (!sharedMemory) return ['Memory cannot be shared: one thread computes.'];
  if (!mayStartThreads)
    return ['node --permission forbids threads: one computes. --allow-worker would allow them.'];
  const rates = measured.filter(({ executor }) => executor === 'wasm');
  const ratio = rates[rates.length - 1].gflops / rates[0].gflops;
  return ratio >= 1.3
    ? []
    : [`Threads bring little at the moment (${times(ratio)}): other programs keep the processors busy.`];
}

/** Say what keeps BLAS away, or back. */
function onBlas({ blas }: Machine): string[] {
  if (blas.isOff) return ['BLAS is off, as GRADUS_BLAS says: unset it to have BLAS measured, too.'];
  if (blas.problem !== null)
    return [`With a BLAS, large networks often train about twice as fast. None was found: ${blas.problem}`];
  const openblas = blas.libraries.find(({ name }) => name === 'openblas');
  const { coreType, fittingCoreType } = openblas ?? {};
  if (coreType === undefined || fittingCoreType === undefined) return [];
  if (rank(coreType) >= rank(fittingCoreType)) return [];
  return [
    (blas.coreTypeAsked ?? '') === ''
      ? `OpenBLAS runs its kernels for ${coreType}, although this processor is fit for those for ${fittingCoreType}: it was built without them. Install a build that chooses by itself.`
      : `OPENBLAS_CORETYPE=${blas.coreTypeAsked} keeps OpenBLAS from the kernels that this processor is fit for: unset it, or set it to ${fittingCoreType}.`,
  ];
}

/** The generation of vectors that a core type of OpenBLAS computes with: 3 for AVX-512, 2 for AVX2, 1 for AVX. */
function rank(coreType: string): number {
  if (/^(skylakex|cooperlake|sapphirerapids)$/i.test(coreType)) return 3;
  if (/^(haswell|zen|excavator)$/i.test(coreType)) return 2;
  return /^(sandybridge|bulldozer|piledriver|steamroller)$/i.test(coreType) ? 1 : 0;
}
