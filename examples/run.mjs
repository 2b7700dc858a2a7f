// @ts-check
// Runs an example with Node 20, which does not read TypeScript by itself: node examples/run.mjs xor [arguments].
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [name, ...args] = process.argv.slice(2);
if (name === undefined) throw new Error('Name an example: node examples/run.mjs xor');
const root = fileURLToPath(new URL('..', import.meta.url));
/** @type {{ module: { main: (args: string[]) => Promise<void> } }} */
const { module } = await runnerImport(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
});
await module.main(args);
