import { expect, test } from 'vitest';
import { checkLockfile } from './checkLockfile.mjs';

test('a complete lockfile passes, with nested and linked packages', () => {
  const packages = {
    '': { dependencies: { a: '1' } },
    'node_modules/a': { integrity: 'x', dependencies: { b: '1' }, optionalDependencies: { c: '1' } },
    'node_modules/a/node_modules/b': { integrity: 'x', dependencies: { c: '1' } },
    'node_modules/c': { link: true, resolved: 'packages/c' },
  };
  expect(checkLockfile(packages)).toEqual([]);
});

test('a missing platform package, a missing hash and a registry are found', () => {
  const packages = {
    'node_modules/a': { integrity: 'x', optionalDependencies: { 'a-darwin': '1' } },
    'node_modules/b': { resolved: 'https://registry.example/b.tgz', integrity: 'x' },
    'node_modules/c': {},
  };
  const problems = checkLockfile(packages);
  expect(problems).toHaveLength(3);
  expect(problems[0]).toContain('a-darwin');
  expect(problems[1]).toContain('registry');
  expect(problems[2]).toContain('integrity');
});
