import { describe, expect, test } from 'vitest';
import { rows } from '../../util/shape.ts';
import type { OpName } from '../attributes.ts';
import * as $ from '../operations.ts';

/** Calls that an op refuses, with a part of the message. */
type Refusals = readonly (readonly [call: () => unknown, message: string])[];
interface NoRefusals {
  readonly reason: string;
}

const tensor = (...shape: number[]) => $.input('x', shape);
const labels = (...shape: number[]) => $.input('labels', shape, 'int');
const images = tensor(2, 5, 4, 3);
const kernel = tensor(3, 3, 3, 8);
const fused = { reason: 'made by fusion from an op that has been checked' };
const elementwise = (call: (x: ReturnType<typeof tensor>) => unknown, name: string): Refusals => [
  [() => call(labels(3)), `${name} of a tensor of type 'int'. Expected type 'float'`],
];

/** Every op: what its shape rule refuses, or why it refuses nothing. An op missing here does not compile. */
const table: { readonly [K in OpName]: Refusals | NoRefusals } = {
  input: [[() => $.input('x', [rows(), 2 ** 29]), "the input 'x' of shape [rows, 536870912]"]],
  parameter: { reason: 'it has no inputs; a model checks its parameters' },
  constant: [[() => $.constant([1, 2, 3], [2, 2]), '3 values for shape [2, 2]. Expected 4 values']],
  count: { reason: 'it has no inputs' },
  unary: elementwise($.exp, 'exp'),
  powerConstant: elementwise((x) => $.pow(x, 3), 'pow'),
  affine: elementwise((x) => $.affine(x, 2, 0), 'affine'),
  clip: elementwise((x) => $.clip(x, 0, 1), 'clip'),
  stopGradient: { reason: 'it takes any tensor' },
  binary: [
    [() => $.add(tensor(2, 3), tensor(2, 4)), '[2, 3] and [2, 4]'],
    [() => $.add(tensor(3), labels(3)), "add of a tensor of type 'int'"],
  ],
  scaledBinary: fused,
  where: [
    [
      () => $.where(tensor(3), tensor(3), tensor(2)),
      'where of shapes [3], [3], [2]. Expected three equal shapes',
    ],
  ],
  activation: elementwise($.relu, 'relu'),
  activationGradient: { reason: 'made by the derivative of an activation that has been checked' },
  matmul: [
    [() => $.matmul(tensor(2, 3), tensor(2, 3)), 'matmul of [2, 3] and [2, 3]. Expected as many columns'],
    [
      () => $.matmul(tensor(2, 3), tensor(2, 3), { transposeA: true, transposeB: true }),
      '[2, 3]ᵀ and [2, 3]ᵀ',
    ],
    [() => $.matmul(tensor(3), tensor(3, 2)), 'the left operand of matmul of shape [3]. Expected 2 axes'],
    [() => $.matmul(tensor(rows(), 3), tensor(3, rows())), 'rows'],
  ],
  matmulActivation: fused,
  matmulActivationGradient: fused,
  convolution: [
    [
      () => $.convolution(tensor(5, 4, 3), kernel),
      'the images of convolution of shape [5, 4, 3]. Expected 4 axes',
    ],
    [() => $.convolution(images, tensor(3, 3, 2, 8)), 'a kernel of shape [3, 3, 2, 8] for 3 channels'],
    [() => $.convolution(images, tensor(6, 1, 3, 8)), 'a window of 6×1 on an image of 5×4'],
    [() => $.convolution(images, kernel, { strides: [0, 1] }), 'strides 0, 1'],
  ],
  convolutionInputGradient: [
    [
      () => $.convolutionInputGradient(tensor(2, 3, 3, 8), kernel, [5, 4]),
      'Expected the shape of its output',
    ],
  ],
  convolutionKernelGradient: [
    [
      () =>
        $.convolutionKernelGradient(images, tensor(2, 3, 3, 8), [3, 3], {
          ...{ strides: [1, 1], dilation: [1, 1], groups: 1 },
          padding: [
            [0, 0],
            [0, 0],
          ],
        }),
      'Expected the shape of its output',
    ],
  ],
  convolutionActivation: fused,
  convolutionActivationGradient: fused,
  maxPool: [
    [() => $.maxPool(images, [6, 2]), 'a window of 6×2 on an image of 5×4'],
    [
      () =>
        $.maxPool(images, [2, 2], {
          padding: [
            [2, 0],
            [0, 0],
          ],
        }),
      'padding 2, 0, 0, 0 for a window of 2×2',
    ],
  ],
  maxPoolGradient: [
    [
      () =>
        $.maxPoolGradient(images, tensor(2, 2, 2, 1), tensor(2, 2, 2, 3), {
          ...{ strides: [2, 2], size: [2, 2] },
          padding: [
            [0, 0],
            [0, 0],
          ],
        }),
      'the gradient of a max pooling, of shape [2, 2, 2, 1]',
    ],
  ],
  reduce: [
    [() => $.max(tensor(2, 0), { axes: 1 }), 'the maximum over an empty axis of [2, 0]'],
    [() => $.sum(labels(3)), "sum of a tensor of type 'int'"],
    [() => $.mean(tensor(2, 3), { axes: 2 }), '2'],
  ],
  broadcast: [[() => $.broadcastTo(tensor(2, 3), [3]), 'broadcast of [2, 3] to [3]']],
  reshape: [
    [() => $.reshape(tensor(2, 3), [4]), 'reshape of [2, 3] to [4]. Expected as many elements as before'],
  ],
  transpose: [[() => $.transpose(tensor(2, 3), [0, 0]), 'transpose of [2, 3] by [0, 0]']],
  slice: [
    [() => $.slice(tensor(4), [2], [3]), 'a slice from 2 of size 3 on axis 0, which has size [4]'],
    [
      () => $.slice(tensor(4, 2), [0], [1]),
      'a slice with 1 starts and 1 sizes of [4, 2]. Expected 2 of each',
    ],
  ],
  pad: [[() => $.pad(tensor(2), [3], [4]), 'a slice from 3 of size 2']],
  concatenate: [
    [() => $.concatenate([]), 'concatenate of nothing'],
    [() => $.concatenate([tensor(2, 3), tensor(3, 3)]), 'concatenate of [2, 3], [3, 3] along axis 1'],
  ],
  row: [[() => $.softmax($.constant(1)), 'softmax of a scalar. Expected at least one axis']],
  rowGradient: { reason: 'made by the derivative of a row function that has been checked' },
  softmaxCrossEntropy: [
    [() => $.softmaxCrossEntropy(tensor(4), labels(4)), 'the logits of a softmax cross-entropy of shape [4]'],
    [
      () => $.softmaxCrossEntropy(tensor(4, 3), labels(3)),
      "targets of shape [3] and type 'int' for logits [4, 3]",
    ],
    [() => $.softmaxCrossEntropy(tensor(4, 3), tensor(4)), "targets of shape [4] and type 'float'"],
  ],
  softmaxCrossEntropyGradient: { reason: 'made by the derivative of a cross-entropy that has been checked' },
  softmaxCrossEntropyWithGradient: fused,
  oneHot: { reason: 'a label that is no class gives a row of zeros' },
  take: [
    [() => $.take($.constant(1), labels(2)), 'take from [] by indices'],
    [() => $.take(labels(3, 2), labels(2)), "take of a tensor of type 'int'"],
  ],
  takeGradient: { reason: 'made by the derivative of take' },
  countCorrect: [[() => $.countCorrect(tensor(4, 3), labels(3)), 'targets of shape [3]']],
  dropout: [
    [
      () => $.dropout(tensor(3), 1, 'mask'),
      'dropout rate 1. Expected a number from 0 up to, not including, 1',
    ],
    [() => $.dropout(labels(3), 0.5, 'mask'), "dropout of a tensor of type 'int'"],
  ],
  random: [[() => $.randomNormal([2 ** 29], 0, 1, 'noise'), 'random of shape [536870912]']],
  lstmCell: [[() => $.lstmCell(tensor(2, 12), tensor(2, 4)), 'lstmCell of [2, 12] and [2, 4]']],
  lstmCellGradient: { reason: 'made by the derivative of a cell that has been checked' },
  repeat: [
    [
      () => $.repeat({ count: 2, carried: [tensor(3)] }, ([x]) => ({ carried: [$.sum(x)] })),
      'a loop that turns the carried [3] into []',
    ],
    [
      () => $.repeat({ count: 2, carried: [tensor()], sliced: [tensor(3, 4)] }, ([x]) => ({ carried: [x] })),
      "a loop's input of shape [3, 4]. Expected [2, 4]",
    ],
  ],
};

describe('a shape rule refuses what does not fit, and says why', () => {
  for (const [op, refusals] of Object.entries(table)) {
    if ('reason' in refusals) continue;
    test(op, () => {
      for (const [call, message] of refusals) expect(call).toThrow(message);
    });
  }
});
