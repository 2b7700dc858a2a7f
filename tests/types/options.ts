// Wrong options fail at compile time. The compiler checks this file with the tests (`npm run check`), and nothing runs
// it: a line below a `@ts-expect-error` that did compile would be an error itself. Each comment begins with what the
// message says.
import {
  adam,
  batchNormalization,
  batchTrainer,
  bidirectional,
  concatenate,
  conv1d,
  conv2d,
  convTranspose2d,
  cosineDecay,
  dense,
  dropout,
  embedding,
  gaussianNoise,
  gru,
  l1l2,
  lbfgs,
  lstm,
  maxNorm,
  maxPool2d,
  multiStart,
  oneCycle,
  prelu,
  rmsProp,
  sequential,
  sgd,
} from 'gradus';
import { binaryCrossEntropy, huber, klDivergence, maxMargin, softmaxCrossEntropy } from 'gradus/losses';

// Layers: names of options
// @ts-expect-error 'activaton' does not exist in type 'DenseOptions'. Did you mean to write 'activation'?
dense(3, { activaton: 'relu' });
// @ts-expect-error 'stride' does not exist in type 'Conv2dOptions'. Did you mean to write 'strides'?
conv2d(3, 3, { stride: 2 });
// @ts-expect-error 'kernelSize' does not exist in type 'Conv1dOptions': it stands before the options
conv1d(3, 3, { kernelSize: 2 });
// @ts-expect-error 'output_padding' does not exist in type 'ConvTranspose2dOptions'. Did you mean 'outputPadding'?
convTranspose2d(3, 3, { output_padding: 1 });
// @ts-expect-error 'pool' does not exist in type 'Pool2dOptions'
maxPool2d(2, { pool: 2 });
// @ts-expect-error 'returnSequence' does not exist in type 'LstmOptions'. Did you mean 'returnSequences'?
lstm(3, { returnSequence: true });
// @ts-expect-error 'unitForgetBias' does not exist in type 'GruOptions'
gru(3, { unitForgetBias: true });
// @ts-expect-error 'maskzero' does not exist in type 'EmbeddingOptions'. Did you mean to write 'maskZero'?
embedding(10, 3, { maskzero: true });
// @ts-expect-error 'seed' does not exist in type 'LayerOptions'
dropout(0.5, { seed: 3 });
// @ts-expect-error 'axes' does not exist in type 'ConcatenateOptions'. Did you mean to write 'axis'?
concatenate({ axes: 1 });

// Layers: types of values
// @ts-expect-error 'string' is not assignable to parameter of type 'number'
dense('3');
// @ts-expect-error '"rulu"' is not assignable to type 'Activation | undefined'
dense(3, { activation: 'rulu' });
// @ts-expect-error 'alpha' does not exist in the options of leakyRelu, whose setting is 'slope'
dense(3, { activation: { name: 'leakyRelu', alpha: 0.2 } });
// @ts-expect-error 'number' is not assignable to type 'boolean | undefined'
dense(3, { useBias: 1 });
// @ts-expect-error '"glorot"' is not assignable to type 'Initializer | InitializerName | undefined'
dense(3, { kernelInitializer: 'glorot' });
// @ts-expect-error 'number' is not assignable to type 'Regularizer'
dense(3, { kernelRegularizer: 0.01 });
// @ts-expect-error '"full"' is not assignable to type 'ImagePadding | undefined'
conv2d(3, 3, { padding: 'full' });
// @ts-expect-error 'string' is not assignable to type 'ImageSize | undefined'
conv2d(3, 3, { strides: '2' });
// @ts-expect-error '[number, number, number]' is not assignable to parameter of type 'ImageSize'
conv2d(3, [3, 3, 3]);
// @ts-expect-error '"causal"' is not assignable to the padding of images
maxPool2d(2, { padding: 'causal' });
// @ts-expect-error 'string' is not assignable to type 'number'
batchNormalization({ momentum: '0.9' });
// @ts-expect-error 'number' is not assignable to type 'readonly number[]'
prelu({ sharedAxes: 1 });
// @ts-expect-error '"mean"' is not assignable to the names of merges
bidirectional(gru(3), { merge: 'mean' });
// @ts-expect-error 'string' is not assignable to parameter of type 'number'
gaussianNoise('0.1');
// @ts-expect-error 'l3' does not exist in type 'L1L2Options'
l1l2({ l3: 1 });
// @ts-expect-error '"torch"' is not assignable to type '"pytorch" | "keras" | undefined'
maxNorm(3, { formula: 'torch' });

// Optimizers and schedules
// @ts-expect-error 'lr' does not exist in type 'AdamOptions'
adam({ lr: 0.01 });
// @ts-expect-error 'string' is not assignable to type 'LearningRate | undefined'
adam({ learningRate: '0.01' });
// @ts-expect-error 'Nesterov' does not exist in type 'SgdOptions'. Did you mean to write 'nesterov'?
sgd({ momentum: 0.9, Nesterov: true });
// @ts-expect-error '"sklearn"' is not assignable to type '"pytorch" | "keras" | undefined'
rmsProp({ formula: 'sklearn' });
// @ts-expect-error 'learningRate' does not exist in type 'LbfgsOptions'
lbfgs({ learningRate: 1 });
// @ts-expect-error property 'steps' is missing
cosineDecay({ initial: 1 });
// @ts-expect-error '"sine"' is not assignable to type '"cosine" | "linear" | undefined'
oneCycle({ maximum: 1, steps: 10, shape: 'sine' });
// @ts-expect-error property 'rule' does not exist on an optimizer that sees all rows at once
lbfgs().rule;

// Losses
// @ts-expect-error 'from_logits' does not exist in type 'BinaryCrossEntropyOptions'. Did you mean 'fromLogits'?
binaryCrossEntropy({ from_logits: true });
// @ts-expect-error 'string' is not assignable to type 'number'
huber({ delta: '1' });
// @ts-expect-error '"logit"' is not assignable to the names of inputs. Did you mean '"logits"'?
klDivergence({ from: 'logit' });
// @ts-expect-error '3' is not assignable to type '1 | 2 | undefined'
maxMargin({ power: 3 });
// @ts-expect-error 'number' has no properties in common with type 'SoftmaxCrossEntropyOptions'
softmaxCrossEntropy(0.1);

// fit and what trains
const model = sequential([dense(1)], { inputShape: [2] });
const data = { x: [[1, 2]], y: [1] };
const plain = { loss: 'meanSquaredError', optimizer: 'adam' } as const;
// @ts-expect-error 'epoch' does not exist in type 'FitOptions'. Did you mean to write 'epochs'?
model.fit(data, { ...plain, epoch: 3 });
// @ts-expect-error '"mse"' is not assignable to the names of losses
model.fit(data, { loss: 'mse', optimizer: 'adam' });
// @ts-expect-error '"Adam"' is not assignable to the names of optimizers
model.fit(data, { loss: 'meanSquaredError', optimizer: 'Adam' });
// @ts-expect-error property 'optimizer' is missing
model.fit(data, { loss: 'meanSquaredError' });
// @ts-expect-error 'string' is not assignable to type 'number | "full" | undefined'
model.fit(data, { ...plain, batchSize: '32' });
// @ts-expect-error 'clipnorm' does not exist in type 'GradientClipping'
model.fit(data, { ...plain, clipGradient: { clipnorm: 1 } });
// @ts-expect-error property 'y' is missing
model.fit({ x: [[1, 2]] }, plain);
// @ts-expect-error 'epochs' does not exist in type 'BatchTrainerOptions'
batchTrainer(model, { ...plain, epochs: 3 });
// @ts-expect-error 'start' does not exist in type 'MultiStartOptions'
multiStart(() => model, data, { ...plain, start: 3 });
