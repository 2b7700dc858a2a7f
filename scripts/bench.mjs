// @ts-check
// npm run bench: sets everything up and runs the benchmarks; arguments after -- are passed on.
import { join } from 'node:path';
import { root, runNode } from './platform.mjs';
import { setupOrExit } from './setup.mjs';

await setupOrExit();
const { status } = await runNode([join(root, 'bench', 'main.mjs'), ...process.argv.slice(2)]);
process.exitCode = status;
