/**
 * A functional model: two inputs, a shared layer, a residual block, and a layer of one's own, on a made-up task.
 *
 *     node examples/run.mjs residual
 */
import {
  adam,
  add,
  concatenate,
  createStream,
  defineLayer,
  dense,
  earlyStopping,
  functional,
  input,
  ones,
} from 'gradus';
import { multiply } from 'gradus/tensor';

/** Scales every feature by a number that is learnt. */
const scaleLayer = () =>
  defineLayer({
    type: 'scale',
    parameters: ([x]) => ({ factor: { shape: [x[1]], initializer: ones() } }),
    call: ([x], { parameter }) => multiply(x, parameter('factor')),
  });

/** Run the example as a command. */
export async function main(): Promise<void> {
  const stream = createStream(1, 'data');
  const point = () => [2 * stream.uniform() - 1, 2 * stream.uniform() - 1];
  const left = Array.from({ length: 600 }, point);
  const right = Array.from({ length: 600 }, point);
  // The squared distance of two points: the same features of both are useful.
  const distance = left.map(([a, b], row) => (a - right[row][0]) ** 2 + (b - right[row][1]) ** 2);

  const [a, b] = [input([2], { name: 'left' }), input([2], { name: 'right' })];
  const encode = dense(16, { activation: 'tanh', name: 'encode' });
  const both = concatenate()(encode(a), encode(b));
  const block = dense(32, { activation: 'silu' })(scaleLayer()(both));
  const model = functional({ inputs: [a, b], outputs: dense(1)(add()(both, block)) });
  console.log(model.summary());

  const history = await model.fit(
    { x: { left, right }, y: distance },
    {
      loss: 'meanSquaredError',
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 150,
      validation: 0.2,
      metrics: ['r2'],
      callbacks: [earlyStopping({ patience: 20 })],
      seed: 1,
    },
  );
  const best = history.epochs[history.bestEpoch - 1];
  const score = best.metrics['validationR2'];
  console.log(`R² ${score.toFixed(4)} on the validation rows, epoch ${best.epoch}; ${history.reason}`);
  if (!(score > 0.98)) throw new Error(`R² ${score} instead of more than 0.98`);
}
