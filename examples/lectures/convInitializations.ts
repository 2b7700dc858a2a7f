/**
 * One convolutional network from seven beginnings: 3×3 1→4, pool, 3×3 4→8, pool, 392-10 on MNIST, ReLU, SGD 0.05, batches
 * of 128, 10 epochs (S. Raschka, STAT 479 Deep Learning, spring 2019, lecture 13).
 */
import { conv2d, dense, flatten, given, type Model, maxPool2d, sequential, sgd } from 'gradus';
import { type Context, type Experiment, type Figure, meanOf, near, stated } from './experiment.ts';
import { accuracyOf, CLASSES, inputsOf, readMnist } from './mnist.ts';
import { curvesSvg } from './plots.ts';
import { convolutionKernel } from './torchConvolution.ts';
import { TorchRandom } from './torchRandom.ts';

const EPOCHS = 10;

/** Weights by layer: [filters, channels, cells] of two convolutions, [outputs, inputs, 1] of the last layer. */
const shapes = [
  [4, 1, 9],
  [8, 4, 9],
  [CLASSES, 392, 1],
] as const;

type Draw = (random: TorchRandom, count: number, inputs: number, outputs: number) => Float32Array;

/** How the notebooks draw weights; `default` leaves them as PyTorch made them, with biases. */
const draws = {
  default: undefined,
  normal: (random, count) => random.normal(count, 0.1),
  uniform: (random, count) => random.between(count, 0.1),
  xavierNormal: (random, count, inputs, outputs) => random.normal(count, Math.sqrt(2 / (inputs + outputs))),
  xavierUniform: (random, count, inputs, outputs) => random.between(count, Math.sqrt(6 / (inputs + outputs))),
  heNormal: (random, count, inputs) => random.normal(count, Math.sqrt(2 / inputs)),
  heUniform: (random, count, inputs) => random.between(count, Math.sqrt(6 / inputs)),
} satisfies Record<string, Draw | undefined>;

type Beginning = keyof typeof draws;

/** Test accuracy in per cent, and the training accuracy after each epoch. */
const published: Record<Beginning, { readonly test: number; readonly train: readonly number[] }> = {
  default: { test: 97.77, train: [92.72, 95.07, 96.21, 96.77, 97.15, 97.43, 97.77, 97.55, 97.82, 97.77] },
  normal: { test: 97.76, train: [86.53, 92.76, 95.03, 95.96, 96.57, 96.58, 96.97, 97.36, 97.6, 97.51] },
  uniform: { test: 97.63, train: [90.1, 92.22, 95.92, 95.8, 96.86, 96.73, 97.16, 97.15, 97.46, 97.64] },
  xavierNormal: {
    test: 97.69,
    train: [91.04, 94.61, 96.21, 96.56, 96.93, 97.15, 97.26, 97.36, 97.77, 97.75],
  },
  xavierUniform: {
    test: 97.36,
    train: [91.53, 93.14, 96.04, 96.26, 96.72, 97.04, 97.14, 97.32, 97.19, 97.47],
  },
  heNormal: { test: 97.67, train: [91.97, 95.21, 96.45, 96.62, 97.22, 97.22, 97.47, 97.53, 97.89, 97.8] },
  heUniform: { test: 97.54, train: [92.75, 94.41, 96.39, 96.51, 97.27, 97.36, 97.45, 97.75, 97.47, 97.78] },
};

/** The last layer reads planes one after the other in PyTorch, cells one after the other here. */
const byCells = (kernel: Float32Array): Float32Array =>
  kernel.map((_, i) => {
    const [input, output] = [Math.floor(i / CLASSES), i % CLASSES];
    const [cell, plane] = [Math.floor(input / 8), input % 8];
    return kernel[output * 392 + plane * 49 + cell];
  });

function buildModel(random: TorchRandom, beginning: Beginning): Model {
  const draw: Draw | undefined = draws[beginning];
  const first = shapes.map(([filters, channels, cells]) => {
    const bound = 1 / Math.sqrt(channels * cells);
    return {
      kernel: random.between(filters * channels * cells, bound),
      bias: random.between(filters, bound),
    };
  });
  // The notebooks draw all weights anew when the whole network is made, and set biases to 0.
  const weights =
    draw === undefined
      ? first
      : shapes.map(([filters, channels, cells]) => ({
          kernel: draw(random, filters * channels * cells, channels * cells, filters * cells),
          bias: new Float32Array(filters),
        }));
  const [one, two, last] = weights;
  const planes = { padding: 'same', activation: 'relu' } as const;
  return sequential(
    [
      conv2d(4, 3, {
        ...planes,
        kernelInitializer: given(convolutionKernel(one.kernel, 1, 4)),
        biasInitializer: given(one.bias),
      }),
      maxPool2d(2),
      conv2d(8, 3, {
        ...planes,
        kernelInitializer: given(convolutionKernel(two.kernel, 4, 8)),
        biasInitializer: given(two.bias),
      }),
      maxPool2d(2),
      flatten(),
      dense(CLASSES, { kernelInitializer: given(byCells(last.kernel)), biasInitializer: given(last.bias) }),
    ],
    { inputShape: [28, 28, 1] },
  );
}

async function train({ data, compute, progress }: Context, beginning: Beginning, seed: number) {
  const digits = readMnist(data);
  const random = new TorchRandom(seed);
  const model = buildModel(random, beginning);
  const rows = { x: inputsOf(digits.train), y: digits.train.labels };
  const history = await model.fit(rows, {
    loss: 'softmaxCrossEntropy',
    optimizer: sgd({ learningRate: 0.05 }),
    epochs: EPOCHS,
    batchSize: 128,
    order: random.loaderOrders(digits.train.labels.length, 2),
    validation: rows,
    metrics: ['accuracy'],
    onEvent: (event) => {
      if (event.type === 'epoch') progress(`${beginning}, seed ${seed}, epoch ${event.epoch} of ${EPOCHS}`);
    },
    ...compute,
  });
  return {
    train: history.epochs.map(({ metrics }) => 100 * metrics['validationAccuracy']),
    test: await accuracyOf(model, digits.test),
  };
}

export const experiment: Experiment = {
  name: 'convInitializations',
  deck: 'STAT 479, L13',
  title: 'A convolutional network from seven beginnings',
  needs: ['mnist'],
  minutes: 15,
  about:
    '3×3 convolutions 1→4→8 with ReLU, each before a 2×2 pool, then 392-10; SGD 0.05, batches of 128, 10 epochs. The notebooks have seed 1; weights and order of the rows are theirs, also for the other two seeds. ' +
    'They computed on graphics cards, whose roundings differ from ours, so that runs part where ReLU and pooling choose.',
  async run(context) {
    const figures: Figure[] = [];
    const curves = [];
    for (const beginning of Object.keys(draws) as Beginning[]) {
      const runs = [];
      for (const seed of context.seeds) {
        runs.push(await context.once(`${beginning}${seed}`, () => train(context, beginning, seed)));
      }
      const truth = published[beginning];
      const percent = { digits: 2, unit: '%' };
      figures.push(
        near(
          `${beginning}, test accuracy, mean`,
          meanOf(runs.map(({ test }) => test)),
          truth.test,
          0.4,
          percent,
        ),
        stated(`${beginning}, training accuracy, epoch 1, seed 1`, runs[0].train[0], {
          published: truth.train[0],
          ...percent,
        }),
      );
      curves.push({ name: beginning, values: runs[0].train });
    }
    context.plot(
      'accuracy',
      curvesSvg('Accuracy of the training rows after each epoch, first seed', curves, {
        published: curves.map(({ name }) => ({ name, values: published[name as Beginning].train })),
        y: 'accuracy, %',
      }),
      'The accuracy of the training rows from seven beginnings: ours as lines, the published values as circles.',
    );
    return figures;
  },
};
