/**
 * Dropout on MNIST: 784-100-50-10, ReLU, half of each hidden layer dropped while training, SGD 0.1, batches of 128, 10
 * epochs (S. Raschka, STAT 479 Deep Learning, spring 2019, lecture 10).
 */
import {
  activation,
  batchTrainer,
  defineLayer,
  functional,
  input,
  type Layer,
  type Model,
  sgd,
} from 'gradus';
import { multiply } from 'gradus/tensor';
import { type Context, type Experiment, exactly, meanOf, near, stated } from './experiment.ts';
import { CLASSES, type Digits, PIXELS, readMnist } from './mnist.ts';
import { curvesSvg } from './plots.ts';
import { torchLinear } from './torchLinear.ts';
import { TorchRandom } from './torchRandom.ts';

const EPOCHS = 10;
const BATCH = 128;
const WIDTHS = [100, 50] as const;

const published = {
  /** The cost of the training rows after each epoch. */
  costs: [0.3947, 0.2746, 0.2229, 0.1953, 0.1694, 0.1553, 0.1448, 0.1368, 0.1352, 0.1216],
  /** Of the batches 0, 50, 100 … of the first epoch, before their step. */
  batchCosts: [2.3018, 2.1577, 1.5877, 1.0578, 0.9922, 0.9561, 0.7748, 0.627, 0.6704, 0.632],
  trainAccuracy: 96.6,
  testAccuracy: 96.21,
};

/** Multiplies by a mask that comes in beside the activations: the notebook's dropout, not one of ours. */
const masked = (): Layer => defineLayer({ type: 'masked', call: ([x, mask]) => multiply(x, mask) });

function buildModel(random: TorchRandom): Model {
  const pixels = input([PIXELS], { name: 'pixels' });
  const masks = WIDTHS.map((width, i) => input([width], { name: `mask${i + 1}` }));
  const first = activation('relu')(torchLinear(random, PIXELS, WIDTHS[0])(pixels));
  const second = activation('relu')(torchLinear(random, WIDTHS[0], WIDTHS[1])(masked()(first, masks[0])));
  const outputs = torchLinear(random, WIDTHS[1], CLASSES)(masked()(second, masks[1]));
  return functional({ inputs: [pixels, ...masks], outputs });
}

/** Digits in an order, with a mask for each hidden layer whose ones stand for `kept`. */
function dataset({ pixels, labels }: Digits, order: Int32Array, masks: readonly Uint8Array[], kept: number) {
  const values = new Uint8Array(order.length * PIXELS);
  order.forEach((row, i) => {
    values.set(pixels.subarray(row * PIXELS, (row + 1) * PIXELS), i * PIXELS);
  });
  const x = {
    pixels: { values, width: PIXELS, scale: 1 / 255 },
    mask1: { values: masks[0], width: WIDTHS[0], scale: kept },
    mask2: { values: masks[1], width: WIDTHS[1], scale: kept },
  };
  return { x, y: Uint8Array.from(order, (row) => labels[row]) };
}

/** The cost of each row in an order and the share of right answers, with nothing dropped. */
async function measure(model: Model, digits: Digits, order: Int32Array) {
  const whole = WIDTHS.map((width) => new Uint8Array(order.length * width).fill(1));
  const { x, y } = dataset(digits, order, whole, 1);
  const { values } = await model.predictProbabilities(x);
  let right = 0;
  const costs = Array.from(y, (label, row) => {
    const answer = values.subarray(row * CLASSES, (row + 1) * CLASSES);
    if (answer.indexOf(Math.max(...answer)) === label) right += 1;
    return -Math.log(answer[label]);
  });
  return { costs, accuracy: (100 * right) / y.length };
}

/** As the notebook adds up: the means of the batches, divided by the last one's number, which is one too few. */
function asPrinted(costs: readonly number[]): number {
  const batches = Math.ceil(costs.length / BATCH);
  const means = Array.from({ length: batches }, (_, i) => meanOf(costs.slice(i * BATCH, (i + 1) * BATCH)));
  return means.reduce((a, b) => a + b) / (batches - 1);
}

async function train({ data, compute, progress }: Context, seed: number) {
  const digits = readMnist(data);
  const rows = digits.train.labels.length;
  const random = new TorchRandom(seed);
  const model = buildModel(random);
  const trainer = await batchTrainer(model, {
    loss: 'softmaxCrossEntropy',
    optimizer: sgd({ learningRate: 0.1 }),
    batchSize: BATCH,
    ...compute,
  });
  const batchCosts: number[] = [];
  const costs: number[] = [];
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const order = random.loaderOrder(rows);
    for (let from = 0; from < rows; from += BATCH) {
      const places = order.subarray(from, from + BATCH);
      // Drawn as the layers are computed: first all of one, then all of the next.
      const masks = WIDTHS.map((width) => random.bernoulli(places.length * width, 0.5));
      batchCosts.push(trainer.step(dataset(digits.train, places, masks, 2)));
    }
    costs.push(asPrinted((await measure(model, digits.train, random.loaderOrder(rows))).costs));
    progress(`seed ${seed}, epoch ${epoch} of ${EPOCHS}: ${costs[epoch - 1].toFixed(4)}`);
  }
  trainer.dispose();
  const accuracyOf = async (part: Digits): Promise<number> =>
    (
      await measure(
        model,
        part,
        Int32Array.from(part.labels, (_, row) => row),
      )
    ).accuracy;
  return {
    costs,
    batchCosts: published.batchCosts.map((_, i) => batchCosts[50 * i]),
    trainAccuracy: await accuracyOf(digits.train),
    testAccuracy: await accuracyOf(digits.test),
  };
}

export const experiment: Experiment = {
  name: 'dropout',
  deck: 'STAT 479, L10',
  title: 'Dropout on MNIST',
  needs: ['mnist'],
  minutes: 2,
  about:
    '784-100-50-10, ReLU, dropout 0.5 behind each hidden layer, cross-entropy, SGD 0.1 in batches of 128, 10 epochs; the notebook has seed 1. ' +
    'First weights, order of the rows and masks are those of the notebook, whose masks came from the multiplicative generator of Intel’s Math Kernel Library; they enter the network as inputs. ' +
    'So the costs of the first 351 batches have the published digits. Behind them the runs part by some thousandths: masks that fall on the other side of 0.5 by a rounding, or activations on the other side of ReLU’s kink, would do it. ' +
    'The cost of an epoch is measured with nothing dropped, as a sum over 469 batches divided by 468.',
  async run(context) {
    const runs = [];
    for (const seed of context.seeds)
      runs.push(await context.once(`seed${seed}`, () => train(context, seed)));
    const same = runs[context.seeds.indexOf(1)] ?? runs[0];
    const named = (values: readonly number[]) => [{ name: 'training rows', values }];
    context.plot(
      'cost',
      curvesSvg('Cost after each epoch', named(same.costs), {
        published: named(published.costs),
        y: 'cross-entropy',
      }),
      'The cost of the training rows with seed 1: ours as a line, the published values as circles.',
    );
    const percent = { digits: 2, unit: '%' };
    return [
      ...published.batchCosts
        .slice(0, 8)
        .map((cost, i) => exactly(`cost of batch ${50 * i}`, same.batchCosts[i], cost)),
      ...[1, 5, 10].map((epoch) =>
        stated(`cost, epoch ${epoch}`, same.costs[epoch - 1], { published: published.costs[epoch - 1] }),
      ),
      near(
        'training accuracy, mean',
        meanOf(runs.map((run) => run.trainAccuracy)),
        published.trainAccuracy,
        0.3,
        percent,
      ),
      near(
        'test accuracy, mean',
        meanOf(runs.map((run) => run.testAccuracy)),
        published.testAccuracy,
        0.3,
        percent,
      ),
    ];
  },
};
