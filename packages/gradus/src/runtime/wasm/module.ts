import { platform } from '#platform';
import { UnsupportedError } from '../../util/errors.ts';
import { kernels } from './generated/kernels.ts';
import { type KernelBuild, kernelBinary } from './kernelBinary.ts';
import { relaxedSimdSupported, simdSupported, tallBlocksSupported } from './probe.ts';
import {
  type ProductFunction,
  type WasmMemory,
  type WasmModule,
  type WasmTable,
  webAssembly,
} from './webAssembly.ts';

export type { KernelBuild };

/** The machine, bound to a memory. */
export interface Kernels {
  /** Run the call whose context block lies at the address; returns a `Status`. */
  run(context: number): number;
  /** All that the module was given and gives: what the further kernels are bound by. */
  readonly env: Readonly<Record<string, unknown>>;
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
    received: 'a JavaScript engine without WebAssembly SIMD',
    expected: 'Node 20.19 or newer, or a browser of 2023 or newer',
    remedy: "Update it, or choose executor: 'reference', which needs no WebAssembly",
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

/** A module as the package holds it, as text, with what has been compiled of it. */
export class KernelModule {
  readonly #text: string;
  /** By build and kind of memory. */
  readonly #compiled = new Map<string, WasmModule>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Compile a build for a kind of memory, once. */
  compile(build: KernelBuild, memory: WasmMemory): WasmModule {
    const key = `${build}${isShared(memory) ? ' shared' : ''}`;
    let module = this.#compiled.get(key);
    if (module === undefined) {
      check(build);
      const bytes = kernelBinary(this.#text, build);
      module = new (engine().Module)(isShared(memory) ? withSharedMemory(bytes) : bytes);
      this.#compiled.set(key, module);
    }
    return module;
  }
}

/** The machine with the kernels that most programs use. */
export const firstKernels = /* @__PURE__ */ new KernelModule(kernels);

/** Stands where no library computes products: programs assembled for one are never given to such kernels. */
const noProduct: ProductFunction = () => {
  throw new Error('the kernels were told of no library that computes products');
};

/**
 * Make a memory that the kernels can be bound to.
 *
 * @param pages Pages of 64 KiB to begin with, the reserved first one included.
 * @param shared Whether threads will share it.
 */
export const createKernelMemory = (pages: number, shared = false): WasmMemory =>
  new (engine().Memory)({ initial: pages, maximum: MAXIMUM_PAGES, shared });

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
  const module = firstKernels.compile(build, memory);
  const { exports } = new (engine().Instance)(module, { env: { memory, product } });
  return { run: exports['run'] as Kernels['run'], env: { memory, product, ...exports } };
};

/** Give kernels the further ones, compiled for the same build and memory: in the order of `Further`. */
export const addFurtherKernels = ({ env }: Kernels, further: WasmModule): void => {
  const table = env['table'] as WasmTable;
  Object.values(new (engine().Instance)(further, { env }).exports).forEach((kernel, i) => {
    table.set(i + 1, kernel);
  });
};
