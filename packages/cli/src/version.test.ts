import { readFileSync } from 'node:fs';
import * as gradus from 'gradus';
import { expect, test } from 'vitest';
import { version } from './version.ts';

test('the version is that of package.json, and of the library', () => {
  const file = new URL('../package.json', import.meta.url);
  expect(version).toBe(JSON.parse(readFileSync(file, 'utf8')).version);
  expect(version).toBe(gradus.version);
});
