import { dense, dropout, sequential } from '../index.ts';
import { adam } from '../optim/index.ts';
import type { Executor } from '../runtime/executor.ts';

/** Train a network of odd sizes, wide enough for threads, with dropout and a partial last batch. */
export async function trainOddNetwork(
  executor: Executor,
): Promise<{ readonly weights: Float32Array; readonly losses: readonly number[] }> {
  const [rows, width] = [300, 67];
  const values = Float32Array.from({ length: rows * width }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Int32Array.from({ length: rows }, (_, i) => (i * 31) % 5);
  const layers = [
    dense(133, { activation: 'tanh' }),
    dropout(0.3),
    dense(201, { activation: 'relu' }),
    dense(5),
  ];
  const model = sequential(layers, { inputShape: [width] });
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
