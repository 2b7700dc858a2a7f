// @ts-check
// The library as its sources stand, with the parts that the package does not export.
import { createServer } from 'vite';

/** Serve the sources; `load` gives a module of packages/gradus/src, `close` ends the server. */
export async function serveSources() {
  const server = await createServer({
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, ws: false, hmr: false },
    optimizeDeps: { noDiscovery: true },
    ssr: { resolve: { conditions: ['source'] } },
    resolve: { conditions: ['source'] },
  });
  return {
    load: (/** @type {string} */ path) => server.ssrLoadModule(`/packages/gradus/src/${path}`),
    loadBench: (/** @type {string} */ path) => server.ssrLoadModule(`/bench/${path}`),
    close: () => server.close(),
  };
}
