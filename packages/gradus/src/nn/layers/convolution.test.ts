import { describe, expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import { differentiate } from '../../graph/differentiate.ts';
import * as $ from '../../graph/operations.ts';
import { lineUp, Network } from '../../models/network/network.ts';
import type { Executor } from '../../runtime/executor.ts';
import { StoreLayout } from '../../runtime/layout.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { fixture } from '../../testing/trajectories.ts';
import * as layers from '../index.ts';
import { averagePool2d, conv1d, conv2d, convTranspose2d, maxPool2d } from '../index.ts';
import type { Layer } from '../layer.ts';
import { type LayerFactory, layerFactories } from '../registry.ts';

type Named = Readonly<Record<string, number[]>>;

interface Case {
  readonly library: 'keras' | 'torch';
  /** Type, arguments, options. */
  readonly layer: readonly [type: string, ...rest: unknown[]];
  readonly shape: readonly number[];
  readonly x: number[];
  readonly parameters: Named;
  readonly outputShape: readonly number[];
  readonly upstream: number[];
  readonly output: number[];
  readonly gradients: Named;
  readonly gradient: number[];
}

const cases = ['convolution', 'pooling'].flatMap((name) => fixture<{ readonly cases: Case[] }>(name).cases);

const makers = layers as unknown as Readonly<Record<string, (...rest: readonly unknown[]) => Layer>>;
const layerOf = ([type, ...rest]: Case['layer']): Layer => makers[type](...rest);

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** Compute the output and the gradients of Σ upstream·output by one executor, tensor by tensor. */
function run(layer: Layer, { shape, x, parameters, upstream, outputShape }: Case, executor: Executor) {
  const network = new Network(lineUp([layer], shape.slice(1)));
  expect(network.outputShape).toEqual(outputShape.slice(1));
  const store = executor.createStore(new StoreLayout(network.specs), 0);
  const [{ name: own }] = network.architecture.layers;
  for (const [name, values] of Object.entries(parameters)) store.write(`${own}/${name}`, values);
  const { prediction, values } = network.trace(true);
  const loss = $.sum($.multiply(prediction, $.input('upstream', prediction.shape)));
  const [gradient] = differentiate(new Map([[loss, $.constant(1)]]), [values[0]]);
  const program = compile({
    loss,
    outputs: { prediction, gradient: gradient! },
    trainable: network.specs.map(({ name }) => name),
  });
  const session = executor.createSession(program, { store, rowCapacity: shape[0] + 1 });
  session.write('input', x);
  session.write('upstream', upstream);
  expect(session.runOnce(shape[0])).toBe('done');
  const results: Record<string, ArrayLike<number>> = {
    output: session.read('prediction'),
    gradient: session.read('gradient'),
  };
  for (const name of Object.keys(parameters)) results[name] = store.read(`${own}/${name}`, 'gradient');
  return results;
}

const executors = [
  { executor: new ReferenceExecutor('float64'), bound: 1e-10 },
  { executor: new ReferenceExecutor('float32'), bound: 1e-5 },
  { executor: createWasmExecutor({ numerics: 'portable', threads: 1 }), bound: 1e-5 },
  { executor: createWasmExecutor({ numerics: 'fast', threads: 1 }), bound: 1e-5 },
];

const factories: Readonly<Record<string, LayerFactory>> = layerFactories();

const nameOf = ({ library, layer, shape }: Case): string =>
  `${library}: ${JSON.stringify(layer).replaceAll('"', '')} of [${shape}]`;

describe('output and gradients, ‖Δ‖/‖x‖ ≤ 1e-10 in float64 and 1e-5 in float32', () => {
  test.each(cases.map((given) => [nameOf(given), given] as const))('%s', (_, given) => {
    const made = layerOf(given.layer);
    // A layer made from its own options is the same.
    const { type, options } = made.definition;
    const file = JSON.parse(JSON.stringify(options?.() ?? {})) as Record<string, unknown>;
    const again = factories[type](file, 'again');
    expect(again.definition.options?.() ?? {}).toEqual(file);
    for (const layer of [made, again]) {
      for (const { executor, bound } of executors) {
        const results = run(layer, given, executor);
        const expected: Named = { output: given.output, gradient: given.gradient, ...given.gradients };
        for (const [name, values] of Object.entries(expected)) {
          const what = `${name} by ${executor.name}`;
          expect(results[name]?.length, what).toBe(values.length);
          const difference = norm(values.map((value, i) => value - results[name][i]));
          expect(difference, what).toBeLessThanOrEqual(bound * norm(values));
        }
      }
    }
  });
});

const float64 = new ReferenceExecutor('float64');
const caseOf = (
  shape: readonly number[],
  x: number[],
  parameters: Named,
  output: number[],
  outputShape: number[],
): Case => ({
  library: 'keras',
  layer: ['conv2d'],
  shape,
  x,
  parameters,
  output,
  outputShape,
  upstream: output.map(() => 1),
  gradients: {},
  gradient: [],
});

test('padding filled with a value: that number meets the kernel at the border', () => {
  const layer = conv2d(1, 2, {
    padding: [
      [1, 0],
      [0, 1],
    ],
    paddingValue: -1,
    useBias: false,
  });
  const output = [2089, -811, 4321, -608];
  const given = caseOf([1, 2, 2, 1], [1, 2, 3, 4], { kernel: [1, 10, 100, 1000] }, output, [1, 2, 2, 1]);
  const results = run(layer, given, float64);
  expect(Array.from(results['output'])).toEqual(output);
  // By every cell of the kernel: the sum of the four values that it is multiplied by, padding among them.
  expect(Array.from(results['kernel'])).toEqual([1, -1, 10, 4]);
  // By every number of the image: the kernel's cells that it meets.
  expect(Array.from(results['gradient'])).toEqual([101, 1111, 100, 1100]);
});

test('a bias for every position, and connections to some channels', () => {
  const layer = conv2d(3, 1, {
    sharedBias: false,
    connections: [
      [0, 2],
      [1, 0],
      [2, 1],
    ],
  });
  const bias = [0.5, 1, 2, 3, 4, 5];
  const kernel = [1, 10, 100, 2, 20, 200];
  // Filter 0 sees channels 0 and 2 with weights 1 and 2, filter 1 channels 1 and 0 with 10 and 20, and so on.
  const x = [1, 2, 3, -1, 0, 4];
  const output = [7.5, 41, 702, 10, -16, 405];
  const given = caseOf([1, 1, 2, 3], x, { kernel, bias }, output, [1, 1, 2, 3]);
  const results = run(layer, given, float64);
  expect(Array.from(results['output'])).toEqual(output);
  // By the weight of a filter: the sum of the channel that it belongs to.
  expect(Array.from(results['kernel'])).toEqual([0, 2, 7, 7, 0, 2]);
  expect(Array.from(results['bias'])).toEqual([1, 1, 1, 1, 1, 1]);
});

test.each([
  ['filters', () => conv2d(0, 3), /filters is 0/],
  [
    'a kernel of three sizes',
    () => conv2d(1, [1, 2, 3] as never),
    /kernelSize \[1, 2, 3\].*two: height and width/,
  ],
  [
    'padding by a wrong name',
    () => conv2d(1, 3, { padding: 'full' as never }),
    /padding "full".*'valid', 'same'/,
  ],
  ['groups that do not divide the filters', () => conv2d(3, 3, { groups: 2 }), /3 filters in 2 groups/],
  ['connections for too few filters', () => conv2d(3, 3, { connections: [[0]] }), /1 lists for 3 filters/],
  [
    'connections of several lengths',
    () => conv2d(2, 3, { connections: [[0], [0, 1]] }),
    /as many for all filters/,
  ],
  [
    'an unknown option',
    () => conv2d(3, 3, { stride: 2 } as never),
    /option 'stride' of conv2d.*Did you mean 'strides'/,
  ],
  ['causal images', () => conv2d(3, 3, { padding: 'causal' as never }), /padding "causal"/],
  ['a stride below 1', () => conv1d(3, 3, { strides: 0 }), /strides is 0/],
  [
    'output padding of three',
    () => convTranspose2d(1, 2, { outputPadding: [1, 1, 1] as never }),
    /3 numbers/,
  ],
])('%s: refused', (_, make, message) => {
  expect(make).toThrow(message);
});

const build = (layer: Layer, shape: readonly number[]) => () => new Network(lineUp([layer], shape));

test.each([
  [
    'an image without channels',
    build(conv2d(3, 3), [28, 28]),
    /In layer 'conv2d'.*reshape\(\[height, width, channels\]\)/,
  ],
  ['a kernel larger than the image', build(conv2d(3, 5), [4, 9, 1]), /window of 5×5 on an image of 4×9/],
  [
    'groups that do not divide the channels',
    build(conv2d(4, 1, { groups: 2 }), [4, 4, 3]),
    /3 channels in 2 groups/,
  ],
  [
    'a connection to no channel',
    build(conv2d(1, 1, { connections: [[3]] }), [4, 4, 3]),
    /channel 3.*from 0 to 2/,
  ],
  [
    'padding as large as a pool',
    build(maxPool2d(2, { padding: 2 }), [4, 4, 1]),
    /every window must see a cell/,
  ],
  [
    'padding as large as an average',
    build(averagePool2d(2, { padding: 2 }), [4, 4, 1]),
    /every window must see a cell/,
  ],
  ['a pool larger than the image', build(maxPool2d(5), [4, 4, 1]), /window of 5×5/],
  [
    'output padding as large as the stride',
    build(convTranspose2d(1, 3, { strides: 2, outputPadding: 2 }), [4, 4, 1]),
    /less output padding than the stride/,
  ],
])('%s: refused when the model is built', (_, make, message) => {
  expect(make).toThrow(message);
});

test.each([
  ['an image', conv2d(4, 2, { activation: 'relu' }), [3, 3, 2], 'convolutionActivation'],
  ['single cells', conv2d(4, 1, { activation: 'relu' }), [3, 3, 2], 'matmulActivation'],
  ['the whole image', conv2d(4, 3, { activation: 'relu' }), [3, 3, 2], 'matmulActivation'],
  ['a series', conv1d(4, 2, { activation: 'relu' }), [5, 2], 'convolutionActivation'],
  ['single steps', conv1d(4, 1, { activation: 'relu' }), [5, 2], 'matmulActivation'],
])('one instruction for kernel, bias and activation: %s', (_, layer, shape, op) => {
  const { prediction } = new Network(lineUp([layer], shape)).trace(false);
  const program = compile({ outputs: { prediction } });
  expect(program.instructions.map((instruction) => instruction.op)).toEqual([op]);
});
