import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { UnsupportedError } from '../util/errors.ts';
import { loadKoffi, messageOf } from './koffi.ts';

/** A `require` that knows one module, or none. */
const requireOf = (module?: () => unknown): NodeJS.Require => {
  const find = Object.assign(
    (): unknown => {
      if (module === undefined) throw new Error('not found');
      return module();
    },
    {
      resolve: (): string => {
        if (module === undefined) throw new Error('not found');
        return '/koffi';
      },
    },
  );
  return find as unknown as NodeJS.Require;
};

test('without koffi the error says what to install', () => {
  expect(() => loadKoffi(requireOf())).toThrow(UnsupportedError);
  expect(() => loadKoffi(requireOf())).toThrow(
    'a call for BLAS without the package koffi. Expected koffi 3, which calls native libraries. Install it: npm install koffi.',
  );
});

test('a koffi that does not load, or is too old, is refused', () => {
  const broken = requireOf(() => {
    throw new Error('no build for this platform\nmore');
  });
  expect(() => loadKoffi(broken)).toThrow('does not load here (no build for this platform)');
  expect(() => loadKoffi(requireOf(() => ({ version: '2.14.1' })))).toThrow(
    'koffi 2.14.1. Expected koffi 3 or newer.',
  );
});

test('where native libraries are forbidden the error says what would allow them', () => {
  const forbidden = requireOf(() => {
    throw Object.assign(new Error('loading addons is disabled'), { code: 'ERR_DLOPEN_DISABLED' });
  });
  expect(() => loadKoffi(forbidden)).toThrow('Run node with --allow-addons');
});

test('a koffi that loads is given with its path', () => {
  const koffi = { version: '3.0.0' };
  expect(loadKoffi(requireOf(() => koffi))).toEqual({ koffi, path: '/koffi' });
});

test('the package itself loads where it is installed', ({ skip }) => {
  try {
    const { koffi, path } = loadKoffi();
    expect(Number.parseInt(koffi.version, 10)).toBeGreaterThanOrEqual(3);
    expect(isAbsolute(path)).toBe(true);
  } catch (error) {
    // It is an optional dependency, and its builds are optional dependencies of its own.
    if (error instanceof UnsupportedError) skip(error.message);
    throw error;
  }
});

test('an error is told in its first line', () => {
  expect(messageOf(new Error('one\ntwo'))).toBe('one');
  expect(messageOf('text')).toBe('text');
});
