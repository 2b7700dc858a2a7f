import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { ProductLibrary } from '../runtime/wasm/threads/external.ts';
import { coreTypeFor, processorFlags } from './blasCoreType.ts';
import type { BlasPlace } from './blasPlaces.ts';
import { bindProduct } from './blasProduct.ts';
import { blasTiles } from './blasTiles.ts';
import { type FoundKoffi, loadKoffi, type NativeFunction, type NativeLibrary } from './koffi.ts';

/** What is known of a BLAS that has been loaded. */
export interface BlasDescription {
  /** `openblas`, `mkl`, `blis`, `accelerate`, or `blas` for any other. */
  readonly name: string;
  /** The file, as far as the system tells. */
  readonly path: string;
  /** Version and options of the build, in the library's words. */
  readonly version: string | undefined;
  /** The kind of processor whose kernels run, where the library tells: OpenBLAS does. */
  readonly coreType: string | undefined;
  /** The kind that this processor's flags speak for. */
  readonly fittingCoreType: string | undefined;
  /** Whether several threads may call it at a time. */
  readonly isThreadSafe: boolean;
}

/** A BLAS that has been loaded, checked, and told to compute on the calling thread alone. */
export interface Blas extends ProductLibrary {
  readonly description: BlasDescription;
}

type Find = (name: string, result: string, parameters?: readonly string[]) => NativeFunction | undefined;

const finder =
  (library: NativeLibrary): Find =>
  (name, result, parameters = []) => {
    try {
      return library.func(name, result, parameters);
    } catch {
      return undefined;
    }
  };

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const patterns: Readonly<Record<string, RegExp>> = {
  openblas: /openblas/,
  mkl: /mkl_rt/,
  blis: /blis/,
};

/** Give the file that a loaded library comes from, where the system tells what is in its memory. */
function fileOf({ name, path }: BlasDescription): string {
  const pattern = patterns[name];
  if (isAbsolute(path) || pattern === undefined || process.platform !== 'linux') return path;
  const mapped = readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .map((line) => line.slice(line.indexOf('/')))
    .find((file) => file.startsWith('/') && pattern.test(file));
  return mapped ?? path;
}

/** Have a library compute on the thread that calls it, and ask it what it is. */
function introduce(find: Find, place: BlasPlace): BlasDescription {
  const unknown = { version: undefined, coreType: undefined, fittingCoreType: undefined };
  const others = { ...unknown, path: place.path, isThreadSafe: true };
  const openBlasConfig = find('openblas_get_config', 'const char *');
  if (openBlasConfig !== undefined) {
    find('openblas_set_num_threads', 'void', ['int'])?.(1);
    const version = textOf(openBlasConfig());
    const coreType = textOf(find('openblas_get_corename', 'const char *')?.());
    // A build without threads keeps its buffers without locks, unless it says otherwise.
    const isThreadSafe =
      find('openblas_get_parallel', 'int')?.() !== 0 || version?.includes('USE_LOCKING') === true;
    const fittingCoreType = coreTypeFor(processorFlags());
    return { name: 'openblas', path: place.path, version, coreType, fittingCoreType, isThreadSafe };
  }
  const setLayer = find('MKL_Set_Threading_Layer', 'int', ['int']);
  if (setLayer !== undefined) {
    // 1: sequential. It must be MKL's first call.
    setLayer(1);
    find('MKL_Set_Num_Threads', 'void', ['int'])?.(1);
    return { ...others, name: 'mkl' };
  }
  const blisVersion = find('bli_info_get_version_str', 'const char *');
  if (blisVersion !== undefined) {
    find('bli_thread_set_num_threads', 'void', ['int64_t'])?.(1);
    // A build without threads has no locks.
    const isThreadSafe = find('bli_info_get_enable_threading', 'int64_t')?.() !== 0;
    return { ...others, name: 'blis', version: textOf(blisVersion()), isThreadSafe };
  }
  // 1: on the calling thread. Systems before macOS 15 decide for themselves.
  find('BLASSetThreading', 'int', ['int'])?.(1);
  return { ...others, name: place.name ?? 'blas' };
}

/**
 * Do something with variables in the environment that C sees: `process.env` of a worker is a copy. Variables that are
 * set already stay as they are.
 */
function withEnvironment<T>(
  { koffi }: FoundKoffi,
  wanted: Readonly<Record<string, string | undefined>>,
  act: () => T,
): T {
  const find = finder(koffi.load(null));
  const get = find('getenv', 'const char *', ['const char *']);
  const set = find('setenv', 'int', ['const char *', 'const char *', 'int']);
  const unset = find('unsetenv', 'int', ['const char *']);
  const done: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined || textOf(get?.(name)) !== undefined) continue;
    set?.(name, value, 1);
    done.push(name);
  }
  try {
    return act();
  } finally {
    for (const name of done) unset?.(name);
  }
}

/** Multiply 3×5 by 5×2: a library that counts in 64 bits, or is no BLAS, gives something else or throws. */
function requireRightProduct(found: FoundKoffi, path: string): void {
  const buffer = new ArrayBuffer(4 * (15 + 10 + 6));
  const numbers = new Float32Array(buffer).map((_, i) => (i % 7) - 3);
  new Float32Array(buffer).set(numbers);
  bindProduct(found.koffi, path, { buffer, grow: () => 0 })(4, 3, 2, 5, 0, 5, 60, 2, 100, 2);
  const result = new Float32Array(buffer, 100);
  result.forEach((value, i) => {
    let expected = numbers[25 + i];
    for (let k = 0; k < 5; k++)
      expected += numbers[5 * Math.floor(i / 2) + k] * numbers[15 + 2 * k + (i % 2)];
    if (value !== expected) throw new Error(`${path} computes wrong products`);
  });
}

const loaded = new Map<string, Blas>();

/**
 * Load a BLAS by its path, or by a file name that the system's loader finds, and have it compute on the calling thread.
 *
 * @throws Error when there is none, or it has no right `cblas_sgemm`.
 */
export function loadBlas(place: BlasPlace, found: FoundKoffi = loadKoffi()): Blas {
  const known = loaded.get(place.path);
  if (known !== undefined) return known;
  const { koffi } = found;
  const environment = { OPENBLAS_CORETYPE: coreTypeFor(processorFlags()), OPENBLAS_NUM_THREADS: '1' };
  const library = withEnvironment(found, environment, () => koffi.load(place.path));
  const introduced = introduce(finder(library), place);
  const description = { ...introduced, path: fileOf(introduced) };
  requireRightProduct(found, place.path);
  const blas: Blas = {
    name: description.name,
    path: place.path,
    description,
    tiles: blasTiles,
    thread: description.isThreadSafe
      ? { source: bindProduct.toString(), module: found.path, library: place.path }
      : undefined,
    productOn: (memory) => bindProduct(koffi, place.path, memory),
  };
  loaded.set(place.path, blas);
  return blas;
}
