// Measures the matrix products that training spends its time in: GFLOP/s on one thread, and their share of the
// multiply-add peak of the same run.
// node bench/kernels.mjs [fast|portable] [part of a shape's name, or big|layers|narrow|row|small]
import { measurePeak } from './peak.mjs';
import { serveSources } from './sources.mjs';

const { load, close } = await serveSources();
const { Assembler } = await load('runtime/wasm/machine/assembler.ts');
const { createKernelMemory, instantiateKernels, fastBuildSupported, prefersTallBlocks } = await load(
  'runtime/wasm/memory/module.ts',
);
const { Context } = await load('runtime/wasm/machine/opcodes.ts');

const square = [256, 384, 512, 784, 800, 1024].map((n) => [n, n, n]);
const groups = {
  big: [...square, [257, 259, 263]].flatMap((shape) => [0, 1, 2].map((kind) => [...shape, kind])),
  layers: [
    [128, 512, 784, 0],
    [784, 512, 128, 1],
    [128, 512, 512, 2],
    [128, 128, 784, 0],
    [100, 100, 784, 0],
    [784, 100, 100, 1],
    [256, 800, 800, 2],
    [512, 1024, 1024, 0],
    [1024, 1024, 512, 1],
  ],
  narrow: [10, 3, 2, 1].flatMap((n) => [
    [1024, n, 512, 1],
    [128, n, 512, 0],
    [512, n, 128, 1],
    [128, 512, n, 2],
  ]),
  row: [
    [1, 512, 784, 0],
    [1, 512, 512, 0],
    [1, 10, 512, 0],
    [1, 784, 512, 2],
    [1, 100, 30, 0],
    [1, 30, 100, 0],
  ],
  small: [
    [32, 100, 30, 0],
    [30, 100, 32, 1],
    [32, 2, 100, 0],
    [100, 2, 32, 1],
    [32, 100, 2, 2],
    [200, 100, 64, 0],
    [64, 100, 200, 1],
    [32, 8, 2, 0],
    [2, 8, 32, 1],
    [32, 1, 8, 0],
  ],
};
const names = ['NN', 'TN', 'NT', 'TT'];
const filter = process.argv[3];
for (const build of process.argv[2] ? [process.argv[2]] : ['fast', 'portable']) {
  if (build === 'fast' && !fastBuildSupported()) continue;
  const { fused, separate } = await measurePeak();
  const peak = build === 'fast' ? fused : separate;
  console.log(`${process.version} ${build}: peak ${peak.toFixed(1)} GFLOP/s`);
  for (const [m, n, k, kind] of groups[filter] ?? Object.values(groups).flat()) {
    const name = `${m}×${n}×${k} ${names[kind]}`;
    if (filter && !groups[filter] && !name.includes(filter)) continue;
    const memory = createKernelMemory(400);
    const kernels = instantiateKernels(build, memory);
    let at = 65536;
    const take = (bytes) => {
      const address = at;
      at += (bytes + 16 + 63) & ~63;
      return address;
    };
    const context = take(Context.Size),
      a = take(m * k * 4),
      b = take(k * n * 4),
      c = take(m * n * 4);
    const scalars = take(64),
      program = take(4096);
    const assembler = new Assembler(128);
    assembler.matmul({ transposeA: (kind & 1) !== 0, transposeB: (kind & 2) !== 0, m, n, k, a, b, c });
    const { words, scratchBytes } = assembler.assemble(program);
    const scratch = take(scratchBytes);
    const ints = new Int32Array(memory.buffer);
    new Float32Array(memory.buffer, a, m * k).forEach((_, i, array) => {
      array[i] = Math.sin(i);
    });
    new Float32Array(memory.buffer, b, k * n).forEach((_, i, array) => {
      array[i] = Math.sin(i * 2);
    });
    ints.set(words, program / 4);
    const put = (field, value) => {
      ints[(context + field) / 4] = value;
    };
    const runs = (steps) => {
      put(Context.Program, program);
      put(Context.ProgramEnd, program + words.length * 4);
      put(Context.Instruction, program);
      put(Context.Tile, 0);
      put(Context.Step, 0);
      put(Context.Steps, steps);
      put(Context.BatchSize, 1);
      put(Context.OrderLength, steps);
      put(Context.Scratch, scratch);
      put(Context.TallBlocks, Number(prefersTallBlocks(build)));
      put(Context.Scalars, scalars);
      new Float64Array(memory.buffer)[(context + Context.Budget) / 8] = Infinity;
      const start = performance.now();
      kernels.run(context);
      return (performance.now() - start) / steps;
    };
    const flops = 2 * m * n * k;
    const steps = Math.min(10_000, Math.ceil(1.5e7 / flops));
    let best = Infinity;
    const end = performance.now() + 60;
    for (let i = 0; i < 6 || performance.now() < end; i++) best = Math.min(best, runs(steps));
    console.log(
      build.padEnd(9),
      name.padEnd(18),
      `${(flops / best / 1e6).toFixed(2)} GFLOP/s`.padStart(15),
      `${((flops / best / peak) * 1e-4).toFixed(0)} %`.padStart(5),
      `${(best * 1000).toFixed(3)} µs`.padStart(14),
    );
  }
}
await close();
