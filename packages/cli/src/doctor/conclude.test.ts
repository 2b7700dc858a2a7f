import { expect, test } from 'vitest';
import { machineWith, openblas } from '../testing/machine.ts';
import { conclude } from './conclude.ts';
import type { Machine } from './inspectMachine.ts';
import type { Measurement } from './measureExecutors.ts';

const entry = (
  executor: 'wasm' | 'blas',
  threads: number,
  gflops: number,
  [smallStep, largeStep]: readonly [number, number],
): Measurement => ({ executor, name: executor, threads, gflops, smallStep, largeStep });

const wasm = [entry('wasm', 1, 40, [20e-6, 10e-3]), entry('wasm', 2, 76, [20e-6, 5.5e-3])];
const blas = [entry('blas', 1, 200, [15e-6, 3e-3]), entry('blas', 2, 380, [14e-6, 2e-3])];
const withoutBlas: Machine = machineWith({
  blas: {
    libraries: [],
    problem: 'a call for BLAS where there is none. Install it.',
    coreTypeAsked: null,
    isOff: false,
  },
});

test('the faster executor is named for networks of each size', () => {
  expect(conclude(machineWith({}), [...wasm, ...blas])).toEqual([
    'Small networks: the executor blas, 1.4 times as fast as wasm.',
    'Large networks: the executor blas, 2.8 times as fast as wasm.',
    expect.stringMatching(/^By default \(executor auto\) networks with 4 million/),
  ]);
});

test('the default is recommended unless another is faster by more than a seventh', () => {
  const [small, large] = conclude(machineWith({}), [...wasm, entry('blas', 1, 60, [18e-6, 11e-3])]);
  expect(small).toBe('Small networks: the executor wasm; blas is no faster.');
  expect(large).toBe('Large networks: the executor wasm, 2 times as fast as blas.');
});

test('without a BLAS it says what to install', () => {
  expect(conclude(withoutBlas, wasm)).toEqual([
    'Small networks: the executor wasm.',
    'Large networks: the executor wasm.',
    'With a BLAS, large networks often train about twice as fast. None was found: a call for BLAS where there is none. Install it.',
  ]);
});

test('an OpenBLAS that is held back is told of, with what would mend it', () => {
  const held = (coreTypeAsked: string | null, coreType = 'Haswell'): string | undefined => {
    const libraries = [{ ...openblas, coreType }];
    const machine = machineWith({ blas: { libraries, problem: null, coreTypeAsked, isOff: false } });
    return conclude(machine, [...wasm, ...blas]).at(-1);
  };
  expect(held('Haswell')).toBe(
    'OPENBLAS_CORETYPE=Haswell keeps OpenBLAS from the kernels that this processor is fit for: unset it, or set it to SkylakeX.',
  );
  expect(held(null)).toContain('it was built without them');
  expect(held('', 'Prescott')).toContain('it was built without them');
  for (const asFast of ['SkylakeX', 'Cooperlake', 'sapphirerapids'])
    expect(held(asFast, asFast)).toMatch(/^By default/);
});

test('BLAS that is switched off, and threads that are forbidden, are told of', () => {
  const blas = { libraries: [], problem: 'GRADUS_BLAS=off', coreTypeAsked: null, isOff: true };
  expect(conclude(machineWith({ blas, mayStartThreads: false }), wasm).slice(2)).toEqual([
    'node --permission forbids threads: one computes. --allow-worker would allow them.',
    'BLAS is off, as GRADUS_BLAS says: unset it to have BLAS measured, too.',
  ]);
});

test('one processor, memory that is not shared, and busy processors are told of', () => {
  const last = (machine: Machine, measured = wasm): string | undefined => conclude(machine, measured)[3];
  expect(last(machineWith({ cores: 1 }))).toBe('There is one processor: no threads.');
  expect(last(machineWith({ sharedMemory: false }))).toBe('Memory cannot be shared: one thread computes.');
  expect(last(machineWith({}), [wasm[0], entry('wasm', 2, 44, [1, 1])])).toBe(
    'Threads bring little at the moment (1.1 times as fast): other programs keep the processors busy.',
  );
});

test('without SIMD there is nothing but the reference executor', () => {
  expect(conclude(machineWith({ simd: false }), [])).toEqual([
    expect.stringMatching(/^Node v22\.1\.0 has no WebAssembly SIMD here: update/),
  ]);
});
