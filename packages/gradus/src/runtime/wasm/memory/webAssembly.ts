// The part of the WebAssembly interface that the library uses. TypeScript declares it with the page's document
// only, which the library must not depend on.

/** A compiled module. */
export interface WasmModule {
  readonly compiled?: never;
}

/** A memory, growing in pages of 64 KiB. Growing detaches an unshared buffer: fetch views anew. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  grow(pages: number): number;
}

/**
 * C = op(A)·op(B) outside of WebAssembly, on the memory that the kernels are bound to; A, B and C are byte addresses,
 * their rows lda, ldb and ldc floats apart. Flags: 1 = A transposed, 2 = B transposed, 4 = add to C.
 */
export type ProductFunction = (
  flags: number,
  m: number,
  n: number,
  k: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  c: number,
  ldc: number,
) => void;

interface WasmInterface {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: Readonly<Record<string, unknown>> },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
}

/** The engine's WebAssembly; undefined where there is none. */
export const webAssembly: WasmInterface | undefined = (
  globalThis as unknown as { readonly WebAssembly?: WasmInterface }
).WebAssembly;
