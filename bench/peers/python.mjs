// @ts-check
// Finds a Python that has the peers, and the settings with which its BLAS is fastest: an opponent at its best.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const source = (/** @type {string} */ name) =>
  readFileSync(new URL(`./python/${name}.py`, import.meta.url), 'utf8');

/** A contestant's program: its engine, then what all have in common. It goes along as an argument, not as a file. */
const program = (/** @type {string} */ engine) => `${source(engine)}\n${source('contestant')}`;

/** GRADUS_PYTHON is a command, with arguments where it needs some. */
export const pythonCommand = () =>
  (process.env['GRADUS_PYTHON'] ?? '').trim() === ''
    ? ['python3']
    : (process.env['GRADUS_PYTHON'] ?? '').trim().split(/\s+/);

/** @param {'pytorch' | 'scikitLearn'} engine @param {object} options */
export const contestantCommand = (engine, options) => [
  ...pythonCommand(),
  '-u',
  '-c',
  program(engine),
  JSON.stringify(options),
];

/** @param {string} module @returns {string | undefined} why it cannot be had, or nothing */
export function missingModule(module) {
  const [command, ...args] = pythonCommand();
  const { status, error } = spawnSync(command, [...args, '-c', `import numpy, ${module}`], {
    stdio: 'ignore',
  });
  if (status === 0) return undefined;
  const why = error === undefined ? `has no ${module}` : 'cannot be started';
  const packages = module === 'torch' ? 'torch numpy' : 'scikit-learn numpy';
  const named =
    process.env['GRADUS_PYTHON'] === undefined ? 'python3' : 'the Python that GRADUS_PYTHON names';
  return `${named} ${why}: pip install ${packages} into a Python of its own and name that in GRADUS_PYTHON`;
}

/** OpenBLAS's kinds of processor whose kernels may suit an x86-64. */
const coreTypes = ['Haswell', 'Zen', 'SkylakeX', 'Cooperlake', 'SapphireRapids'];

/** The environment without what was set for some other OpenBLAS. */
export function plainEnvironment() {
  const env = { ...process.env };
  delete env['OPENBLAS_CORETYPE'];
  delete env['OPENBLAS_L2_SIZE'];
  return env;
}

const geometricMean = (/** @type {readonly number[]} */ values) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/**
 * Find the environment in which PyTorch multiplies matrices fastest. OpenBLAS may take a virtual machine's processor for
 * an old one, or be told so by its environment, and is then several times slower. Measured on one thread: which kernels
 * are the fastest does not depend on their number, and one thread waits for no other.
 *
 * @param {(text: string) => void} progress
 */
export async function tunePython(progress) {
  const { startProcess } = await import('./process.mjs');
  const command = contestantCommand('pytorch', { threads: 1, fused: false });
  const rateWith = async (/** @type {NodeJS.ProcessEnv} */ env) => {
    const connection = startProcess(command, { env });
    const about = await connection.ask({ type: 'about' });
    connection.close();
    return about.error === undefined
      ? { rate: geometricMean(Object.values(about.gemm)), libraries: about.libraries }
      : { rate: 0, libraries: '' };
  };
  const plain = plainEnvironment();
  const settings = [
    { name: 'as OpenBLAS chooses', env: plain },
    { name: 'as the environment says', env: process.env },
  ];
  if (process.arch === 'x64') {
    for (const type of coreTypes) settings.push({ name: type, env: { ...plain, OPENBLAS_CORETYPE: type } });
  }
  /** @type {{ name: string, env: NodeJS.ProcessEnv, rate: number }[]} */
  const tried = [];
  for (const setting of settings) {
    progress(`the BLAS of PyTorch: ${setting.name}`);
    const { rate, libraries } = await rateWith(setting.env);
    tried.push({ ...setting, rate });
    if (!libraries.includes('openblas')) break;
  }
  // Something else may have disturbed one: the better half once more.
  for (const setting of [...tried].sort((a, b) => b.rate - a.rate).slice(0, Math.floor(tried.length / 2))) {
    setting.rate = Math.max(setting.rate, (await rateWith(setting.env)).rate);
  }
  // What OpenBLAS chooses by itself stays where nothing is clearly better.
  const best = tried.reduce((one, other) => (other.rate > one.rate * 1.02 ? other : one));
  return { env: best.env, chosen: best.name, tried: tried.map(({ name, rate }) => ({ name, gflops: rate })) };
}
