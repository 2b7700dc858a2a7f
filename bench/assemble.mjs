// @ts-check
// Compiles a measuring loop of bench/peak, a second's work.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Compile a file of bench/peak to WebAssembly.
 *
 * @param {string} source its name
 */
export function assemble(source) {
  const compilerPackage = createRequire(import.meta.url).resolve('assemblyscript/package.json');
  const compiler = join(dirname(compilerPackage), 'bin', 'asc.js');
  const folder = mkdtempSync(join(tmpdir(), 'gradus-peak-'));
  try {
    const binary = join(folder, 'peak.wasm');
    const features = ['--enable', 'simd', '--enable', 'relaxed-simd'];
    const options = ['--runtime', 'stub', '-O3', '--noAssert', '--initialMemory', '1', ...features];
    execFileSync(execPath, [compiler, source, '--outFile', binary, ...options], {
      cwd: join(dirname(fileURLToPath(import.meta.url)), 'peak'),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return readFileSync(binary);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
