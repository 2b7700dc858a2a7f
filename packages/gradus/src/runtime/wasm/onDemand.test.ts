import { expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import type { ActivationFunction, BinaryFunction, UnaryFunction } from '../../graph/attributes.ts';
import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { sequential } from '../../models/build.ts';
import { activation, conv2d, dense, flatten } from '../../nn/index.ts';
import { trainOddNetwork } from '../../testing/oddNetwork.ts';
import { StoreLayout } from '../layout.ts';
import { createWasmExecutor } from './executor.ts';
import { heapOf } from './heap.ts';
import { activationKinds, binaryKinds, unaryKinds } from './kinds.ts';
import { isFurther, loadFurther } from './onDemand.ts';
import { Team as Field } from './opcodes.ts';

const executor = createWasmExecutor({ numerics: 'portable' });
const x = $.input('x', [-1, 3]);
const programOf = (y: Tensor) => compile({ outputs: { y } });
const sessionOf = (y: Tensor) =>
  executor.createSession(programOf(y), {
    store: executor.createStore(new StoreLayout([]), 0),
    rowCapacity: 2,
  });

const operations = { ...$ };

// The tests of this file go on from one another: what is loaded stays loaded.
test('what waits for nothing runs by the first kernels', () => {
  const functions: Record<string, (x: Tensor) => Tensor> = {
    ...Object.fromEntries(Object.keys(unaryKinds).map((name) => [name, operations[name as UnaryFunction]])),
    ...Object.fromEntries(
      Object.keys(binaryKinds).map((name) => [
        name,
        (x: Tensor) => operations[name as BinaryFunction](x, 0.5),
      ]),
    ),
    ...Object.fromEntries(
      Object.keys(activationKinds)
        .filter((name) => name !== 'identity')
        .map((name) => [name, operations[name as Exclude<ActivationFunction, 'identity'>]]),
    ),
    affine: (x) => $.affine(x, 2, 1),
    clip: (x) => $.clip(x, 0, 1),
    dropout: (x) => $.dropout(x, 0.5, 'mask'),
    sum: (x) => $.sum(x),
    max: (x) => $.max(x, { axes: 1 }),
    softmax: $.softmax,
    product: (x) => $.matmul($.transpose(x), x),
  };
  const firsts = Object.entries(functions).flatMap(([name, build]) => {
    const program = programOf(build(x));
    if (program.instructions.some(isFurther)) return [];
    const session = sessionOf(build(x));
    session.write('x', [1, 2, 3, 4, 5, 6]);
    expect(session.runOnce(2), name).toBe('done');
    return [name];
  });
  expect(firsts).toContain('relu');
  expect(firsts).toContain('squaredDifference');
  expect(firsts).not.toContain('erf');
  expect(firsts.length).toBeGreaterThan(15);
});

test('a program that needs further kernels waits for them once; others wait for nothing', async () => {
  expect(executor.prepare(programOf($.relu(x)))).toBeUndefined();
  for (const y of [$.sin(x), $.gelu(x), $.pow($.absolute(x), x), $.softmax(x), $.transpose(x)]) {
    expect(() => sessionOf(y)).toThrow('not prepared for this program');
  }
  const loading = executor.prepare(programOf($.sin(x)));
  expect(loading).toBeInstanceOf(Promise);
  await loading;
  expect(executor.prepare(programOf($.gelu(x)))).toBeUndefined();
  const session = sessionOf($.pow($.absolute(x), 2.5));
  session.write('x', [1, -4, 9]);
  session.runOnce(1);
  expect([...session.read('y')]).toEqual([1, 32, 243]);
});

test('without a program everything is loaded', async () => {
  expect(executor.prepare()).toBeUndefined();
  await loadFurther();
});

test('threads that were there before serve on; those of further kernels are others, with the same bits', async () => {
  const heap = heapOf('portable');
  const alone = await trainOddNetwork(createWasmExecutor({ numerics: 'portable', threads: 1 }));
  const { team } = heap;
  await team!.start(3);
  const jobsOf = (address: number) => heap.ints[(address + Field.Job) / 4];
  const images = async (threads: number): Promise<string> => {
    const layers = [conv2d(9, 3, { activation: 'silu' }), flatten(), activation('mish'), dense(3)];
    const model = sequential(layers, { inputShape: [12, 12, 3] });
    const values = Float32Array.from({ length: 64 * 432 }, (_, i) => ((i * 7919) % 1009) / 1009);
    const y = Int32Array.from({ length: 64 }, (_, i) => i % 3);
    const runner = createWasmExecutor({ numerics: 'portable', threads });
    const options = { loss: 'softmaxCrossEntropy', optimizer: 'nadam', epochs: 2, executor: runner } as const;
    await model.fit({ x: { values, width: 432 }, y }, options);
    return model
      .getWeights()
      .map((tensor) => tensor.values.join())
      .join();
  };
  const first = await images(1);
  const further = heap.teamFor(true)!;
  expect(further).not.toBe(team);
  expect(heap.teamFor(false)).toBe(team);
  await further.start(3);
  for (const threads of [2, 3]) {
    const before = jobsOf(further.address);
    expect(await images(threads)).toBe(first);
    expect(jobsOf(further.address)).toBeGreaterThan(before);
  }
  const before = jobsOf(team!.address);
  const again = await trainOddNetwork(createWasmExecutor({ numerics: 'portable', threads: 3 }));
  expect(again).toEqual(alone);
  expect(jobsOf(team!.address)).toBeGreaterThan(before);
});

test('where no thread has been started, those of further kernels serve all programs', () => {
  const heap = heapOf('fast');
  expect(heap.teamFor(false)).toBe(heap.team);
  const further = heap.teamFor(true);
  expect(further).not.toBe(heap.team);
  expect(heap.teamFor(false)).toBe(further);
});
