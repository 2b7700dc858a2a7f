import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** What a page did. */
export interface PageRun {
  /** What the page wrote into its root element's `data-result`, parsed. */
  readonly result: unknown;
  /** Errors, warnings and violations of the policy, in the order in which the console showed them. */
  readonly complaints: readonly string[];
}

/**
 * Serve a folder under a content security policy, open its index.html in Chromium and wait for `data-result`.
 */
export async function openPage(folder: string, headers: Readonly<Record<string, string>>): Promise<PageRun> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path === '/' ? '/index.html' : path;
    try {
      const body = readFileSync(join(folder, file));
      response.writeHead(200, {
        ...headers,
        'content-type': types[extname(file)] ?? 'application/octet-stream',
      });
      response.end(body);
    } catch {
      response.writeHead(file === '/favicon.ico' ? 204 : 404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    try {
      await page.waitForSelector('html[data-result]', { state: 'attached', timeout: 60_000 });
    } catch (error) {
      throw new Error(`the page gave no result; it says: ${complaints.join(' | ') || 'nothing'}`, {
        cause: error,
      });
    }
    const text = await page.locator('html').getAttribute('data-result');
    return { result: JSON.parse(text ?? 'null'), complaints };
  } finally {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  }
}
