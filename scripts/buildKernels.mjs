// Compiles the kernels of packages/gradus/assembly, once without and once with relaxed SIMD, into TypeScript
// modules that hold the WebAssembly as base64. Does nothing where the inputs have not changed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const library = join(root, 'packages', 'gradus');
const assembly = join(library, 'assembly');
const target = join(library, 'src', 'runtime', 'wasm', 'generated');
const compilerPackage = createRequire(import.meta.url).resolve('assemblyscript/package.json');
const compiler = join(dirname(compilerPackage), 'bin', 'asc.js');

const inputs = [
  fileURLToPath(import.meta.url),
  compilerPackage,
  join(library, 'src', 'runtime', 'wasm', 'opcodes.ts'),
  ...readdirSync(assembly)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(assembly, name)),
];
const hash = createHash('sha256');
for (const path of inputs) hash.update(readFileSync(path));
const digest = hash.digest('hex');

const builds = { portable: ['simd', 'bulk-memory'], fast: ['simd', 'bulk-memory', 'relaxed-simd'] };
mkdirSync(target, { recursive: true });
for (const [build, features] of Object.entries(builds)) {
  const output = join(target, `${build}.ts`);
  let current = '';
  try {
    current = readFileSync(output, 'utf8');
  } catch {
    // Not built yet.
  }
  if (current.includes(digest)) continue;
  const folder = mkdtempSync(join(tmpdir(), 'gradus-kernels-'));
  try {
    const binary = join(folder, 'kernels.wasm');
    const options = [
      '--runtime',
      'stub',
      '-O3',
      '--noAssert',
      '--converge',
      '--importMemory',
      '--noExportMemory',
      '--disableWarning',
      '112',
    ];
    // Static data, if any, stays below the first 64 KiB page's end, which belongs to the module.
    options.push('--memoryBase', '1024', '--initialMemory', '1', '--maximumMemory', '65536');
    for (const feature of features) options.push('--enable', feature);
    // The compiler takes paths below its base directory only.
    const run = (file, extra) =>
      execFileSync(process.execPath, [compiler, file, '--baseDir', library, ...options, ...extra], {
        cwd: library,
        stdio: 'inherit',
      });
    run('assembly/index.ts', ['--outFile', binary]);
    const bytes = readFileSync(binary);
    const text = `// ${digest}\n/** The kernels' WebAssembly, ${bytes.length} bytes in base64. */\nexport const ${build} =\n  '${bytes.toString('base64')}';\n`;
    writeFileSync(output, text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
