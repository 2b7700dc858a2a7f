/** How another thread makes a product function of its own: by text, since nothing else goes everywhere with a bundle. */
export interface ThreadProduct {
  /** The text of a function of (what the module exports, the library, the memory) that returns the `ProductFunction`. */
  readonly source: string;
  /** The absolute path of the CommonJS module that it needs. */
  readonly module: string;
  /** The path or name that the library is loaded by. */
  readonly library: string;
}

/** What a thread is given: compiled kernels, their memory, and addresses in it. */
export interface ThreadTask {
  readonly module: object;
  readonly memory: { readonly buffer: ArrayBuffer | SharedArrayBuffer };
  /** Address of the team's block. */
  readonly team: number;
  readonly index: number;
  readonly scratch: number;
  /** Address of the word that says that a thread has crashed. */
  readonly failed: number;
  /** What makes its product function, where products are computed outside of WebAssembly: in Node. */
  readonly product?: ThreadProduct | undefined;
}

/** A thread that runs. */
export interface Thread {
  /** End it at once. */
  stop(): void;
}
