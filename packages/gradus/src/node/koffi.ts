import { createRequire } from 'node:module';
import { UnsupportedError } from '../util/errors.ts';

/** A function of a native library. */
export type NativeFunction = (...values: readonly (number | string)[]) => unknown;

/** A native library that has been loaded. */
export interface NativeLibrary {
  /** Find a function; throws where the library has none of that name. */
  func(name: string, result: string, parameters: readonly string[]): NativeFunction;
}

/** The part of koffi that is used. */
export interface Koffi {
  readonly version: string;
  /** Load a library; null stands for the process itself. */
  load(path: string | null): NativeLibrary;
  /** The address of a view's first byte. */
  address(view: ArrayBufferView): bigint;
}

/** koffi, and the file that other threads can load it from. */
export interface FoundKoffi {
  readonly koffi: Koffi;
  readonly path: string;
}

/**
 * Load koffi, which calls native libraries: an optional dependency, loaded only when it is asked for.
 *
 * @throws UnsupportedError when it is not installed, or does not run here.
 */
export function loadKoffi(require = createRequire(import.meta.url)): FoundKoffi {
  let path: string;
  try {
    path = require.resolve('koffi');
  } catch {
    throw new UnsupportedError({
      received: 'a call for BLAS without the package koffi',
      expected: 'koffi 3, which calls native libraries',
      remedy: 'Install it: npm install koffi. Without it the executor wasm computes the same',
    });
  }
  let koffi: Koffi;
  try {
    koffi = require(path) as Koffi;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_DLOPEN_DISABLED') {
      throw new UnsupportedError({
        received: 'a call for BLAS in a Node that may not load native libraries',
        expected: 'the right to load koffi and the BLAS',
        remedy: 'Run node with --allow-addons, or without --permission and --no-addons',
      });
    }
    throw new UnsupportedError({
      received: `the package koffi, which does not load here (${messageOf(error)})`,
      expected: 'a build of koffi for this platform',
      remedy: 'Install it anew without omitting optional dependencies: npm install koffi',
    });
  }
  if (Number.parseInt(koffi.version, 10) >= 3) return { koffi, path };
  throw new UnsupportedError({
    received: `koffi ${koffi.version}`,
    expected: 'koffi 3 or newer',
    remedy: 'Install it: npm install koffi@3',
  });
}

/** What an unknown error says, in a line. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0];
