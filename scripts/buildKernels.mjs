// Compiles the kernels of packages/gradus/assembly into a TypeScript module that holds the WebAssembly as text. Both
// builds, `portable` and `fast`, are made from it. Does nothing where the inputs have not changed.
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
import { assembleKernels, encodeBytes } from './packKernels.mjs';
import { sortInstructions } from './sortInstructions.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const library = join(root, 'packages', 'gradus');
const assembly = join(library, 'assembly');
const target = join(library, 'src', 'runtime', 'wasm', 'generated');
const compilerPackage = createRequire(import.meta.url).resolve('assemblyscript/package.json');
const compiler = join(dirname(compilerPackage), 'bin', 'asc.js');

const inputs = [
  fileURLToPath(import.meta.url),
  fileURLToPath(new URL('packKernels.mjs', import.meta.url)),
  fileURLToPath(new URL('sortInstructions.mjs', import.meta.url)),
  compilerPackage,
  join(library, 'src', 'runtime', 'wasm', 'machine', 'opcodes.ts'),
  ...readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(assembly, name)),
];
const hash = createHash('sha256');
for (const path of inputs) hash.update(readFileSync(path));
const digest = hash.digest('hex');

const options = ['--runtime', 'stub', '-O3', '--noAssert', '--importMemory', '--noExportMemory'];
// The first 64 KiB page belongs to the kernels.
options.push('--initialMemory', '1', '--maximumMemory', '65536');
// The warning that vectors cannot be handed to JavaScript: none is.
options.push('--disableWarning', '112');
for (const feature of ['simd', 'relaxed-simd', 'bulk-memory', 'threads']) options.push('--enable', feature);

const output = join(target, 'kernels.ts');

/** Tell whether a generated file was made from the inputs as they are. */
const isCurrent = () => {
  try {
    return readFileSync(output, 'utf8').includes(digest);
  } catch {
    return false;
  }
};

/** Compile the kernels and write their text. */
const compile = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-kernels-'));
  try {
    // By this ending the compiler brackets every operand.
    const assembled = join(folder, 'kernels.wast');
    const input = ['assembly/index.ts', '--baseDir', library, '--textFile', assembled];
    await promisify(execFile)(process.execPath, [compiler, ...input, ...options], { cwd: library });
    const text = readFileSync(assembled, 'utf8');
    // Every thread would write it anew.
    if (text.includes('(data ')) throw new Error('the kernels have static data');
    const bytes = await assembleKernels(text);
    const lines = [
      `// ${digest}`,
      `/** ${bytes.length} bytes of WebAssembly, as \`sortInstructions\` and \`encodeBytes\` of scripts write them. */`,
      'export const kernels: string =',
      `  '${encodeBytes(sortInstructions(bytes))}';`,
    ];
    writeFileSync(`${output}.new`, `${lines.join('\n')}\n`);
    renameSync(`${output}.new`, output);
  } catch (error) {
    process.stderr.write(`The kernels do not compile:\n${error.stderr || error.stack}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

mkdirSync(target, { recursive: true });
if (!isCurrent()) await compile();
