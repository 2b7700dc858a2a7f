import { expect, test, vi } from 'vitest';
import { platform } from '#platform';
import { trainOddNetwork } from '../../../testing/oddNetwork.ts';
import { ThreadError } from '../../../util/errors.ts';
import { createWasmExecutor } from '../executor.ts';
import { Assembler } from '../machine/assembler.ts';
import { Context, Team as Field, Status, Unary } from '../machine/opcodes.ts';
import { Heap, heapOf } from '../memory/heap.ts';
import { fastBuildSupported, type KernelBuild } from '../memory/module.ts';

const builds: readonly KernelBuild[] = fastBuildSupported() ? ['portable', 'fast'] : ['portable'];

/** All weights of a network of odd sizes, trained by so many threads. */
const weightsAfter = async (numerics: KernelBuild, threads: number): Promise<Float32Array> =>
  (await trainOddNetwork(createWasmExecutor({ numerics, threads }))).weights;

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

test('threads that a run does not ask for sleep through its jobs, and come back for others', async () => {
  const heap = heapOf('portable');
  const team = heap.team!;
  await team.start(4);
  const sleepers = () => Atomics.load(heap.ints, (team.address + Field.Sleepers) / 4);
  for (const [threads, others] of [
    [2, 1],
    [4, 3],
    [3, 2],
  ]) {
    await weightsAfter('portable', threads);
    // Whoever has looked for tiles of these jobs waits for the next one by now.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect.poll(sleepers, { timeout: 10_000 }).toBe(others);
  }
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

test('no thread takes a tile of a first job that is half written', async () => {
  const heap = new Heap('portable');
  const team = heap.team!;
  await team.start(2);
  const cell = (field: Field) => (team.address + field) / 4;
  // As the caller writes them down, before it opens the job.
  Atomics.store(heap.ints, cell(Field.Threads), 2);
  Atomics.store(heap.ints, cell(Field.End), 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(Atomics.load(heap.ints, cell(Field.Ticket))).toBe(0x7fffffff);
  expect(Atomics.load(heap.ints, cell(Field.Failed))).toBe(0);
  team.abandon();
});

/** A team of a memory of its own, with a thread that looks for work. */
async function startedTeam() {
  const team = new Heap('portable').team!;
  await team.start(2);
  while (team.ready === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  return team;
}

test('the run whose tile was lost fails, not the one that comes next', async () => {
  const team = await startedTeam();
  const stalled = () => Status.Stalled;
  const other = (address: number) => (address === 0 ? Status.Done : Status.Stalled);
  expect(team.runWith(stalled)).toBe(Status.Stalled);
  // It waits for the same tile.
  expect(team.runWith(other)).toBe(Status.Stalled);
  team.abandon();
  expect(team.runWith(other)).toBe(Status.Done);
  expect(() => team.runWith(stalled)).toThrow(ThreadError);
  expect(team.runWith(other)).toBe(Status.Done);
});

test('a thread that never comes back fails the run, also one that leaves the event loop no turn', async () => {
  const team = await startedTeam();
  const stalled = () => Status.Stalled;
  const wait = () => {
    for (let i = 0; i < 1000; i++) team.runWith(stalled);
  };
  expect(wait).toThrow(ThreadError);
  expect(team.runWith(() => Status.Done)).toBe(Status.Done);
});

test('threads that find no memory leave the caller to compute alone', async () => {
  const heap = new Heap('portable');
  const team = heap.team!;
  heap.allocate = () => {
    throw new Error('no room');
  };
  const warned = new Promise<string>((resolve) => {
    vi.spyOn(platform, 'warn').mockImplementationOnce(resolve);
  });
  team.worked(1000, 2);
  expect(await warned).toMatch(/no room.*goes on with one thread/);
  expect(team.wants(64)).toBe(false);
  expect(team.runWith((address) => (address === 0 ? Status.Done : Status.Stalled))).toBe(Status.Done);
});

test('a run that throws takes its threads along: its job stays open', async () => {
  const team = await startedTeam();
  const trap = () => {
    throw new Error('trap');
  };
  expect(() => team.runWith(trap)).toThrow('trap');
  expect(team.ready).toBeLessThanOrEqual(0);
});

test('options of the executor that nobody reads are refused', () => {
  expect(() => createWasmExecutor({ thread: 2 } as never)).toThrow(/thread/);
  expect(() => createWasmExecutor(2 as never)).toThrow(/2 as the options of createWasmExecutor/);
  expect(() => createWasmExecutor({ numerics: 'exact' as never })).toThrow(/numerics 'exact'/);
});
