// @ts-check
// npm run check: everything that must hold before a change goes in. Every step runs; one line each.
import { join } from 'node:path';
import { root, runNode } from './platform.mjs';
import { setupOrExit } from './setup.mjs';

const tool = (/** @type {string[]} */ ...path) => join(root, 'node_modules', ...path);
const script = (/** @type {string} */ name) => join(root, 'scripts', name);
const compiler = tool('typescript', 'bin', 'tsc');

/** @type {readonly (readonly [string, readonly string[]])[]} */
const steps = [
  ['types of the packages', [compiler, '-b', root]],
  ['types of the tests', [compiler, '-p', join(root, 'tsconfig.tests.json')]],
  [
    'lint and format',
    [
      tool('@biomejs', 'biome', 'bin', 'biome'),
      'check',
      '--error-on-warnings',
      '--max-diagnostics=200',
      root,
    ],
  ],
  ['imports', [script('checkImports.mjs')]],
  ['documentation', [script('checkDocs.mjs')]],
  ['names', [script('checkNames.mjs')]],
  ['lockfile', [script('checkLockfile.mjs')]],
  ['file lengths', [script('checkLengths.mjs')]],
  ['sizes of entries', [script('checkSizes.mjs')]],
  ['unit tests', [tool('vitest', 'vitest.mjs'), 'run', 'packages', 'scripts']],
];

await setupOrExit({ packages: false });
let failed = 0;
for (const [name, args] of steps) {
  const start = performance.now();
  const { status, output } = await runNode(args, { capture: true });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (status !== 0) {
    failed += 1;
    process.stdout.write(`${output.trimEnd()}\n`);
  }
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
}
process.exitCode = failed > 0 ? 1 : 0;
