// @ts-check
// npm start: sets everything up and trains on the embedded penguins; arguments after -- replace the default ones.
import { join } from 'node:path';
import { root, runNode } from './platform.mjs';
import { setupOrExit } from './setup.mjs';

await setupOrExit();
const given = process.argv.slice(2);
const args = given.length > 0 ? given : ['train', 'penguins', '--target', 'species'];
// On Ctrl-C the command itself saves a checkpoint and says how to resume; this process waits for it.
process.on('SIGINT', () => undefined);
const { status } = await runNode([join(root, 'packages', 'cli', 'dist', 'main.js'), ...args]);
process.exitCode = status;
