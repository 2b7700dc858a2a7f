import type { ThreadProduct } from '../../../util/thread.ts';
import type { ExternalTiles } from '../machine/assembler.ts';
import type { ProductFunction, WasmMemory } from '../memory/webAssembly.ts';

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
