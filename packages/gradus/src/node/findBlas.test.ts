import { expect, test } from 'vitest';
import { UnsupportedError } from '../util/errors.ts';
import { describeBlas, findBlas } from './findBlas.ts';
import { loadKoffi } from './koffi.ts';

const koffiProblem = (() => {
  try {
    loadKoffi();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
})();

test('off is off', () => {
  expect(() => findBlas(undefined, { GRADUS_BLAS: 'off' })).toThrow(UnsupportedError);
  expect(() => findBlas(undefined, { GRADUS_BLAS: 'off' })).toThrow(
    'GRADUS_BLAS=off, which switches BLAS off.',
  );
  expect(() => findBlas('off', {})).toThrow("library: 'off'");
});

test('a path that holds no BLAS is named, with the reason', ({ skip }) => {
  skip(koffiProblem !== undefined, koffiProblem);
  expect(() => findBlas('/nowhere/libnone.so', {})).toThrow(
    /library: '\/nowhere\/libnone\.so', which does not load \(.+\)\. Expected OpenBLAS/,
  );
  expect(() => findBlas(undefined, { GRADUS_BLAS: '/nowhere/libnone.so' })).toThrow(
    'GRADUS_BLAS=/nowhere/libnone.so',
  );
});

test('a library without cblas_sgemm is refused', ({ skip }) => {
  skip(koffiProblem !== undefined, koffiProblem);
  skip(process.platform !== 'linux', 'the C library has another name here');
  expect(() => findBlas('libm.so.6', {})).toThrow("library: 'libm.so.6', which does not load");
});

test('the report holds libraries, or the reason why there are none', () => {
  const { libraries, problem } = describeBlas();
  if (problem === undefined) {
    expect(libraries.length).toBeGreaterThan(0);
    expect(new Set(libraries.map(({ name }) => name)).size).toBe(libraries.length);
    expect(findBlas().description).toBe(libraries[0]);
  } else {
    expect(libraries).toEqual([]);
    expect(problem).toMatch(/Expected .+\. .*(Install|Leave|Name)/);
  }
});

test('OpenBLAS runs the kernels that the processor is made for, unless it is told otherwise', ({ skip }) => {
  const openblas = describeBlas().libraries.find(({ name }) => name === 'openblas');
  if (openblas?.fittingCoreType === undefined) skip('no OpenBLAS here, or flags that say nothing');
  const { coreType, fittingCoreType, version } = openblas!;
  skip(version?.includes('DYNAMIC_ARCH') !== true, 'this OpenBLAS is made for one processor');
  const said = process.env['OPENBLAS_CORETYPE'];
  expect(coreType?.toLowerCase()).toBe((said ?? fittingCoreType)!.toLowerCase());
  expect(process.env['OPENBLAS_CORETYPE']).toBe(said);
});
