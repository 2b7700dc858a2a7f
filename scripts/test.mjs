// @ts-check
// npm test: sets everything up and runs every test; arguments after -- are Vitest's (a folder, -t name).
// The last line is the count of the whole run.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideChromium } from './chromium.mjs';
import { provideNewestNode } from './newestNode.mjs';
import { root, runNode } from './platform.mjs';
import { setupOrExit } from './setup.mjs';

process.once('exit', (status) => {
  // Without a set-up there is nothing to count but that.
  if (!isSetUp && status !== 0) process.stdout.write('0 passed, 1 failed, 0 skipped\n');
});
let isSetUp = false;
await setupOrExit();
isSetUp = true;
const chosen = process.argv.slice(2);
if (chosen.length === 0 || chosen.some((argument) => argument.includes('tests'))) {
  await provideChromium();
  await provideNewestNode();
}

const folder = mkdtempSync(join(tmpdir(), 'gradus-test-'));
const countsFile = join(folder, 'counts.json');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'countReporter.mjs')}`];
const { status } = await runNode([vitest, 'run', ...reporters, ...chosen], {
  env: { ...process.env, GRADUS_TEST_COUNTS: countsFile },
});
const counts = existsSync(countsFile)
  ? JSON.parse(readFileSync(countsFile, 'utf8'))
  : { passed: 0, failed: 1, skipped: 0 };
rmSync(folder, { recursive: true, force: true });
process.exitCode = status === 0 && counts.failed > 0 ? 1 : status;
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
