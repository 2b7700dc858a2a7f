/**
 * Transfer learning: a convolutional net learns the digits 0 to 4; its convolutions, frozen, carry a new head that learns
 * 5 to 9, and are then fine-tuned at a tenth of the rate (after Keras's example mnist_transfer_cnn).
 */
import {
  adam,
  conv2d,
  dense,
  dropout,
  extendModel,
  type FitOptions,
  flatten,
  type Layer,
  type Model,
  maxPool2d,
  sequential,
} from 'gradus';
import { accuracy } from 'gradus/metrics';
import { atLeast, type Context, type Experiment, exactly, type Figure, stated } from './experiment.ts';
import { type Digits, inputsOf, PIXELS, readMnist } from './mnist.ts';

const CLASSES = 5;
const EPOCHS = 5;
const FINE_TUNING = 2;
/** So many examples of each digit are few. */
const FEW = 20;

const body = (): Layer[] => [
  conv2d(32, 3, { activation: 'relu' }),
  conv2d(32, 3, { activation: 'relu' }),
  maxPool2d(2),
  dropout(0.25),
  flatten(),
];

const head = (): Layer[] => [dense(128, { activation: 'relu' }), dropout(0.5), dense(CLASSES)];

/** The digits from `first` on, five of them, numbered from 0; at most so many of each. */
function digitsFrom({ pixels, labels }: Digits, first: number, most = Number.POSITIVE_INFINITY): Digits {
  const counts = new Array<number>(CLASSES).fill(0);
  const rows = [...labels.keys()].filter((row) => {
    const digit = labels[row] - first;
    return digit >= 0 && digit < CLASSES && counts[digit]++ < most;
  });
  const chosen = new Uint8Array(rows.length * PIXELS);
  rows.forEach((row, i) => {
    chosen.set(pixels.subarray(row * PIXELS, (row + 1) * PIXELS), i * PIXELS);
  });
  return { pixels: chosen, labels: Uint8Array.from(rows, (row) => labels[row] - first) };
}

interface Run {
  readonly low: number;
  readonly frozen: number;
  readonly tuned: number;
  readonly fewFrozen: number;
  readonly fewFromScratch: number;
  readonly parameters: number;
  readonly trainedParameters: number;
}

/** The share of digits, in per cent, that a model gets right. */
const accuracyOf = async (model: Model, digits: Digits): Promise<number> =>
  100 * accuracy(digits.labels, await model.predictLabels(inputsOf(digits)));

/** How many numbers the training of a model changes. */
const trainableCount = (model: Model): number =>
  Number(/Trainable params: ([\d,]+)/.exec(model.summary())?.[1].replaceAll(',', ''));

async function run({ data, compute, progress }: Context, seed: number): Promise<Run> {
  const { train, test } = readMnist(data);
  const learn = async (model: Model, digits: Digits, what: string, epochs = EPOCHS): Promise<void> => {
    const options: FitOptions = {
      loss: 'softmaxCrossEntropy',
      optimizer: adam(),
      epochs,
      batchSize: 128,
      seed,
      onEvent: (event) => {
        if (event.type !== 'epoch') return;
        progress(`seed ${seed}, ${what}, epoch ${event.epoch} of ${epochs}: loss ${event.loss.toFixed(4)}`);
      },
      ...compute,
    };
    await model.fit({ x: inputsOf(digits), y: digits.labels }, options);
  };
  const low = sequential([...body(), ...head()], { inputShape: [28, 28, 1], seed });
  await learn(low, digitsFrom(train, 0), 'digits 0 to 4');

  const high = digitsFrom(test, 5);
  const extend = () => extendModel(low, { upTo: 'flatten', head: head(), seed });
  const model = extend();
  const trainedParameters = trainableCount(model);
  await learn(model, digitsFrom(train, 5), 'digits 5 to 9, body frozen');
  const frozen = await accuracyOf(model, high);
  model.unfreeze(['conv2d', 'conv2d_1'], { learningRateFactor: 0.1 });
  await learn(model, digitsFrom(train, 5), 'digits 5 to 9, fine-tuned', FINE_TUNING);

  const few = digitsFrom(train, 5, FEW);
  const small = extend();
  await learn(small, few, 'a few digits, body frozen', 60);
  const scratch = sequential([...body(), ...head()], { inputShape: [28, 28, 1], seed });
  await learn(scratch, few, 'a few digits, from scratch', 60);
  return {
    low: await accuracyOf(low, digitsFrom(test, 0)),
    frozen,
    tuned: await accuracyOf(model, high),
    fewFrozen: await accuracyOf(small, high),
    fewFromScratch: await accuracyOf(scratch, high),
    parameters: model.parameterCount,
    trainedParameters,
  };
}

export const experiment: Experiment = {
  name: 'transferLearning',
  deck: 'deck 003; Keras, mnist_transfer_cnn',
  title: 'Transfer learning: from the digits 0 to 4 to the digits 5 to 9',
  needs: ['mnist'],
  minutes: 15,
  about:
    'Two 3×3 convolutions of 32 filters, maximum pooling, dense 128, dropout 0.25 and 0.5, batches of 128, 5 epochs. ' +
    'Keras trains with Adadelta and goes on with the head of the first five digits; here Adam trains (0.001), and the head for 5 to 9 is new. ' +
    `Then the convolutions are thawed for ${FINE_TUNING} epochs at a tenth of the rate. With ${FEW} examples of each digit the frozen body is compared with a net that starts from nothing, 60 epochs each. Means over the seeds.`,
  async run(context): Promise<readonly Figure[]> {
    const runs: Run[] = [];
    for (const seed of context.seeds) runs.push(await context.once(`seed${seed}`, () => run(context, seed)));
    const mean = (key: keyof Run): number => runs.reduce((sum, one) => sum + one[key], 0) / runs.length;
    const percent = { digits: 2, unit: '%' };
    return [
      exactly('parameters', runs[0].parameters, 600165, { digits: 0 }),
      exactly('parameters trained with the body frozen', runs[0].trainedParameters, 590597, { digits: 0 }),
      atLeast('0 to 4, test accuracy', mean('low'), 99.6, { published: 99.8, ...percent }),
      atLeast('5 to 9, body frozen', mean('frozen'), 98.8, { published: 99.2, ...percent }),
      atLeast('5 to 9, fine-tuned', mean('tuned'), 99, percent),
      atLeast(
        `5 to 9, ${FEW} of each: better than from scratch by`,
        mean('fewFrozen') - mean('fewFromScratch'),
        0,
        percent,
      ),
      stated(`5 to 9, ${FEW} of each, body frozen`, mean('fewFrozen'), percent),
      stated(`5 to 9, ${FEW} of each, from scratch`, mean('fewFromScratch'), percent),
    ];
  },
};
