import { expect, test } from 'vitest';
import { constant, mean, square, subtract } from '../graph/operations.ts';
import { functional, sequential } from '../models/build.ts';
import { input, type Layer } from './layer.ts';
import { dense } from './layers/dense.ts';
import { dropout } from './layers/dropout.ts';
import { type Loss, type LossFunction, softmaxCrossEntropy } from './losses/index.ts';
import { resolveLoss } from './losses/named.ts';

const x = input([2]);

test('anything but a layer, and calls on anything but connections, are refused', () => {
  expect(() => sequential(undefined as never)).toThrow(
    'layers that are undefined. Expected a list of layers.',
  );
  expect(() => sequential(dense(2) as never)).toThrow('layers that are no list');
  expect(() => sequential([dense as never])).toThrow('a function as layer 1. Expected a layer.');
  expect(() => sequential([dense(1), null as never])).toThrow('null as layer 2');
  expect(() => (dense(1) as unknown as () => Layer)()).toThrow("a layer 'dense' that is called on nothing");
  expect(() => dense(1)(dense(2) as never)).toThrow('a layer that was not called as the input of a layer');
  expect(() => functional({ inputs: [x], outputs: dense(1) as never })).toThrow(
    'a layer that was not called as outputs. Expected input([…]), or the output of a layer that was called. Call the layer',
  );
  expect(() => functional({ inputs: x as never, outputs: dense(1)(x) })).toThrow('inputs that are an object');
  expect(() => functional({ inputs: [x], outputs: [dense(1)(x)] as never })).toThrow('a list as outputs');
});

test('shapes of rows are lists of whole numbers', () => {
  expect(() => input(2 as never)).toThrow(
    'the shape of an input that is 2. Expected a list of whole numbers',
  );
  expect(() => input([1.5])).toThrow('the shape of an input [1.5]');
  expect(() => sequential([dense(1)], { inputShape: [null, 2] as never })).toThrow('inputShape [null, 2]');
});

test('options of layers are checked, with the nearest name', () => {
  expect(() => dense(3, { activaton: 'relu' } as never)).toThrow("Did you mean 'activation'?");
  expect(() => dense(3, { activation: 'linear' as never })).toThrow("Did you mean 'identity'?");
  expect(() => dense(3, { activation: 'leaky_relu' as never })).toThrow("Did you mean 'leakyRelu'?");
  expect(() => dense(3, { kernelInitializer: 'xavier_uniform' as never })).toThrow(
    "Did you mean 'glorotUniform'?",
  );
  expect(() => dense(3, { kernelInitializer: 5 as never })).toThrow('the initializer 5');
  expect(() => dense(3, { kernelRegularizer: 'l2' as never })).toThrow("the regularizer 'l2'");
  expect(() => dense('4' as never)).toThrow("units is '4'");
  expect(() => dropout('0.5' as never)).toThrow("rate is '0.5'. Expected a number of at least 0 and below 1");
  expect(() => softmaxCrossEntropy({ smoothing: 0.1 } as never)).toThrow(
    "the option 'smoothing' of softmaxCrossEntropy",
  );
});

test('a loss function gives a scalar tensor', () => {
  const [prediction, target] = [constant([1, 2]), constant([1, 3])];
  const build = (f: LossFunction) => () => (resolveLoss(f) as Loss).build(prediction, target);
  expect(build((p, t) => mean(square(subtract(p, t))))().rank).toBe(0);
  expect(build((p, t) => square(subtract(p, t)))).toThrow(
    'returned the shape [2]. Expected a scalar, or one value a row',
  );
  expect(build((_) => 5 as never)).toThrow('a loss function that returned 5. Expected a scalar tensor.');
});
