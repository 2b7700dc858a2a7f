// @ts-check
// A Vitest reporter that counts a whole run, lists what was skipped, and leaves the counts in a file.
import { writeFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Count the outcome of a run. A file that could not be loaded and an error outside any test count as a failure each.
 *
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly unknown[]} stray errors that belong to no test
 * @returns {{ counts: Counts, skips: string[] }} skips: one line for each skipped test, with its reason where it gave one
 */
export function countRun(modules, stray) {
  const counts = { passed: 0, failed: stray.length, skipped: 0 };
  /** @type {string[]} */
  const skips = [];
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') counts.passed += 1;
      else if (result.state === 'failed') counts.failed += 1;
      else {
        counts.skipped += 1;
        const note = result.state === 'skipped' && result.note !== undefined ? `: ${result.note}` : '';
        skips.push(`${module.relativeModuleId} > ${test.fullName}${note}`);
      }
    }
  }
  return { counts, skips };
}

export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} stray
   */
  onTestRunEnd(modules, stray) {
    const { counts, skips } = countRun(modules, stray);
    for (const line of skips) process.stdout.write(`skipped: ${line}\n`);
    const file = process.env['GRADUS_TEST_COUNTS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
  }
}
