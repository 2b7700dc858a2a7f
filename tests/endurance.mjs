// @ts-check
// node tests/endurance.mjs [--kills 200] [--full-disks 100] [--seed 1]: trainings by the command that are killed, or
// whose disk fills up, at random moments, and are resumed. Holds the weights of each against those of a training that
// nobody disturbed, bit for bit, and looks for temporary files. Full disks need root on Linux, for a tmpfs.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMain, root } from '../scripts/platform.mjs';

const command = join(root, 'packages', 'cli', 'dist', 'main.js');

/** A training of some seconds, with checkpoints of about a megabyte. */
const rows = 12_000;
const training = [
  '--target',
  'side',
  '--hidden',
  '256,128',
  '--epochs',
  '40',
  '--seed',
  '7',
  '--threads',
  '1',
];

/** A reproducible source of numbers in [0, 1). @param {number} seed */
const numbers = (seed) => {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
};

/** A table of two classes that overlap. */
const table = () => {
  const next = numbers(5);
  const lines = Array.from({ length: rows }, (_, i) => {
    const shift = i % 2 === 0 ? 0 : 0.4;
    const values = Array.from({ length: 6 }, () => (next() + shift).toFixed(3));
    return `${values.join(',')},${i % 2 === 0 ? 'left' : 'right'}`;
  });
  return `a,b,c,d,e,f,side\n${lines.join('\n')}\n`;
};

/**
 * Run the command, killed after some milliseconds if it has not ended before.
 *
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {{ after?: number | undefined, signal?: NodeJS.Signals }} [disturbance]
 * @returns {Promise<{ code: number | null, stderr: string }>}
 */
const gradus = (folder, args, { after, signal = 'SIGKILL' } = {}) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const timer = after === undefined ? undefined : setTimeout(() => child.kill(signal), after);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stderr });
    });
  });

/** The bits of a run's weights: its model file without the header, which names the command. @param {string} run */
const weightsOf = (run) => {
  const bytes = readFileSync(join(run, 'model.safetensors'));
  return createHash('sha256')
    .update(bytes.subarray(8 + Number(bytes.readBigUInt64LE(0))))
    .digest('hex');
};

/** @param {string} folder */
const temporaryFiles = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'));

/**
 * Take an undisturbed training as the measure.
 *
 * @returns {Promise<{ folder: string, weights: string, milliseconds: number }>}
 */
export async function measureUndisturbed() {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-endurance-'));
  writeFileSync(join(folder, 'data.csv'), table());
  const began = performance.now();
  const { code, stderr } = await gradus(folder, ['train', 'data.csv', ...training, '--out', 'whole']);
  if (code !== 0) throw new Error(stderr);
  return { folder, weights: weightsOf(join(folder, 'whole')), milliseconds: performance.now() - began };
}

/**
 * Kill a training at random moments, resume it until it ends, and compare.
 *
 * @param {Awaited<ReturnType<typeof measureUndisturbed>>} whole
 * @param {() => number} next
 * @returns {Promise<{ kills: number, problems: string[] }>}
 */
export async function killAndResume({ folder, weights, milliseconds }, next) {
  const run = join(folder, 'killed');
  rmSync(run, { recursive: true, force: true });
  let kills = 0;
  /** @type {string[]} */
  let args = ['train', 'data.csv', ...training, '--out', 'killed'];
  for (let attempt = 0; ; attempt++) {
    const after = attempt < 4 ? next() * 1.1 * milliseconds : undefined;
    const { code, stderr } = await gradus(folder, args, { after });
    if (code === 0) break;
    if (code !== null) return { kills, problems: [`ended with ${code}: ${stderr}`] };
    kills++;
    if (existsSync(join(run, 'report.html'))) break;
    // Killed before there was anything to go on from: it begins anew.
    if (existsSync(join(run, 'config.json'))) args = ['train', '--resume', 'killed'];
    else rmSync(run, { recursive: true, force: true });
  }
  return { kills, problems: compare(run, weights) };
}

/**
 * Train on a disk that fills up at a random moment and has room again later; resume until it ends, and compare.
 *
 * @param {Awaited<ReturnType<typeof measureUndisturbed>>} whole
 * @param {() => number} next
 * @returns {Promise<string[]>}
 */
export async function fillDisk({ folder, weights, milliseconds }, next) {
  const disk = join(folder, 'disk');
  mkdirSync(disk, { recursive: true });
  mount(disk, '6m');
  try {
    const run = join(disk, 'run');
    const filler = join(disk, 'filler');
    /** What was saved before the disk was full must be there afterwards. @type {string[]} */
    let saved = [];
    const fill = () => {
      saved = existsSync(run) ? readdirSync(run, { recursive: true, encoding: 'utf8' }).filter(isResult) : [];
      const { bavail, bsize } = statfsSync(disk);
      // Some disks keep room for a part of what is still to be written.
      const left = Math.floor(next() * next() * 1_500_000);
      try {
        writeFileSync(filler, new Uint8Array(Math.max(0, Number(bavail) * Number(bsize) - left)));
      } catch {
        // The training has written meanwhile: the disk is full, too.
      }
    };
    const timer = setTimeout(fill, next() * milliseconds);
    const signal = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'])[Math.floor(next() * 4)];
    const after = next() < 0.5 ? next() * 1.5 * milliseconds : undefined;
    let { code, stderr } = await gradus(folder, ['train', 'data.csv', ...training, '--out', run], {
      ...(after !== undefined && { after }),
      signal,
    });
    clearTimeout(timer);
    const lost = saved.filter((name) => !existsSync(join(run, name)));
    if (lost.length > 0) return [`lost ${lost.join(', ')}: ${stderr}`];
    if (code === 1 || /mistake in gradus/.test(stderr)) return [`ended with ${code}: ${stderr}`];
    rmSync(filler, { force: true });
    for (let attempt = 0; attempt < 3 && !existsSync(join(run, 'report.html')); attempt++) {
      const isThere = existsSync(join(run, 'config.json'));
      if (!isThere) rmSync(run, { recursive: true, force: true });
      const args = isThere ? ['train', '--resume', run] : ['train', 'data.csv', ...training, '--out', run];
      ({ code, stderr } = await gradus(folder, args));
      if (code !== 0) return [`with room again it ended with ${code}: ${stderr}`];
    }
    return compare(run, weights);
  } finally {
    spawnSync('umount', [disk]);
  }
}

const isResult = (/** @type {string} */ name) => /\.(safetensors|json|html|csv|ndjson)$/.test(name);

/** @param {string} folder @param {string} size */
const mount = (folder, size) => {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`no tmpfs: ${stderr}`);
};

/** Tell whether small disks can be made here. */
export const canMount = () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'gradus-mount-'));
  try {
    mount(folder, '1m');
    spawnSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @param {string} run @param {string} weights */
const compare = (run, weights) => [
  ...(weightsOf(run) === weights ? [] : ['other weights than the undisturbed training']),
  ...temporaryFiles(run).map((name) => `${name} stays`),
];

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '200' },
      'full-disks': { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
    },
  });
  const next = numbers(Number(values.seed));
  const whole = await measureUndisturbed();
  process.stdout.write(`undisturbed: ${(whole.milliseconds / 1000).toFixed(1)} s\n`);
  let kills = 0;
  let bad = 0;
  const report = (/** @type {string} */ what, /** @type {readonly string[]} */ problems) => {
    for (const problem of problems) process.stdout.write(`${what}: ${problem}\n`);
    bad += problems.length > 0 ? 1 : 0;
  };
  while (kills < Number(values.kills)) {
    const { kills: more, problems } = await killAndResume(whole, next);
    kills += more;
    report(`after ${kills} kills`, problems);
  }
  let disks = 0;
  if (Number(values['full-disks']) > 0 && !canMount())
    process.stdout.write('full disks: need root on Linux\n');
  else
    for (; disks < Number(values['full-disks']); disks++)
      report(`full disk ${disks + 1}`, await fillDisk(whole, next));
  rmSync(whole.folder, { recursive: true, force: true });
  process.stdout.write(
    `${kills} kills, ${disks} full disks: ${bad === 0 ? 'nothing lost' : `${bad} with problems`}\n`,
  );
  process.exitCode = bad === 0 ? 0 : 1;
}

export { numbers };
