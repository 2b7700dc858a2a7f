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

interface WasmInterface {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
}

/** The engine's WebAssembly; undefined where there is none. */
export const webAssembly: WasmInterface | undefined = (
  globalThis as unknown as { readonly WebAssembly?: WasmInterface }
).WebAssembly;
