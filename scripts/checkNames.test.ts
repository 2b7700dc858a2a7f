import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkNames } from './checkNames.mjs';
import { entriesOf } from './entries.mjs';

/** Check entries given as text. */
function problemsOf(entries: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-names-'));
  try {
    const files = Object.entries(entries).map(([name, text]) => {
      const source = join(folder, `${name.replace('/', '-')}.ts`);
      writeFileSync(source, text);
      return { name, source };
    });
    return checkNames(files).problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the names of the library keep the law', () => {
  expect(checkNames(entriesOf('gradus')).problems).toEqual([]);
});

test('one name for two things is refused, the same thing in two entries is not', () => {
  const problems = problemsOf({
    gradus: "export const dense = 1; export { same } from './gradus-metrics.ts';",
    'gradus/metrics': 'export const dense = 2; export const same = 3;',
  });
  expect(problems).toContain('dense means one thing in gradus and another in gradus/metrics');
  expect(problems.join('\n')).not.toMatch(/\bsame\b/);
});

test('a sanctioned pair must exist', () => {
  expect(problemsOf({ gradus: 'export const add = 1;' })).toContain(
    'add is listed as shared by gradus and gradus/tensor, and is not',
  );
});

test('endings that repeat the entry and names that differ in capitals are refused; types may end so', () => {
  const problems = problemsOf({
    gradus:
      'export const addLayer = 1; export interface Layer { a: 1 } export class Thing {} export const thing = 2;',
    'gradus/losses': 'export const huberLoss = 1;',
  });
  expect(problems).toContain('gradus: addLayer ends in what gradus says already: leave the ending out');
  expect(problems).toContain(
    'gradus/losses: huberLoss ends in what gradus/losses says already: leave the ending out',
  );
  expect(problems).toContain('gradus: Thing and thing differ in capitals alone');
  expect(problems.join('\n')).not.toContain(': Layer ends');
});

test('a string that names no function is refused', () => {
  const problems = problemsOf({
    'gradus/losses': "export const huber = 1; export type LossName = 'huber' | 'hinge';",
  });
  expect(problems).toContain("LossName: 'hinge' is no function of gradus/losses");
  expect(problems.join('\n')).not.toContain("'huber'");
});
