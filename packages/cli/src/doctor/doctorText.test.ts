import { expect, test } from 'vitest';
import { machineWith } from '../testing/machine.ts';
import { doctorText } from './doctorText.ts';

test('a diagnosis stands in three paragraphs, its figures in columns', () => {
  const measured = [
    {
      executor: 'wasm',
      name: 'wasm-fast',
      threads: 1,
      gflops: 38.123,
      smallStep: 21.46e-6,
      largeStep: 10.8e-3,
    },
    {
      executor: 'blas',
      name: 'blas-openblas',
      threads: 2,
      gflops: 391.2,
      smallStep: 9.1e-6,
      largeStep: 0.98e-3,
    },
  ] as const;
  const text = doctorText({ machine: machineWith({}), measured, conclusion: ['Large networks: blas.'] });
  expect(text).toMatchInlineSnapshot(`
    "Machine
      Node          v22.1.0 on linux x64
      Processor     A Processor, 2 usable
      WebAssembly   SIMD yes, relaxed SIMD yes
      Threads       up to 2
      BLAS          OpenBLAS 0.3.21, kernels for SkylakeX
                    /usr/lib/libopenblas.so.0

    Measured, with whatever else runs now
      Executor        Threads   Products       Small network    Large network
      wasm-fast       1         38.1 GFLOP/s   21.5 µs a step   10.8 ms a step
      blas-openblas   2         391 GFLOP/s    9.1 µs a step    980 µs a step
      (products of 512 × 512 matrices; small: 30-100-2, batches of 32; large: 784-512-512-10, batches of 128)

    Conclusion
      Large networks: blas.
    "
  `);
});

test('what is not there is said to be missing', () => {
  const machine = machineWith({
    simd: false,
    relaxedSimd: false,
    sharedMemory: false,
    processor: '',
    blas: { libraries: [], problem: 'none', coreTypeAsked: null, isOff: false },
  });
  expect(doctorText({ machine, measured: [], conclusion: ['Update Node.'] })).toMatchInlineSnapshot(`
    "Machine
      Node          v22.1.0 on linux x64
      Processor     2 usable
      WebAssembly   SIMD no, relaxed SIMD no
      Threads       no: memory cannot be shared
      BLAS          none

    Conclusion
      Update Node.
    "
  `);
});

test('what the user has switched off, or forbidden, is said to be so', () => {
  const machine = machineWith({
    mayStartThreads: false,
    blas: { libraries: [], problem: 'GRADUS_BLAS=off', coreTypeAsked: null, isOff: true },
  });
  const text = doctorText({ machine, measured: [], conclusion: [] });
  expect(text).toMatch(/Threads +no: node --permission forbids them\n +BLAS +off\n/);
});
