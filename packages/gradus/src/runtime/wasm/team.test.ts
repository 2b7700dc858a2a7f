import { expect, test } from 'vitest';
import { dense, sequential } from '../../index.ts';
import { dropout } from '../../nn/index.ts';
import { adam } from '../../optim/index.ts';
import { ThreadError } from '../../util/errors.ts';
import { Assembler } from './assembler.ts';
import { createWasmExecutor } from './executor.ts';
import { heapOf } from './heap.ts';
import { fastBuildSupported, type KernelBuild } from './module.ts';
import { Context, Team as Field, Status, Unary } from './opcodes.ts';

const builds: readonly KernelBuild[] = fastBuildSupported() ? ['portable', 'fast'] : ['portable'];

/** Train a network of odd sizes, with dropout and a partial last batch; all its weights. */
async function weightsAfter(build: KernelBuild, threads: number): Promise<Float32Array> {
  const rows = 300;
  const x = Float32Array.from({ length: rows * 67 }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Int32Array.from({ length: rows }, (_, i) => (i * 31) % 5);
  const layers = [
    dense(133, { activation: 'tanh' }),
    dropout(0.3),
    dense(201, { activation: 'relu' }),
    dense(5),
  ];
  const model = sequential(layers, { inputShape: [67] });
  await model.fit(
    { x: { values: x, width: 67 }, y },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 3,
      batchSize: 128,
      executor: createWasmExecutor({ numerics: build, threads }),
    },
  );
  return Float32Array.from(model.getWeights().flatMap(({ values }) => [...values]));
}

for (const build of builds) {
  test(`any number of threads gives the same bits: ${build}`, async () => {
    const alone = await weightsAfter(build, 1);
    expect(alone.every(Number.isFinite)).toBe(true);
    const heap = heapOf(build);
    const team = heap.team!;
    await team.start(4);
    const jobs = () => heap.ints[(team.address + Field.Job) / 4];
    for (const threads of [2, 3, 4]) {
      const before = jobs();
      expect(await weightsAfter(build, threads)).toEqual(alone);
      expect(jobs()).toBeGreaterThan(before);
    }
    const before = jobs();
    expect(await weightsAfter(build, 1)).toEqual(alone);
    expect(jobs()).toBe(before);
  });
}

test('thousands of tiny jobs, paused anywhere, lose and repeat no tile', async () => {
  const heap = heapOf('portable');
  const team = heap.team!;
  await team.start(4);
  const owner = {};
  const [n, tile] = [1000, 16];
  const [call, program, x] = [Context.Size, 4096, 4 * n].map((bytes) => heap.allocate(bytes, owner));
  const assembler = new Assembler(1);
  // Adds one to itself: a tile that ran twice, or not at all, would show.
  const place = assembler.unary(Unary.Affine, n, x, x, 1, 1);
  const { words } = assembler.assemble(program);
  words[place + 3] = tile;
  words[place + 6] = 1 << 20;
  heap.ints.set(words, program / 4);
  const set = (field: Context, value: number) => {
    heap.ints[(call + field) / 4] = value;
  };
  const steps = 5000;
  set(Context.Program, program);
  set(Context.ProgramEnd, program + 4 * words.length);
  set(Context.Instruction, program);
  set(Context.Steps, steps);
  set(Context.Team, team.address);
  set(Context.Threads, 4);
  let calls = 0;
  let status = Status.Paused;
  while (status === Status.Paused) {
    // Budgets of one tile up to several steps.
    heap.doubles[(call + Context.Budget) / 8] = (1 << 20) * (1 + ((calls * 37) % 211));
    status = heap.kernels.run(call);
    calls++;
  }
  expect(status).toBe(Status.Done);
  expect(calls).toBeGreaterThan(1000);
  expect(new Set(heap.floats.subarray(x / 4, x / 4 + n))).toEqual(new Set([steps]));
  heap.release(owner);
});

test.each([0, 65, 1.5, Number.NaN])('threads: %d is refused', (threads) => {
  expect(() => createWasmExecutor({ threads })).toThrow(/threads: .* Expected a whole number from 1 to 64/);
});

test('a thread that crashes in its work is an error, not an endless wait', async () => {
  const heap = heapOf('portable');
  const team = heap.team!;
  await team.start(2);
  // As if a thread had claimed a tile and crashed.
  heap.ints[(team.address + Field.Expected) / 4] = 1;
  heap.ints[(team.address + Field.Finished) / 4] = 0;
  heap.ints[(team.address + Field.Failed) / 4] = 1;
  await expect(weightsAfter('portable', 2)).rejects.toThrow(ThreadError);
  // From then on the caller computes alone.
  expect((await weightsAfter('portable', 2)).every(Number.isFinite)).toBe(true);
});
