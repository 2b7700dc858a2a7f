import type { BlasDescription } from 'gradus/node';
import type { Machine } from '../doctor/inspectMachine.ts';

/** An OpenBLAS for tests. */
export const openblas: BlasDescription = {
  name: 'openblas',
  path: '/usr/lib/libopenblas.so.0',
  version: 'OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH',
  coreType: 'SkylakeX',
  fittingCoreType: 'SkylakeX',
  isThreadSafe: true,
};

/** A machine for tests: two processors, everything there. */
export const machineWith = (changes: Partial<Machine>): Machine => ({
  node: 'v22.1.0',
  platform: 'linux',
  architecture: 'x64',
  processor: 'A Processor',
  cores: 2,
  simd: true,
  relaxedSimd: true,
  sharedMemory: true,
  mayStartThreads: true,
  blas: { libraries: [openblas], problem: null, coreTypeAsked: null, isOff: false },
  ...changes,
});
