import { describeExecutor } from '../../../testing/conformance.ts';
import { builds } from '../../../testing/machine.ts';
import { WasmExecutor } from '../executor.ts';
import type { ProductLibrary } from './external.ts';

/** A library of plain loops that is given every product, in tiles of odd sizes. */
const loops: ProductLibrary = {
  name: 'loops',
  path: 'loops',
  tiles: (m, n) => [Math.max(1, Math.ceil(m / 2)), Math.max(1, Math.ceil(n / 3))],
  thread: undefined,
  productOn: (memory) => (flags, m, n, k, a, lda, b, ldb, c, ldc) => {
    const floats = new Float32Array(memory.buffer);
    const [rowA, stepA] = (flags & 1) === 0 ? [lda, 1] : [1, lda];
    const [columnB, stepB] = (flags & 2) === 0 ? [1, ldb] : [ldb, 1];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const at = c / 4 + i * ldc + j;
        let sum = (flags & 4) === 0 ? 0 : floats[at];
        for (let p = 0; p < k; p++)
          sum += floats[a / 4 + i * rowA + p * stepA] * floats[b / 4 + j * columnB + p * stepB];
        floats[at] = sum;
      }
    }
  },
};

for (const build of builds) {
  describeExecutor(`products outside of wasm ${build}`, () => new WasmExecutor(build, 1, loops), {
    graphs: 100,
  });
}
