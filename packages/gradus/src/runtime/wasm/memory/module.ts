import { platform } from '#platform';
import { UnsupportedError } from '../../../util/errors.ts';
import { kernels } from '../generated/kernels.ts';
import { type KernelBuild, kernelBinary } from './kernelBinary.ts';
import { relaxedSimdSupported, simdSupported, tallBlocksSupported } from './probe.ts';
import { type ProductFunction, type WasmMemory, type WasmModule, webAssembly } from './webAssembly.ts';

export type { KernelBuild };

/** The machine, bound to a memory. */
export interface Kernels {
  /** Run the call whose context block lies at the address; returns a `Status`. */
  run(context: number): number;
}

/** The first page of the memory belongs to the kernels: no buffer may lie below. */
export const RESERVED_BYTES = 65536;

/** All that 32-bit addresses reach: 4 GiB. Address space is reserved, memory is not. */
const MAXIMUM_PAGES = 65536;

let relaxedSimd: boolean | undefined;

/** Find out whether the fast build runs here; on Node 20 this switches relaxed SIMD on first. */
export const fastBuildSupported = (): boolean => {
  if (relaxedSimd === undefined) {
    relaxedSimd = relaxedSimdSupported();
    if (!relaxedSimd) {
      platform.enableRelaxedSimd();
      relaxedSimd = relaxedSimdSupported();
    }
  }
  return relaxedSimd;
};

/** Tell whether a build best sums in blocks of 6×8: products and sums apart need a register more than those leave. */
export const prefersTallBlocks = (build: KernelBuild): boolean => build === 'fast' && tallBlocksSupported();

/** The engine's WebAssembly, where it has the vectors that the kernels need. */
const engine = (): NonNullable<typeof webAssembly> => {
  if (webAssembly !== undefined && simdSupported()) return webAssembly;
  throw new UnsupportedError({
    received: `a JavaScript engine without WebAssembly${webAssembly === undefined ? '' : ' SIMD'}`,
    expected: 'Node 20.19 or newer without --jitless, or a browser of 2023 or newer',
    remedy: 'Update it; in a program, the executor new ReferenceExecutor() needs no WebAssembly',
  });
};

const check = (build: KernelBuild): void => {
  engine();
  if (build === 'fast' && !fastBuildSupported()) {
    throw new UnsupportedError({
      received: "numerics: 'fast' on an engine without relaxed SIMD",
      expected: "numerics: 'portable'",
      remedy: 'Leave numerics out to get the best build that runs here',
    });
  }
};

/** The module imports a memory that is not shared; for a shared one the flag of the import has to say so. */
const withSharedMemory = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  // …"env" "memory" 0x02 (a memory) flags
  const name = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2];
  const start = bytes.findIndex((_, i) => name.every((byte, j) => bytes[i + j] === byte));
  const copy = bytes.slice();
  copy[start + name.length] = 3;
  return copy;
};

/** Tell whether threads share a memory. */
export const isShared = (memory: WasmMemory): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;

/** What has been compiled, by build and kind of memory. */
const compiled = new Map<string, WasmModule>();

/** Compile a build of the kernels for a kind of memory, once. */
export function compileKernels(build: KernelBuild, memory: WasmMemory): WasmModule {
  const key = `${build}${isShared(memory) ? ' shared' : ''}`;
  let module = compiled.get(key);
  if (module === undefined) {
    check(build);
    const bytes = kernelBinary(kernels, build);
    module = new (engine().Module)(isShared(memory) ? withSharedMemory(bytes) : bytes);
    compiled.set(key, module);
  }
  return module;
}

/** Stands where no library computes products: programs assembled for one are never given to such kernels. */
const noProduct: ProductFunction = () => {
  throw new Error('the kernels were told of no library that computes products');
};

/**
 * Make a memory that the kernels can be bound to.
 *
 * @param pages Pages of 64 KiB to begin with, the reserved first one included.
 * @param shared Whether threads will share it.
 * @throws UnsupportedError where the system grants too little address space.
 */
export function createKernelMemory(pages: number, shared = false): WasmMemory {
  const { Memory } = engine();
  try {
    return new Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnsupportedError({
      received: 'too little address space for a memory of WebAssembly',
      expected: 'about 10 GB of it, which engines reserve and hardly use',
      remedy:
        'Raise the limit (ulimit -v unlimited), or run node --disable-wasm-trap-handler, which reserves less',
    });
  }
}

/**
 * Bind the kernels to a memory, compiling them on first use. Blocks for the few milliseconds that compiling takes,
 * which a page's main thread may do for a module of this size.
 *
 * @param memory A memory from `createKernelMemory`: it must have a maximum.
 * @param product Computes the products that programs mark as external. Default none.
 * @throws UnsupportedError when the engine lacks SIMD, or relaxed SIMD for the build `fast`.
 */
export const instantiateKernels = (
  build: KernelBuild,
  memory: WasmMemory,
  product: ProductFunction = noProduct,
): Kernels => {
  const module = compileKernels(build, memory);
  const { exports } = new (engine().Instance)(module, { env: { memory, product } });
  return { run: exports['run'] as Kernels['run'] };
};
