import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import type { RandomGraph } from '../testing/randomGraph.ts';
import { differences, runCompiled, runInterpreted, scales } from '../testing/runGraph.ts';
import { createStream } from '../util/random.ts';
import { rows } from '../util/shape.ts';
import { compile } from './compile.ts';

const ROWS = 5;
const WIDTH = 6;
const NAMES = ['u', 'v', 'w'];

const stream = createStream(3, 'data');
const draw = (n: number): Float64Array =>
  Float64Array.from({ length: n }, () => Math.fround(stream.normal()));
const x = $.input('x', [-1, WIDTH]);
const [u, v, w] = NAMES.map((name) => $.parameter(name, [WIDTH, WIDTH]));
const bias = $.parameter('bias', [WIDTH]);

const specs = [
  ...NAMES.map((name) => ({ name, shape: [WIDTH, WIDTH], trainable: true })),
  { name: 'bias', shape: [WIDTH], trainable: true },
];
const values = new Map(specs.map(({ name, shape }) => [name, draw(shape.reduce((a, b) => a * b, 1))]));
const table = draw(ROWS * WIDTH);

/** A graph over x with the mean square of its output for a loss. */
const graphOf = (output: Tensor): RandomGraph => ({
  seed: 0,
  rows: ROWS,
  loss: $.mean($.square(output)),
  outputs: { output },
  parameters: specs,
  values,
  inputs: [{ name: 'x', width: WIDTH, values: table }],
});

/** The instructions of a step in order, without those that stand in every program. */
const opsOf = ({ loss, parameters }: RandomGraph): string[] =>
  compile({ loss, trainable: parameters.map(({ name }) => name) })
    .instructions.map(({ op, attributes }) => ('addend' in attributes && attributes.addend ? `${op} +` : op))
    .filter((op) => !['count', 'record', 'checkFinite', 'stopUnlessFinite'].includes(op));

const loop = (step: (carried: Tensor) => Tensor): Tensor =>
  $.repeat({ count: 3, carried: [x] }, ([carried]) => ({ carried: [step(carried)] })).carried[0];

const graphs: Readonly<Record<string, RandomGraph>> = {
  'a scaled difference, broadcast along both axes': graphOf(
    $.multiply($.mean(u), $.subtract($.matmul(x, w), $.reshape($.sum(x, { axes: 1 }), [-1, 1]))),
  ),
  'a scaled quotient that is read twice': graphOf(
    ((q: Tensor) => $.add($.multiply(q, $.sum(v)), q))($.divide(x, $.affine($.square(bias), 1, 1))),
  ),
  'a recurrent cell': graphOf($.tanh($.add($.add($.matmul(x, u), $.matmul($.sin(x), v)), bias))),
  'three products and a bias, in any order': graphOf(
    $.add($.matmul(x, u), $.add(bias, $.add($.matmul($.sin(x), v), $.matmul($.cos(x), w)))),
  ),
  'a residual block': graphOf($.add(x, $.matmul($.relu($.matmul(x, u)), v))),
  'a sum of a product with itself': graphOf($.add($.matmul(x, u), $.matmul(x, u))),
  'a product on top of an input and a parameter': graphOf($.add($.matmul(u, v), w)),
  'a weight read by two layers and a penalty': graphOf(
    $.concatenate(
      [$.tanh($.matmul($.tanh($.matmul(x, u)), u)), $.broadcastTo($.sum($.square(u)), [-1, 1])],
      1,
    ),
  ),
  'a recurrent loop': graphOf(loop((h) => $.tanh($.add($.add($.matmul(x, u), $.matmul(h, v)), bias)))),
  'a loop that adds to its state': graphOf(loop((h) => $.add(h, $.matmul($.sin(x), v)))),
  'a loop that adds its state to a product of its state': graphOf(loop((h) => $.add(h, $.matmul(h, v)))),
  'a loop that doubles its state': graphOf(loop((h) => $.add(h, h))),
  'a loop whose state is read by a later reshape': graphOf(
    loop((h) => $.add($.matmul($.sin(h), v), $.transpose($.reshape($.transpose(h), [WIDTH, -1])))),
  ),
};

for (const [name, graph] of Object.entries(graphs)) {
  test(`${name} gives the unfused result, within 1e-12 in float64 and 2e-5 in float32`, () => {
    const truth = runInterpreted(graph, 'float64');
    const size = scales(truth);
    for (const [executor, bound] of [
      [new ReferenceExecutor(), 1e-12],
      [createWasmExecutor({ numerics: 'portable' }), 2e-5],
      [createWasmExecutor(), 2e-5],
    ] as const) {
      for (const [tensor, difference] of differences(runCompiled(graph, executor), truth))
        expect(difference / (size.get(tensor)! + 1e-30), `${executor.name} ${tensor}`).toBeLessThan(bound);
    }
  });
}

test('a recurrent cell is two products', () => {
  expect(opsOf(graphs['a recurrent cell']).slice(0, 4)).toEqual([
    ...['matmul', 'unary'],
    ...['binary', 'matmulActivation +'],
  ]);
});

test('gradients of a shared weight are summed by the products themselves', () => {
  const ops = opsOf(graphOf($.tanh($.matmul($.tanh($.matmul(x, u)), u))));
  expect(ops.filter((op) => op.startsWith('matmul'))).toEqual([
    ...['matmulActivation', 'matmulActivation'],
    ...['matmul', 'matmulActivationGradient', 'matmulActivation +'],
  ]);
  expect(ops).not.toContain('copy');
});

test('the gradient of a recurrent weight is one product after the loop', () => {
  const ops = opsOf(graphs['a recurrent loop']);
  const end = ops.lastIndexOf('loopEnd');
  const backward = ops.slice(ops.lastIndexOf('loopBegin') + 1, end);
  expect(backward).not.toContain('copy');
  expect(backward.filter((op) => op.startsWith('matmul'))).toEqual(['matmul']);
  expect(ops.slice(end).filter((op) => op.startsWith('matmul')).length).toBe(2);
});

test('the loop of a derivative adds to its other sums in place', () => {
  const ops = opsOf(graphOf(loop((h) => $.multiply($.tanh(h), $.matmul(x, u)))));
  const backward = ops.slice(ops.lastIndexOf('loopBegin') + 1, ops.lastIndexOf('loopEnd'));
  expect(backward).toContain('binary');
  expect(backward).not.toContain('copy');
});

test('a convolution takes over bias, activation and slope; the gradient of a pooling comes after the slope', () => {
  const x = $.input('x', [rows(), 6, 6, 2]);
  const [k1, b1] = [$.parameter('k1', [3, 3, 2, 4]), $.parameter('b1', [4])];
  const [k2, b2] = [$.parameter('k2', [3, 3, 4, 3]), $.parameter('b2', [3])];
  const first = $.tanh($.add($.convolution(x, k1), b1));
  const second = $.relu($.add($.convolution(first, k2), b2));
  const loss = $.mean($.square($.maxPool(second, [2, 2])));
  const program = compile({ loss, trainable: ['k1', 'b1', 'k2', 'b2'] });
  const ops = program.instructions.map(({ op }) => op);
  expect(
    ops.filter((op) => op.startsWith('convolution') || op.includes('ctivation') || op.startsWith('maxPool')),
  ).toEqual([
    'convolutionActivation',
    'convolutionActivation',
    'maxPool',
    'activationGradient',
    'maxPoolGradient',
    'convolutionKernelGradient',
    'convolutionActivationGradient',
    'convolutionKernelGradient',
  ]);
  const slope = program.instructions.find(({ op }) => op === 'activationGradient')!;
  expect(program.buffers[slope.outputs[0]].shape).toEqual([rows(), 1, 1, 3]);
});
