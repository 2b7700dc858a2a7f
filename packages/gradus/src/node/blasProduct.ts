import type { ProductFunction, WasmMemory } from '../runtime/wasm/memory/webAssembly.ts';
import type { Koffi } from './koffi.ts';

/**
 * Make the function that computes products by a library's `cblas_sgemm` on a memory.
 *
 * Its text is a part of other threads' programs as well, so that it must stand alone: it uses its parameters, what every
 * engine has, and no constants or functions with names of their own.
 */
export function bindProduct(koffi: Koffi, library: string, memory: WasmMemory): ProductFunction {
  const parameters = 'int int int int int int float uintptr_t int uintptr_t int float uintptr_t int';
  const native = koffi.load(library);
  const multiply = native.func('cblas_sgemm', 'void', parameters.split(' '));
  // Where a library counts threads by the thread that calls it, as OpenBLAS with OpenMP does, each has to ask for one:
  // products of several threads at once would else be cut by how many processors are free, and differ in their bits.
  for (const setter of ['openblas_set_num_threads int', 'bli_thread_set_num_threads int64_t']) {
    const [name, type] = setter.split(' ');
    try {
      native.func(name, 'void', [type])(1);
    } catch {
      // Another library.
    }
  }
  let buffer: ArrayBuffer | SharedArrayBuffer | undefined;
  let base = 0;
  return (flags, m, n, k, a, lda, b, ldb, c, ldc) => {
    // Engines grow a memory in place where they can, not where they must not reserve address space for it.
    if (memory.buffer !== buffer) {
      buffer = memory.buffer;
      base = Number(koffi.address(new Uint8Array(buffer)));
    }
    // 101: rows stand one after another; 111: as it stands; 112: transposed. Addresses above 2 GiB come as negative
    // numbers, and rows of a sum over nothing are 0 floats apart, which the libraries refuse.
    multiply(
      101,
      111 + (flags & 1),
      (flags & 2) === 0 ? 111 : 112,
      m,
      n,
      k,
      1,
      base + (a >>> 0),
      lda || 1,
      base + (b >>> 0),
      ldb || 1,
      (flags & 4) === 0 ? 0 : 1,
      base + (c >>> 0),
      ldc,
    );
  };
}
