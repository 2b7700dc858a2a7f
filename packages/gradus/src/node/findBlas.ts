import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { UnsupportedError } from '../util/errors.ts';
import { type Blas, loadBlas } from './blas.ts';
import { type BlasPlace, blasPlaces } from './blasPlaces.ts';
import { loadKoffi, messageOf } from './koffi.ts';

/** The places where something may be: a file of that path, or a name that the loader knows. */
const likelyPlaces = (): readonly BlasPlace[] =>
  blasPlaces({ platform: process.platform, environment: process.env }).filter(
    ({ name, path }) => !isAbsolute(path) || name === undefined || name === 'accelerate' || existsSync(path),
  );

const remedies: Readonly<Record<string, string>> = {
  linux: 'Install OpenBLAS (Debian, Ubuntu: apt install libopenblas0; Fedora: dnf install openblas)',
  win32: 'Install OpenBLAS and set GRADUS_BLAS to the path of libopenblas.dll',
};

/** What to install where there is no BLAS. */
export const blasRemedy = (platform: string = process.platform): string =>
  remedies[platform] ?? 'Install OpenBLAS, or set GRADUS_BLAS to the path of a BLAS';

/**
 * Find the BLAS to compute with.
 *
 * @param library - A path, a file name, or one of `openblas`, `mkl`, `blis`, `accelerate`. Default: what `GRADUS_BLAS`
 *   says, else the first that is there.
 * @throws UnsupportedError when there is none, or no koffi.
 */
export function findBlas(library?: string): Blas {
  const wish = library ?? process.env['GRADUS_BLAS'] ?? '';
  const said = library === undefined ? `GRADUS_BLAS=${wish}` : `library: '${library}'`;
  if (wish === 'off') {
    throw new UnsupportedError({
      received: `${said}, which switches BLAS off`,
      expected: 'the path or the name of a BLAS, or nothing',
      remedy: 'Leave it out, or use the executor wasm',
    });
  }
  const found = loadKoffi();
  let failure = '';
  for (const place of placesFor(library)) {
    try {
      return loadBlas(place, found);
    } catch (error) {
      failure ||= messageOf(error);
    }
  }
  const detail = failure === '' ? '' : ` (${failure})`;
  throw new UnsupportedError({
    received: wish === '' ? `no BLAS on this machine${detail}` : `${said}, which does not load${detail}`,
    expected: 'OpenBLAS, MKL, BLIS, or Accelerate on macOS',
    remedy: wish === '' ? blasRemedy() : 'Name another, or none to have one looked for',
  });
}

function placesFor(library: string | undefined): readonly BlasPlace[] {
  if (library === undefined) return likelyPlaces();
  return blasPlaces({
    platform: process.platform,
    environment: { ...process.env, GRADUS_BLAS: library },
  });
}

/**
 * List the libraries that are here, the one that `findBlas` gives first; one of each name.
 *
 * @throws UnsupportedError when there is no koffi to look with.
 */
export function listBlas(): readonly Blas[] {
  const found = loadKoffi();
  const list: Blas[] = [];
  for (const place of likelyPlaces()) {
    if (place.name !== undefined && list.some(({ name }) => name === place.name)) continue;
    try {
      list.push(loadBlas(place, found));
    } catch {
      // Not there, or none to compute with: the next place.
    }
  }
  return list;
}
