/**
 * A layer of one's own with everything a layer may have: a trained parameter, a running value, random numbers. It is
 * checked against differences of its loss, trained on every executor, and saved.
 *
 *     node examples/run.mjs customLayer
 */
import {
  createStream,
  createWasmExecutor,
  defineLayer,
  dense,
  loadModel,
  ones,
  ReferenceExecutor,
  saveModel,
  sequential,
} from 'gradus';
import { checkGradients } from 'gradus/inspect';
import { absolute, add, mean, multiply, randomNormal } from 'gradus/tensor';

/**
 * Add noise in proportion to the usual size of each number, then scale by a gain that is learnt:
 * y = gain·(x + fraction·size·N(0, 1)), where size is a running mean of |x|. Outside of training there is no noise.
 */
const adaptiveNoise = (fraction = 0.1) =>
  defineLayer({
    type: 'adaptiveNoise',
    parameters: ([x]) => ({
      gain: { shape: [x[1]], initializer: ones() },
      size: { shape: [x[1]], initializer: ones(), trainable: false },
    }),
    call([x], { training, parameter, assign, stream }) {
      if (!training) return multiply(parameter('gain'), x);
      const size = parameter('size');
      assign('size', add(multiply(0.9, size), multiply(0.1, mean(absolute(x), { axes: 0 }))));
      const noise = multiply(size, randomNormal(x.shape, 0, fraction, stream('noise')));
      return multiply(parameter('gain'), add(x, noise));
    },
    options: () => ({ fraction }),
  });

/** Run the example as a command. */
export async function main(): Promise<void> {
  const draws = createStream(1, 'data');
  const x = Array.from({ length: 400 }, () => [draws.normal(), 5 * draws.normal(), 0.2 * draws.normal()]);
  const y = x.map(([a, b, c]) => a * b + 10 * c);
  const build = () =>
    sequential([adaptiveNoise(), dense(24, { activation: 'tanh' }), dense(1)], { inputShape: [3], seed: 2 });

  const check = await checkGradients(build(), { x, y }, { loss: 'meanSquaredError' });
  console.log(String(check));
  if (!check.passed) throw new Error('A gradient is wrong');

  const executors = [
    new ReferenceExecutor('float64'),
    createWasmExecutor({ numerics: 'portable' }),
    createWasmExecutor({ numerics: 'fast' }),
  ];
  const losses: number[] = [];
  for (const executor of executors) {
    const model = build();
    const { epochs } = await model.fit(
      { x, y },
      { loss: 'meanSquaredError', optimizer: 'adam', epochs: 20, batchSize: 40, seed: 3, executor },
    );
    const { loss } = epochs[epochs.length - 1];
    losses.push(loss);
    const size = model.getWeights().find(({ name }) => name === 'adaptiveNoise/size');
    console.log(`${executor.name}: loss ${loss.toFixed(5)}, size ${[...(size?.values ?? [])].join(', ')}`);

    const layers = {
      adaptiveNoise: ({ fraction }: Readonly<Record<string, unknown>>) => adaptiveNoise(Number(fraction)),
    };
    const { model: copy } = loadModel(saveModel(model), { layers });
    const [before, after] = [await model.predict(x, { executor }), await copy.predict(x, { executor })];
    if (!after.values.every((value, i) => value === before.values[i])) throw new Error('The copy differs');
  }
  // The same noise everywhere: the losses differ by rounding alone.
  const apart = Math.max(...losses) / Math.min(...losses) - 1;
  if (!(apart < 1e-4)) throw new Error(`The executors' losses differ by ${apart}`);
}
