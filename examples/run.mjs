// @ts-check
// Runs an example with Node 20, which does not read TypeScript by itself: node examples/run.mjs xor [arguments].
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const [name, ...args] = process.argv.slice(2);
if (name === undefined) throw new Error('Name an example: node examples/run.mjs xor');
const server = await createServer({
  root: fileURLToPath(new URL('..', import.meta.url)),
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false, hmr: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
});
try {
  const example = await server.ssrLoadModule(`/examples/${name}.ts`);
  await example.main(args);
} finally {
  await server.close();
}
