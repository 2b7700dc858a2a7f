// @ts-check
// The memory limit: bytes a second of a pass over memory in WebAssembly, by the size of what is passed over, so that
// every level of the cache shows. node bench/bandwidth.mjs prints it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { isMain } from '../scripts/platform.mjs';

/** Bytes a thread passes over: within the first cache, the second, the third, and far beyond. */
const SIZES = [16 << 10, 256 << 10, 4 << 20, 96 << 20];
const WARM_UP_MILLISECONDS = 300;

/** Sums and scaled copies over 16 lanes at a time; a sum is returned, so that no engine leaves the pass out. */
const SOURCE = `
export function read(from: usize, bytes: usize, passes: i32): f32 {
  let a = f32x4.splat(0), b = a, c = a, d = a;
  for (let pass = 0; pass < passes; pass++) {
    for (let p = from, end = from + bytes; p < end; p += 64) {
      a = f32x4.add(a, v128.load(p)); b = f32x4.add(b, v128.load(p, 16));
      c = f32x4.add(c, v128.load(p, 32)); d = f32x4.add(d, v128.load(p, 48));
    }
  }
  const s = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3);
}
/** half of the bytes are read, half are written */
export function copy(from: usize, bytes: usize, passes: i32): void {
  const factor = f32x4.splat(0.999), half = bytes >> 1;
  for (let pass = 0; pass < passes; pass++) {
    for (let p = from, end = from + half; p < end; p += 64) {
      v128.store(p + half, f32x4.mul(v128.load(p), factor)); v128.store(p + half, f32x4.mul(v128.load(p, 16), factor), 16);
      v128.store(p + half, f32x4.mul(v128.load(p, 32), factor), 32); v128.store(p + half, f32x4.mul(v128.load(p, 48), factor), 48);
    }
  }
}
`;

/** @type {Promise<Uint8Array<ArrayBuffer>> | undefined} */
let compiled;

const compile = () => {
  compiled ??= (async () => {
    const { default: asc } = await import('assemblyscript/asc');
    const folder = mkdtempSync(join(tmpdir(), 'gradus-bandwidth-'));
    try {
      writeFileSync(join(folder, 'bandwidth.ts'), SOURCE);
      const options = ['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd', '--memoryBase', '1024'];
      const { error, stderr } = await asc.main([
        join(folder, 'bandwidth.ts'),
        '--baseDir',
        folder,
        '-o',
        'bandwidth.wasm',
        ...options,
      ]);
      if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
      return new Uint8Array(readFileSync(join(folder, 'bandwidth.wasm')));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  })();
  return compiled;
};

/**
 * Make a pass over a memory of one's own.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function passes(bytes) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { memory, read, copy } =
    /** @type {{ memory: WebAssembly.Memory, read: Function, copy: Function }} */ (
      /** @type {unknown} */ (exports)
    );
  memory.grow(Math.ceil(Math.max(...SIZES) / 65536) + 1);
  new Float32Array(memory.buffer, 65536).fill(1);
  return { read, copy };
}

if (!isMainThread && workerData?.bandwidth !== undefined) {
  const functions = passes(workerData.bandwidth);
  // Engines compile well what has run for a while, aside, for the next call.
  for (const end = performance.now() + WARM_UP_MILLISECONDS; performance.now() < end; ) {
    functions.read(65536, SIZES[0], 100);
    functions.copy(65536, SIZES[0], 100);
  }
  // Requests come one after the other; each is timed from the moment that all threads have theirs.
  parentPort?.on('message', ({ kind, size, rounds, gate, threads }) => {
    const flag = new Int32Array(gate);
    functions[/** @type {'read' | 'copy'} */ (kind)](65536, size, 1);
    Atomics.add(flag, 0, 1);
    while (Atomics.load(flag, 0) < threads);
    const began = performance.now();
    functions[/** @type {'read' | 'copy'} */ (kind)](65536, size, rounds);
    parentPort?.postMessage(performance.now() - began);
  });
}

/**
 * Measure bytes a second of a pass that reads, and of one that reads one half and writes the other. All threads pass
 * over memory of their own at the same time; the rate is that of all together, the best of several tries.
 *
 * @param {{ threads: number, quick?: boolean }} options
 * @returns {Promise<{ bytes: number, readGBs: number, copyGBs: number }[]>} by the bytes of a thread
 */
export async function measureBandwidth({ threads, quick = false }) {
  const bandwidth = await compile();
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL(import.meta.url), { workerData: { bandwidth } }),
  );
  const tries = quick ? 3 : 7;
  try {
    /** @param {'read' | 'copy'} kind @param {number} size */
    const rate = async (kind, size) => {
      const rounds = Math.max(1, Math.round((64 << 20) / size));
      let best = 0;
      for (let i = 0; i < tries; i++) {
        const gate = new SharedArrayBuffer(4);
        const times = await Promise.all(
          workers.map(
            (worker) =>
              new Promise((resolve, reject) => {
                worker.once('message', resolve).once('error', reject);
                worker.postMessage({ kind, size, rounds, gate, threads });
              }),
          ),
        );
        for (const worker of workers) worker.removeAllListeners('error');
        best = Math.max(best, (threads * size * rounds) / Math.max(.../** @type {number[]} */ (times)) / 1e6);
      }
      return best;
    };
    const result = [];
    for (const bytes of SIZES)
      result.push({ bytes, readGBs: await rate('read', bytes), copyGBs: await rate('copy', bytes) });
    return result;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

if (isMainThread && isMain(import.meta.url)) {
  for (const threads of [1, 2]) {
    console.log(`${threads} ${threads === 1 ? 'thread' : 'threads'}:   bytes   read GB/s   copy GB/s`);
    for (const { bytes, readGBs, copyGBs } of await measureBandwidth({ threads }))
      console.log(
        String(bytes).padStart(18),
        readGBs.toFixed(1).padStart(11),
        copyGBs.toFixed(1).padStart(11),
      );
  }
}
