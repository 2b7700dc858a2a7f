import { expect, test } from 'vitest';
import { blasPlaces } from './blasPlaces.ts';

const places = (platform: string, environment: Record<string, string> = {}) =>
  blasPlaces({ platform, environment });
const pathsOf = (platform: string, environment: Record<string, string> = {}) =>
  places(platform, environment).map(({ path }) => path);

test('macOS has Accelerate, other systems begin with OpenBLAS', () => {
  expect(places('darwin')[0]).toEqual({
    name: 'accelerate',
    path: '/System/Library/Frameworks/Accelerate.framework/Accelerate',
  });
  expect(places('linux')[0]).toEqual({ name: 'openblas', path: 'libopenblas.so.0' });
  expect(places('win32')[0]).toEqual({ name: 'openblas', path: 'libopenblas.dll' });
  for (const platform of ['linux', 'darwin', 'win32']) {
    const names = new Set(places(platform).map(({ name }) => name));
    expect(names).toEqual(
      new Set([...(platform === 'darwin' ? ['accelerate'] : []), 'openblas', 'mkl', 'blis']),
    );
  }
});

test('systems without a list of their own have no places, and can be told one', () => {
  expect(pathsOf('sunos')).toEqual([]);
  expect(pathsOf('sunos', { GRADUS_BLAS: '/opt/blas.so' })).toEqual(['/opt/blas.so']);
});

test('GRADUS_BLAS names a library, a file, or none', () => {
  expect(new Set(places('linux', { GRADUS_BLAS: 'mkl' }).map(({ name }) => name))).toEqual(new Set(['mkl']));
  expect(places('linux', { GRADUS_BLAS: '/opt/libmine.so' })).toEqual([
    { name: undefined, path: '/opt/libmine.so' },
  ]);
  expect(places('linux', { GRADUS_BLAS: 'off' })).toEqual([]);
  expect(pathsOf('linux', { GRADUS_BLAS: '' })).toEqual(pathsOf('linux'));
  expect(pathsOf('linux', { GRADUS_BLAS: 'accelerate' })).toEqual([]);
});

test('folders of Conda and of MKL are looked into after the loader', () => {
  const paths = pathsOf('linux', { CONDA_PREFIX: '/conda', MKLROOT: '/mkl' });
  expect(paths).toContain('/conda/lib/libopenblas.so.0');
  expect(paths).toContain('/mkl/lib/intel64/libmkl_rt.so.2');
  expect(paths.indexOf('libmkl_rt.so.2')).toBeLessThan(paths.indexOf('/mkl/lib/libmkl_rt.so.2'));
});
