// @ts-check
// npm run lectures: sets everything up and runs the experiments of the lectures; arguments after -- are passed on.
import { join } from 'node:path';
import { root, runNode } from './platform.mjs';
import { setupOrExit } from './setup.mjs';

// The records were made in WebAssembly.
process.env['GRADUS_BLAS'] ??= 'off';
await setupOrExit();
const { status } = await runNode([
  join(root, 'examples', 'run.mjs'),
  'lectures/main',
  ...process.argv.slice(2),
]);
process.exitCode = status;
