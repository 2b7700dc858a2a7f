import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { UnsupportedError } from '../util/errors.ts';
import { type Blas, type BlasDescription, loadBlas } from './blas.ts';
import { type BlasPlace, blasPlaces } from './blasPlaces.ts';
import { loadKoffi, messageOf } from './koffi.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The places where something may be: files that exist, what the user names, and names that the system's loader knows. */
const likelyPlaces = (environment: Environment): readonly BlasPlace[] =>
  blasPlaces({ platform: process.platform, environment }).filter(
    ({ name, path }) => !isAbsolute(path) || name === undefined || name === 'accelerate' || existsSync(path),
  );

const remedies: Readonly<Record<string, string>> = {
  linux: 'Install OpenBLAS (Debian, Ubuntu: apt install libopenblas0; Fedora: dnf install openblas)',
  win32: 'Install OpenBLAS and set GRADUS_BLAS to the path of libopenblas.dll',
};

/**
 * Find the BLAS to compute with.
 *
 * @param library - A path, a file name, or one of `openblas`, `mkl`, `blis`, `accelerate`. Default: what `GRADUS_BLAS`
 *   says, else the first that is there.
 * @throws UnsupportedError when there is none, or no koffi.
 */
export function findBlas(library?: string, environment: Environment = process.env): Blas {
  const wish = library ?? environment['GRADUS_BLAS'] ?? '';
  const said = library === undefined ? `GRADUS_BLAS=${wish}` : `library: '${library}'`;
  if (wish === 'off') {
    throw new UnsupportedError({
      received: `${said}, which switches BLAS off`,
      expected: 'the path or the name of a BLAS, or nothing',
      remedy: `${library === undefined ? 'Unset it' : 'Leave it out'}, or use the executor wasm`,
    });
  }
  const found = loadKoffi();
  let failure = 'there is none here';
  for (const place of likelyPlaces({ ...environment, GRADUS_BLAS: wish })) {
    try {
      return loadBlas(place, found);
    } catch (error) {
      failure = messageOf(error);
    }
  }
  throw new UnsupportedError({
    received:
      wish === '' ? 'a call for BLAS where there is none' : `${said}, which does not load (${failure})`,
    expected: 'OpenBLAS, MKL, BLIS, or Accelerate on macOS',
    remedy:
      wish === ''
        ? (remedies[process.platform] ?? 'Install OpenBLAS, or set GRADUS_BLAS to the path of a BLAS')
        : `Name another, or ${library === undefined ? 'unset it' : 'leave it out'} to have one looked for`,
  });
}

/** The libraries that are here. */
export interface BlasReport {
  /** One of each name, the one that `createBlasExecutor` takes first. */
  readonly libraries: readonly BlasDescription[];
  /** Why there is none, and what to do about it. */
  readonly problem: string | undefined;
}

/**
 * Describe the BLAS libraries of this machine that products can be left to. All of them are loaded.
 *
 * @returns What was found; where nothing was, why not and what to install.
 * @example
 * import { describeBlas } from 'gradus/node';
 * const { libraries, problem } = describeBlas();
 * libraries.length > 0 || problem !== undefined; // true
 */
export function describeBlas(): BlasReport {
  try {
    const libraries = [findBlas().description];
    const found = loadKoffi();
    for (const place of likelyPlaces(process.env)) {
      if (libraries.some(({ name }) => name === place.name)) continue;
      try {
        const { description } = loadBlas(place, found);
        if (!libraries.some(({ name }) => name === description.name)) libraries.push(description);
      } catch {
        // Not there, or none to compute with: the next place.
      }
    }
    return { libraries, problem: undefined };
  } catch (error) {
    if (error instanceof UnsupportedError) return { libraries: [], problem: error.message };
    throw error;
  }
}
