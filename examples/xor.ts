/**
 * The exclusive or: four rows that no straight line separates, learnt by a hidden layer of eight units.
 *
 *     node examples/run.mjs xor
 */
import { adam, dense, sequential } from 'gradus';

const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [0, 1, 1, 0];

/** Run the example as a command. */
export async function main(): Promise<void> {
  const model = sequential([dense(8, { activation: 'tanh' }), dense(1)], { inputShape: [2] });
  console.log(model.summary());
  const history = await model.fit(
    { x, y },
    {
      loss: 'binaryCrossEntropy',
      optimizer: adam({ learningRate: 0.05 }),
      epochs: 500,
      metrics: ['accuracy'],
      onEvent: (event) => {
        if (event.type === 'epoch' && event.epoch % 100 === 0) {
          console.log(`epoch ${event.epoch}: loss ${event.loss.toFixed(4)}`);
        }
      },
    },
  );
  const { values } = await model.predictProbabilities(x);
  x.forEach((row, i) => {
    console.log(`${row.join(' xor ')} is 1 with probability ${values[i].toFixed(3)}`);
  });
  const last = history.epochs[history.epochs.length - 1];
  if (last.metrics['accuracy'] !== 1) throw new Error(`accuracy ${last.metrics['accuracy']} instead of 1`);
}
