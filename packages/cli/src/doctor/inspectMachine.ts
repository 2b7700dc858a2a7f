import { availableParallelism, cpus } from 'node:os';
import { createWasmExecutor, UnsupportedError } from 'gradus';
import { type BlasDescription, describeBlas } from 'gradus/node';

/** What a machine offers, as far as it can be told without measuring. */
export interface Machine {
  /** The version of Node, such as `v22.1.0`. */
  readonly node: string;
  readonly platform: string;
  readonly architecture: string;
  /** The processor's name; empty where the system does not tell. */
  readonly processor: string;
  /** Processors that this program may use. */
  readonly cores: number;
  /** WebAssembly's vectors of four floats: without them nothing but the reference executor runs. */
  readonly simd: boolean;
  /** Vectors that multiply and add in one step. */
  readonly relaxedSimd: boolean;
  /** Memory that threads can share. */
  readonly sharedMemory: boolean;
  /** Whether this program may start threads: Node's `--permission` forbids them. */
  readonly mayStartThreads: boolean;
  readonly blas: {
    readonly libraries: readonly BlasDescription[];
    /** Why there is none, and what to do about it; null where there is one. */
    readonly problem: string | null;
    /** What the user has told OpenBLAS to take the processor for; null when nothing. */
    readonly coreTypeAsked: string | null;
    /** Whether the user has switched BLAS off. */
    readonly isOff: boolean;
  };
}

/** Whether several threads can compute here. */
export const canUseThreads = ({
  cores,
  sharedMemory,
  mayStartThreads,
}: Pick<Machine, 'cores' | 'sharedMemory' | 'mayStartThreads'>): boolean =>
  cores > 1 && sharedMemory && mayStartThreads;

/** Whether Node's permission model, where it is switched on, allows something. */
function permitted(what: string): boolean {
  const { permission } = process as { readonly permission?: { has(scope: string): boolean } };
  return permission?.has(what) ?? true;
}

/** Look at the machine that this program runs on. */
export function inspectMachine(environment: Readonly<Record<string, string | undefined>>): Machine {
  const { libraries, problem = null } = describeBlas();
  const build = wasmBuild();
  return {
    node: process.version,
    platform: process.platform,
    architecture: process.arch,
    processor: cpus()[0]?.model.trim() ?? '',
    cores: availableParallelism(),
    simd: build !== undefined,
    relaxedSimd: build === 'fast',
    sharedMemory: typeof SharedArrayBuffer !== 'undefined',
    mayStartThreads: permitted('worker'),
    blas: {
      libraries,
      problem,
      coreTypeAsked: environment['OPENBLAS_CORETYPE'] ?? null,
      isOff: environment['GRADUS_BLAS'] === 'off',
    },
  };
}

/** The fastest kernels that the engine runs; undefined when none. */
function wasmBuild(): string | undefined {
  try {
    return createWasmExecutor().build;
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}
