import { conv2d, dense, dropout, flatten, maxPool2d, sequential } from '../index.ts';
import { adam } from '../optim/index.ts';
import type { Executor } from '../runtime/executor.ts';

/** Layers of odd sizes, wide enough for threads, on rows of 9 × 7 pixels of one channel or 63 numbers. */
const networks = {
  dense: () => [
    dense(133, { activation: 'tanh' }),
    dropout(0.3),
    dense(201, { activation: 'relu' }),
    dense(5),
  ],
  convolution: () => [
    conv2d(18, 3, { activation: 'relu', padding: 'same' }),
    conv2d(34, 3, { activation: 'relu' }),
    conv2d(36, [2, 3], { activation: 'tanh', strides: [2, 1], padding: 'same', groups: 2 }),
    maxPool2d(2),
    dropout(0.3),
    flatten(),
    dense(5),
  ],
};

/** Train a network of odd sizes, wide enough for threads, with dropout and a partial last batch. */
export async function trainOddNetwork(
  executor: Executor,
  kind: keyof typeof networks = 'dense',
): Promise<{ readonly weights: Float32Array; readonly losses: readonly number[] }> {
  const [rows, width] = [300, 63];
  const values = Float32Array.from({ length: rows * width }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Int32Array.from({ length: rows }, (_, i) => (i * 31) % 5);
  const model = sequential(networks[kind](), { inputShape: kind === 'dense' ? [width] : [9, 7, 1] });
  const { epochs } = await model.fit(
    { x: { values, width }, y },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: adam({ learningRate: 0.003 }),
      epochs: 3,
      batchSize: 128,
      executor,
      seed: 4,
    },
  );
  const weights = Float32Array.from(model.getWeights().flatMap((tensor) => [...tensor.values]));
  return { weights, losses: epochs.map(({ loss }) => loss) };
}
