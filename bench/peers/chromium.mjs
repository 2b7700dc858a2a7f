// @ts-check
// Contestants in Chromium: the page is bundled by Vite, served from this machine with the headers that allow shared
// memory, and driven by Playwright.
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { familySeconds } from './process.mjs';

const types = /** @type {Readonly<Record<string, string>>} */ ({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
});

/** Serve files by prefix; the page is cross-origin isolated. */
function serve(/** @type {Readonly<Record<string, string>>} */ folders) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const [prefix, folder] = Object.entries(folders).find(([start]) => path.startsWith(start)) ?? ['/', ''];
    const file = join(folder, path === '/' ? 'index.html' : path.slice(prefix.length));
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    });
    createReadStream(file).pipe(response);
  });
  return server;
}

/**
 * Open the page.
 *
 * @param {string} executablePath the browser's
 */
export async function openChromium(executablePath) {
  const { build } = await import('vite');
  const { chromium } = await import('playwright-core');
  const root = fileURLToPath(new URL('./browser/', import.meta.url));
  const outDir = mkdtempSync(join(tmpdir(), 'gradus-peers-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    // TensorFlow.js hands its threads a function as text, which must not have been minified.
    build: { outDir, emptyOutDir: true, target: 'esnext', minify: false, chunkSizeWarningLimit: 10_000 },
    worker: { format: 'es' },
  });
  const require = createRequire(import.meta.url);
  const backend = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  const server = serve({ '/tensorflow/': join(backend, 'dist', '/'), '/': outDir });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const browser = await chromium.launch({
    executablePath,
    // The runner ends after a slice when it is told to, and closes the browser then.
    handleSIGINT: false,
    handleSIGTERM: false,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const page = await browser.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 30_000 });
  const inPage = (
    /** @type {'start' | 'ask'} */ what,
    /** @type {string} */ id,
    /** @type {object} */ value,
  ) =>
    page.evaluate(
      ([method, name, data]) => /** @type {any} */ (globalThis).contestants[method](name, data),
      /** @type {const} */ ([what, id, value]),
    );
  return {
    version: `Chromium ${browser.version()}`,
    complaints,
    /** @returns {Promise<import('./process.mjs').Connection>} */
    async connect(/** @type {string} */ id, /** @type {object} */ options) {
      await inPage('start', id, options);
      return {
        ask: (message) =>
          inPage('ask', id, message).catch((/** @type {Error} */ error) => ({ error: error.message })),
        // Of all of the browser's processes; only one contestant computes at a time.
        processorSeconds: familySeconds,
        close() {},
      };
    },
    async close() {
      await browser.close();
      server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
