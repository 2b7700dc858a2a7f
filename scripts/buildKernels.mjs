// Compiles the kernels of packages/gradus/assembly, once without and once with relaxed SIMD, into TypeScript
// modules that hold the WebAssembly as base64. Does nothing where the inputs have not changed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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

const features = ['simd', 'bulk-memory', 'threads'];
const builds = { portable: features, fast: [...features, 'relaxed-simd'] };
const options = ['--runtime', 'stub', '-O3', '--noAssert', '--importMemory', '--noExportMemory'];
// Static data, if any, stays below the end of the first 64 KiB page, which belongs to the module.
options.push('--memoryBase', '1024', '--initialMemory', '1', '--maximumMemory', '65536');
// The warning that vectors cannot be handed to JavaScript: none is.
options.push('--disableWarning', '112');

/** Tell whether a generated file was made from the inputs as they are. */
const isCurrent = (output) => {
  try {
    return readFileSync(output, 'utf8').includes(digest);
  } catch {
    return false;
  }
};

/** Compile one build and write its module. */
const compile = async (build, enabledFeatures) => {
  const output = join(target, `${build}.ts`);
  if (isCurrent(output)) return;
  const folder = mkdtempSync(join(tmpdir(), 'gradus-kernels-'));
  try {
    const binary = join(folder, 'kernels.wasm');
    const enabled = enabledFeatures.flatMap((feature) => ['--enable', feature]);
    const input = ['assembly/index.ts', '--baseDir', library, '--outFile', binary];
    await promisify(execFile)(process.execPath, [compiler, ...input, ...options, ...enabled], {
      cwd: library,
    });
    const bytes = readFileSync(binary);
    const text = [
      `// ${digest}`,
      `/** The kernels' WebAssembly, ${bytes.length} bytes in base64. */`,
      `export const ${build}: string =`,
      `  '${bytes.toString('base64')}';`,
    ];
    writeFileSync(`${output}.new`, `${text.join('\n')}\n`);
    renameSync(`${output}.new`, output);
  } catch (error) {
    process.stderr.write(`The ${build} kernels do not compile:\n${error.stderr || error.stack}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

mkdirSync(target, { recursive: true });
await Promise.all(Object.entries(builds).map(([build, features]) => compile(build, features)));
