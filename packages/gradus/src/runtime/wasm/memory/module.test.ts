import { expect, test } from 'vitest';
import { platform } from '#platform';
import { UnsupportedError } from '../../../util/errors.ts';
import { kernels } from '../generated/kernels.ts';
import { Assembler } from '../machine/assembler.ts';
import { Context, Status } from '../machine/opcodes.ts';
import { kernelBinary } from './kernelBinary.ts';
import {
  createKernelMemory,
  fastBuildSupported,
  instantiateKernels,
  type Kernels,
  RESERVED_BYTES,
} from './module.ts';
import { relaxedSimdSupported, simdSupported } from './probe.ts';
import type { WasmMemory } from './webAssembly.ts';

/** Fill 9 floats with 2.5 and hand them back. */
const fill = (kernels: Kernels, memory: WasmMemory): number[] => {
  const [program, context, out] = [RESERVED_BYTES, RESERVED_BYTES + 1024, RESERVED_BYTES + 2048];
  const assembler = new Assembler(1);
  assembler.fill(out, 9, 2.5);
  const { words } = assembler.assemble(program);
  const cells = new Int32Array(memory.buffer);
  cells.set(words, program / 4);
  const fields = [
    [Context.Program, program],
    [Context.ProgramEnd, program + 4 * words.length],
    [Context.Instruction, program],
    [Context.Steps, 1],
    [Context.BatchSize, 1],
    [Context.OrderLength, 1],
  ] as const;
  for (const [field, value] of fields) cells[(context + field) / 4] = value;
  new Float64Array(memory.buffer, context + Context.Budget, 1)[0] = Number.POSITIVE_INFINITY;
  expect(kernels.run(context)).toBe(Status.Done);
  return Array.from(new Float32Array(memory.buffer, out, 9));
};

const expected = Array.from({ length: 9 }, () => 2.5);

test('the kernels run in a memory of their own', () => {
  const memory = createKernelMemory(3);
  expect(fill(instantiateKernels('portable', memory), memory)).toEqual(expected);
});

test('the kernels run in a memory that threads share', () => {
  const memory = createKernelMemory(3, true);
  expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(fill(instantiateKernels('portable', memory), memory)).toEqual(expected);
});

test('a memory grows under the kernels', () => {
  const memory = createKernelMemory(2);
  const kernels = instantiateKernels('portable', memory);
  memory.grow(3);
  expect(fill(kernels, memory)).toEqual(expected);
});

test('the engine runs vectors; relaxed ones are probed for, and asked for once where they are behind a flag', () => {
  expect(simdSupported()).toBe(true);
  expect(fastBuildSupported()).toBe(relaxedSimdSupported());
  const memory = createKernelMemory(3);
  if (fastBuildSupported()) expect(fill(instantiateKernels('fast', memory), memory)).toEqual(expected);
  else expect(() => instantiateKernels('fast', memory)).toThrow(UnsupportedError);
});

const namesOf = (list: readonly { readonly name: string; readonly kind: string }[]) =>
  list.map(({ name, kind }) => `${kind} ${name}`);

test('the builds are valid modules, which take a memory and a library and give what runs programs', () => {
  for (const build of fastBuildSupported() ? (['portable', 'fast'] as const) : (['portable'] as const)) {
    const module = new WebAssembly.Module(kernelBinary(kernels, build));
    expect(namesOf(WebAssembly.Module.imports(module))).toEqual(['function product', 'memory memory']);
    expect(namesOf(WebAssembly.Module.exports(module))).toEqual(['function run', 'function assist']);
  }
});

test('the platform is Node: it tells the time and lets other work go first', async () => {
  expect(platform.name).toBe('node');
  const start = platform.now();
  const order: string[] = [];
  setImmediate(() => order.push('other work'));
  await platform.yieldToEventLoop();
  order.push('after');
  expect(order).toEqual(['other work', 'after']);
  expect(platform.now()).toBeGreaterThanOrEqual(start);
});
