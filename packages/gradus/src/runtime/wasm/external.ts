import type { ExternalTiles } from './assembler.ts';
import type { ProductFunction, WasmMemory } from './webAssembly.ts';

/** How another thread makes a product function of its own: by text, since nothing else goes everywhere with a bundle. */
export interface ThreadProduct {
  /** The text of a function of (what the module exports, the library, the memory) that returns the `ProductFunction`. */
  readonly source: string;
  /** The absolute path of the CommonJS module that it needs. */
  readonly module: string;
  /** The path or name that the library is loaded by. */
  readonly library: string;
}

/** A library outside of WebAssembly that computes matrix products on the kernels' memory. */
export interface ProductLibrary {
  /** Its name, such as `openblas`. */
  readonly name: string;
  /** The path or name that it was loaded by. */
  readonly path: string;
  /** Which products it computes, and in which tiles. */
  readonly tiles: ExternalTiles;
  /** How other threads load it; undefined where it must not be called by two threads at a time. */
  readonly thread: ThreadProduct | undefined;
  /** Bind it to a memory. */
  productOn(memory: WasmMemory): ProductFunction;
}
