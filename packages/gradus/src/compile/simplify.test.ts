import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { reachableNodes, type Tensor } from '../graph/tensor.ts';
import { compile } from './compile.ts';
import { fuse } from './fuse.ts';
import { simplify } from './simplify.ts';

const opsOf = (tensor: Tensor): string[] => reachableNodes([tensor]).map(({ op }) => op);
const simplified = (tensor: Tensor): Tensor => simplify([tensor], 'emit')[0];

const x = $.parameter('x', [3, 4]);

test('stopGradient stays until the derivative is built', () => {
  const loss = $.sum($.multiply(x, $.stopGradient(x)));
  expect(opsOf(simplify([loss], 'differentiate')[0])).toContain('stopGradient');
  expect(opsOf(simplified(loss))).not.toContain('stopGradient');
});

test('a loop keeps what its derivative reads until the derivative is built', () => {
  const loop = $.repeat({ count: 3, carried: [x] }, ([state]) => ({ carried: [$.sin($.tanh(state))] }));
  const outputs = (tensor: Tensor): number => tensor.node.outputs.length;
  expect(outputs(simplify(loop.carried, 'differentiate')[0])).toBeGreaterThan(1);
  expect(outputs(simplify(loop.carried, 'emit')[0])).toBe(1);
});

test('values that JSON writes alike stay distinct', () => {
  const both = $.add($.clip(x, 0, Number.POSITIVE_INFINITY), $.clip(x, 0, Number.NEGATIVE_INFINITY));
  expect(opsOf(simplified(both)).filter((op) => op === 'clip').length).toBe(2);
});

test('equal computations are made once', () => {
  expect(opsOf(simplified($.add($.sin(x), $.sin(x)))).filter((op) => op === 'unary').length).toBe(1);
});

test('dropout of one stream is one mask, of two streams two', () => {
  const twice = (a: string, b: string): Tensor => $.add($.dropout(x, 0.5, a), $.dropout(x, 0.5, b));
  const masks = (tensor: Tensor): number => opsOf(simplified(tensor)).filter((op) => op === 'dropout').length;
  expect(masks(twice('a', 'a'))).toBe(1);
  expect(masks(twice('a', 'b'))).toBe(2);
});

test('a function of a broadcast value is computed before the broadcast', () => {
  const row = $.parameter('row', [4]);
  const made = simplified($.sin($.broadcastTo(row, [3, 4])));
  expect(made.node.op).toBe('broadcast');
  expect(made.node.inputs[0].node.op).toBe('unary');
});

test('factors are joined', () => {
  const made = simplified($.affine($.affine(x, 2, 1), 3, 4));
  expect(opsOf(made)).toEqual(['parameter', 'affine']);
  expect(made.node.attributes).toEqual({ scale: 6, shift: 7 });
});

test('transposes are read in place by products', () => {
  const made = simplified($.matmul($.transpose(x), x));
  expect(opsOf(made)).toEqual(['parameter', 'matmul']);
  expect(made.node.attributes).toEqual({ transposeA: true, transposeB: false });
});

test('two cross-entropies whose gradients wait for each other are not both fused', () => {
  const labels = $.input('labels', [3], 'int');
  const y = $.parameter('y', [3, 4]);
  const loss = $.multiply($.mean($.softmaxCrossEntropy(x, labels)), $.mean($.softmaxCrossEntropy(y, labels)));
  const ops = compile({ loss, trainable: ['x', 'y'] }).instructions.map(({ op }) => op);
  expect(ops.filter((op) => op.startsWith('softmaxCrossEntropy')).sort()).toEqual([
    'softmaxCrossEntropy',
    'softmaxCrossEntropyGradient',
    'softmaxCrossEntropyWithGradient',
  ]);
});

test('a product that something else reads stays a product', () => {
  const product = $.matmul(x, $.parameter('w', [4, 2]));
  const [made] = fuse([$.add($.relu(product), product)]);
  expect(opsOf(made)).toContain('matmul');
  expect(opsOf(made)).not.toContain('matmulActivation');
});

test('transposes of transposes are one or none, and those of picked slices pick in another order', () => {
  const y = $.parameter('y', [2, 3, 4]);
  expect(opsOf(simplified($.transpose($.transpose(y, [1, 0, 2]), [1, 0, 2])))).toEqual(['parameter']);
  const once = simplified($.transpose($.transpose(y, [1, 2, 0]), [1, 0, 2]));
  expect(opsOf(once)).toEqual(['parameter', 'transpose']);
  expect(once.shape).toEqual([4, 3, 2]);
  const picked = $.take(x, $.parameter('indices', [5, 2]));
  expect(opsOf(simplified($.transpose(picked, [1, 0, 2])))).toEqual([
    ...['parameter', 'parameter', 'transpose', 'take'],
  ]);
  expect(opsOf(simplified($.transpose(picked, [2, 0, 1]))).at(-1)).toBe('transpose');
});
