import { join } from 'node:path';

/** The libraries that are looked for. */
export type BlasName = 'accelerate' | 'openblas' | 'mkl' | 'blis';

/** Where a library may lie. */
export interface BlasPlace {
  /** What it is; unknown for a path that the user names. */
  readonly name: BlasName | undefined;
  /** A path, or a file name that the system's loader looks for. */
  readonly path: string;
}

/** What decides on the places. */
export interface PlacesOptions {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const names: readonly BlasName[] = ['accelerate', 'openblas', 'mkl', 'blis'];

const isBlasName = (text: string): text is BlasName => names.some((name) => name === text);

/** File names by platform, those that count in 32-bit integers only. */
const files: Readonly<Record<string, Readonly<Partial<Record<BlasName, readonly string[]>>>>> = {
  linux: {
    // The second is Fedora's, with threads of its own.
    openblas: ['libopenblas.so.0', 'libopenblasp.so.0', 'libopenblas.so'],
    mkl: ['libmkl_rt.so.3', 'libmkl_rt.so.2', 'libmkl_rt.so.1', 'libmkl_rt.so'],
    blis: ['libblis.so.5', 'libblis.so.4', 'libblis.so.3', 'libblis.so', 'libblis-mt.so'],
  },
  darwin: {
    openblas: ['libopenblas.0.dylib', 'libopenblas.dylib'],
    mkl: ['libmkl_rt.2.dylib', 'libmkl_rt.dylib'],
    blis: ['libblis.4.dylib', 'libblis.dylib'],
  },
  win32: {
    openblas: ['libopenblas.dll', 'openblas.dll'],
    mkl: ['mkl_rt.3.dll', 'mkl_rt.2.dll', 'mkl_rt.dll'],
    blis: ['AOCL-LibBlis-Win-MT-dll.dll', 'AOCL-LibBlis-Win-dll.dll', 'libblis.dll'],
  },
};

/** A part of the system, which needs no file on the disk. */
const ACCELERATE = '/System/Library/Frameworks/Accelerate.framework/Accelerate';

/** Folders that the system's loader does not look into, by library. */
function folders({ platform, environment }: PlacesOptions, name: BlasName): readonly string[] {
  const { CONDA_PREFIX: conda, MKLROOT: mklRoot } = environment;
  const isWindows = platform === 'win32';
  const found = conda === undefined ? [] : [isWindows ? join(conda, 'Library', 'bin') : join(conda, 'lib')];
  if (name === 'mkl') {
    const roots = mklRoot === undefined ? [] : [mklRoot];
    roots.push(
      isWindows ? 'C:\\Program Files (x86)\\Intel\\oneAPI\\mkl\\latest' : '/opt/intel/oneapi/mkl/latest',
    );
    const parts = isWindows ? ['bin', join('redist', 'intel64')] : ['lib', join('lib', 'intel64')];
    found.push(...roots.flatMap((root) => parts.map((part) => join(root, part))));
  } else if (platform === 'darwin') {
    found.push(`/opt/homebrew/opt/${name}/lib`, `/usr/local/opt/${name}/lib`);
  } else if (platform === 'linux') {
    if (name === 'openblas') found.push('/opt/OpenBLAS/lib');
    found.push(`/home/linuxbrew/.linuxbrew/opt/${name}/lib`);
  }
  return found;
}

/**
 * List where a BLAS may lie, the likeliest and fastest first. `GRADUS_BLAS` narrows the search to a library by its name,
 * to one file by its path, or to none by `off`.
 */
export function blasPlaces(options: PlacesOptions): readonly BlasPlace[] {
  const wish = options.environment['GRADUS_BLAS'] ?? '';
  if (wish === 'off') return [];
  if (wish !== '' && !isBlasName(wish)) return [{ name: undefined, path: wish }];
  const places: BlasPlace[] = [];
  for (const name of wish === '' ? names : [wish]) {
    if (name === 'accelerate') {
      if (options.platform === 'darwin') places.push({ name, path: ACCELERATE });
      continue;
    }
    const fileNames = files[options.platform]?.[name] ?? [];
    for (const folder of ['', ...folders(options, name)]) {
      for (const file of fileNames) places.push({ name, path: folder === '' ? file : join(folder, file) });
    }
  }
  return places;
}
