import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { type Tensor, withScope } from '../graph/tensor.ts';
import { compile } from './compile.ts';
import { formatProgram } from './formatProgram.ts';

type Activation = (x: Tensor) => Tensor;

const dense = (x: Tensor, name: string, units: number, activation: Activation = (sum) => sum): Tensor =>
  withScope(name, () => {
    const weight = $.parameter(`${name}.weight`, [x.shape[1], units]);
    return activation($.add($.matmul(x, weight), $.parameter(`${name}.bias`, [units])));
  });

const crossEntropy = (logits: Tensor): Tensor =>
  withScope('loss', () => $.mean($.softmaxCrossEntropy(logits, $.input('labels', [-1], 'int'))));

const meanSquaredError = (prediction: Tensor): Tensor =>
  withScope('loss', () => $.mean($.squaredDifference(prediction, $.input('target', prediction.shape))));

const parameters = (...names: string[]): string[] =>
  names.flatMap((name) => [`${name}.weight`, `${name}.bias`]);

/** The ops of a program in order, without those that stand in every program. */
function opsOf(loss: Tensor, names: readonly string[]): string[] {
  return compile({ loss, trainable: parameters(...names) })
    .instructions.map(({ op, attributes }) =>
      'function' in attributes && attributes.function !== 'identity' ? `${op}.${attributes.function}` : op,
    )
    .filter((op) => !['count', 'record', 'checkFinite', 'stopUnlessFinite'].includes(op));
}

test('a classifier prints itself', () => {
  const hidden = dense($.input('x', [-1, 4]), 'dense_1', 8, $.relu);
  const program = compile({
    loss: crossEntropy(dense(hidden, 'dense_2', 3)),
    trainable: parameters('dense_1', 'dense_2'),
    gathered: true,
    update: {
      rule: 'sgd',
      scalarsPerRun: 1,
      runs: [
        {
          offset: 0,
          size: 96,
          constants: { weightDecay: 0, momentum: 0, beta1: 0, beta2: 0, epsilon: 0, underRoot: 0 },
        },
      ],
    },
  });
  expect(formatProgram(program, 32)).toMatchInlineSnapshot(`
    "value and gradient:
       0  x[rows, 4] = gather                                                                                   ; 512 B, batch
       1  labels[rows] = gather                                                                                 ; 128 B, batch
       2  b6[] = count extent=-1                                                                                ; 4 B, loss
       3  b8[] = binary.divide(1, b6[])                                                                         ; 4 B, loss
       4  b11[rows, 8] = matmulActivation.relu(x[rows, 4], dense_1.weight[4, 8], dense_1.bias[8])               ; 1024 B, dense_1
       5  b14[rows, 3] = matmulActivation(b11[rows, 8], dense_2.weight[8, 3], dense_2.bias[3])                  ; 384 B, dense_2
       6  b15[rows], b16[rows, 3] = softmaxCrossEntropyWithGradient(b14[rows, 3], labels[rows], b8[])           ; 512 B, loss
       7  b17[] = reduce.mean(b15[rows]) start=0 end=1                                                          ; 4 B, loss
       8  ∂dense_2.bias[3] = reduce.sum(b16[rows, 3]) start=0 end=1                                             ; 12 B, dense_2
       9  ∂dense_2.weight[8, 3] = matmul(b11[rows, 8], b16[rows, 3]) transposeA                                 ; 96 B, dense_2
      10  b18[rows, 8] = matmulActivationGradient.relu(b16[rows, 3], dense_2.weight[8, 3], b11[rows, 8]) transposeB  ; 1024 B, dense_1
      11  ∂dense_1.bias[8] = reduce.sum(b18[rows, 8]) start=0 end=1                                             ; 32 B, dense_1
      12  ∂dense_1.weight[4, 8] = matmul(x[rows, 4], b18[rows, 8]) transposeA                                   ; 128 B, dense_1
      13  record(b17[]) column=0
      14  checkFinite(b17[])                                                                                    ; loss
      15  checkFinite gradients                                                                                 ; gradient
      16  stopUnlessFinite
    update:
      17  update rule=sgd offset=0 size=96 column=0                                                             ; update
    "
  `);
});

test('a residual network prints itself', () => {
  const first = dense($.input('x', [-1, 4]), 'dense_1', 8, $.relu);
  const second = withScope('add', () => $.add(first, dense(first, 'dense_2', 8, $.relu)));
  const loss = meanSquaredError(dense(second, 'dense_3', 1));
  const program = compile({ loss, trainable: parameters('dense_1', 'dense_2', 'dense_3') });
  expect(formatProgram(program, 32)).toMatchInlineSnapshot(`
    "value and gradient:
       0  b6[] = count extent=-1                                                                                ; 4 B, loss
       1  b8[] = binary.divide(2, b6[])                                                                         ; 4 B, loss
       2  b12[rows, 8] = matmulActivation.relu(x[rows, 4], dense_1.weight[4, 8], dense_1.bias[8])               ; 1024 B, dense_1
       3  b15[rows, 8] = matmulActivation.relu(b12[rows, 8], dense_2.weight[8, 8], dense_2.bias[8])             ; 1024 B, dense_2
       4  b16[rows, 8] = binary.add(b12[rows, 8], b15[rows, 8])                                                 ; 1024 B, add
       5  b19[rows, 1] = matmulActivation(b16[rows, 8], dense_3.weight[8, 1], dense_3.bias[1])                  ; 128 B, dense_3
       6  b21[rows, 1] = binary.squaredDifference(b19[rows, 1], target[rows, 1])                                ; 128 B, loss
       7  b22[] = reduce.mean(b21[rows, 1]) start=0 end=2                                                       ; 4 B, loss
       8  b23[rows, 1] = scaledBinary.subtract(b19[rows, 1], target[rows, 1], b8[])                             ; 128 B, loss
       9  ∂dense_3.bias[1] = reduce.sum(b23[rows, 1]) start=0 end=1                                             ; 4 B, dense_3
      10  b24[rows, 8] = matmul(b23[rows, 1], dense_3.weight[8, 1]) transposeB                                  ; 1024 B, dense_3
      11  ∂dense_3.weight[8, 1] = matmul(b16[rows, 8], b23[rows, 1]) transposeA                                 ; 32 B, dense_3
      12  b25[rows, 8] = activationGradient.relu(b24[rows, 8], b15[rows, 8])                                    ; 1024 B, dense_2
      13  ∂dense_2.bias[8] = reduce.sum(b25[rows, 8]) start=0 end=1                                             ; 32 B, dense_2
      14  ∂dense_2.weight[8, 8] = matmul(b12[rows, 8], b25[rows, 8]) transposeA                                 ; 256 B, dense_2
      15  b26[rows, 8] = copy(b24[rows, 8])                                                                     ; 1024 B, dense_1
      16  b26[rows, 8] = matmulActivationGradient.relu(b25[rows, 8], dense_2.weight[8, 8], b12[rows, 8], b26[rows, 8]) transposeB addend  ; 1024 B, dense_1
      17  ∂dense_1.bias[8] = reduce.sum(b26[rows, 8]) start=0 end=1                                             ; 32 B, dense_1
      18  ∂dense_1.weight[4, 8] = matmul(x[rows, 4], b26[rows, 8]) transposeA                                   ; 128 B, dense_1
      19  record(b22[]) column=0
      20  checkFinite(b22[])                                                                                    ; loss
      21  checkFinite gradients                                                                                 ; gradient
      22  stopUnlessFinite
    "
  `);
});

test('a recurrent network prints itself', () => {
  const series = $.input('series', [5, -1, 2]);
  const [w, u, b] = [$.parameter('w', [2, 3]), $.parameter('u', [3, 3]), $.parameter('b', [3])];
  const { carried } = withScope('rnn', () =>
    $.repeat(
      { count: 5, carried: [$.broadcastTo($.constant(0), [-1, 3])], sliced: [series] },
      ([state], [x]) => ({
        carried: [$.tanh($.add($.add($.matmul(x, w), $.matmul(state, u)), b))],
      }),
    ),
  );
  const program = compile({ loss: meanSquaredError(carried[0]), trainable: ['w', 'u', 'b'] });
  expect(formatProgram(program, 32)).toMatchInlineSnapshot(`
    "value and gradient:
       0  b4[rows, 3] = broadcast(0) shape=[rows, 3]                                                     ; 384 B, rnn
       1  b6[] = count extent=-3                                                                         ; 4 B, loss
       2  b8[] = binary.divide(2, b6[])                                                                  ; 4 B, loss
       3  loopBegin loop=0 count=5
       4    b16[t][rows, 3] = matmul(series[t][rows, 2], w[2, 3])                                        ; 384 B, rnn
       5    b16[t][rows, 3] = matmulActivation.tanh(b4[rows, 3], u[3, 3], b[3], b16[t][rows, 3]) addend  ; 384 B, rnn
       6    b14[t][rows, 3] = copy(b4[rows, 3])                                                          ; 384 B
       7    b4[rows, 3] = copy(b16[t][rows, 3])                                                          ; 384 B
       8  loopEnd loop=0
       9  b19[rows, 3] = binary.squaredDifference(b4[rows, 3], target[rows, 3])                          ; 384 B, loss
      10  b20[] = reduce.mean(b19[rows, 3]) start=0 end=2                                                ; 4 B, loss
      11  b3[rows, 3] = scaledBinary.subtract(b4[rows, 3], target[rows, 3], b8[])                        ; 384 B, loss
      12  loopBegin loop=1 count=5 reverse
      13    b22[t][rows, 3] = activationGradient.tanh(b3[rows, 3], b16[t][rows, 3])                      ; 384 B, rnn
      14    b3[rows, 3] = matmul(b22[t][rows, 3], u[3, 3]) transposeB                                    ; 384 B, rnn
      15  loopEnd loop=1
      16  ∂w[2, 3] = matmul(series[5×rows, 2], b22[5×rows, 3]) transposeA                                ; 24 B, rnn
      17  ∂u[3, 3] = matmul(b14[5×rows, 3], b22[5×rows, 3]) transposeA                                   ; 36 B, rnn
      18  ∂b[3] = reduce.sum(b22[5, rows, 3]) start=0 end=2                                              ; 12 B, rnn
      19  record(b20[]) column=0
      20  checkFinite(b20[])                                                                             ; loss
      21  checkFinite gradients                                                                          ; gradient
      22  stopUnlessFinite
    "
  `);
});

test('bias and activation are part of the product, the slope part of the gradient', () => {
  const hidden = dense(dense($.input('x', [-1, 4]), 'a', 8, $.tanh), 'b', 8, $.tanh);
  expect(opsOf(crossEntropy(dense(hidden, 'c', 3)), ['a', 'b', 'c'])).toEqual([
    'binary.divide',
    'matmulActivation.tanh',
    'matmulActivation.tanh',
    'matmulActivation',
    'softmaxCrossEntropyWithGradient',
    'reduce.mean',
    ...['reduce.sum', 'matmul', 'matmulActivationGradient.tanh'],
    ...['reduce.sum', 'matmul', 'matmulActivationGradient.tanh'],
    ...['reduce.sum', 'matmul'],
  ]);
});

test('an activation whose slope is computed from its input keeps the sum', () => {
  expect(
    opsOf(crossEntropy(dense(dense($.input('x', [-1, 4]), 'a', 8, $.gelu), 'b', 3)), ['a', 'b']),
  ).toEqual([
    'binary.divide',
    'matmulActivation',
    'activation.gelu',
    'matmulActivation',
    'softmaxCrossEntropyWithGradient',
    'reduce.mean',
    ...['reduce.sum', 'matmul', 'matmulActivationGradient.gelu'],
    ...['reduce.sum', 'matmul'],
  ]);
});

test('a mean squared error after a sigmoid takes two passes back', () => {
  const prediction = dense($.input('x', [-1, 4]), 'a', 3, $.sigmoid);
  expect(opsOf(meanSquaredError(prediction), ['a'])).toEqual([
    'binary.divide',
    'matmulActivation.sigmoid',
    'binary.squaredDifference',
    'reduce.mean',
    ...['scaledBinary.subtract', 'activationGradient.sigmoid'],
    ...['reduce.sum', 'matmul'],
  ]);
});

test('a penalty on a weight scales it once, whatever its size', () => {
  const weight = $.parameter('w', [100, 100]);
  const loss = $.affine($.sum($.square(weight)), 0.01, 0);
  const { instructions } = compile({ loss, trainable: ['w'] });
  expect(instructions.slice(0, 4).map(({ op }) => op)).toEqual(['unary', 'reduce', 'affine', 'affine']);
});

test('an input that is read under its name twice is gathered once', () => {
  const sum = $.add($.sum($.input('x', [-1, 2])), $.sum($.square($.input('x', [-1, 2]))));
  const { instructions } = compile({ outputs: { sum }, gathered: true });
  expect(instructions.filter(({ op }) => op === 'gather').length).toBe(1);
});
