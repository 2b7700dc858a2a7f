/**
 * Keras's first example: 784-512-512-10 on MNIST, ReLU, dropout 0.2, RMSprop, batches of 128, 20 epochs (mnist_mlp.py of
 * Keras 1.0.8).
 */
import { dense, dropout, type Metric, rmsProp, sequential } from 'gradus';
import type { LossFunction } from 'gradus/losses';
import { clip, log, mean, multiply, negate, sum } from 'gradus/tensor';
import { atLeast, type Context, type Experiment, exactly, meanOf, stated } from './experiment.ts';
import { accuracyOf, CLASSES, inputsOf, oneHotOf, PIXELS, readMnist } from './mnist.ts';
import { curvesSvg } from './plots.ts';

const EPOCHS = 20;

const buildModel = () =>
  sequential(
    [
      dense(512, { activation: 'relu' }),
      dropout(0.2),
      dense(512, { activation: 'relu' }),
      dropout(0.2),
      dense(CLASSES, { activation: 'softmax' }),
    ],
    { inputShape: [PIXELS] },
  );

/**
 * Cross-entropy as Keras has it for probabilities: p is clipped to [10⁻⁷, 1 − 10⁻⁷], so that a row whose answer is
 * hopelessly wrong has no gradient.
 */
const clippedCrossEntropy: LossFunction = (probabilities, target) =>
  negate(mean(sum(multiply(target, log(clip(probabilities, 1e-7, 1 - 1e-7))), { axes: [-1] })));

/** The share of rows whose largest probability is the right one. */
const accuracy: Metric = {
  name: 'accuracy',
  mode: 'max',
  reads: 'values',
  score: (truth, probabilities) => {
    const rows = truth.length / CLASSES;
    const largest = (values: ArrayLike<number>, row: number): number => {
      let best = 0;
      for (let k = 1; k < CLASSES; k++) {
        if (values[row * CLASSES + k] > values[row * CLASSES + best]) best = k;
      }
      return best;
    };
    const right = Array.from({ length: rows }, (_, row) => row).filter(
      (row) => largest(truth, row) === largest(probabilities, row),
    );
    return right.length / rows;
  },
};

async function train({ data, compute, progress }: Context, seed: number) {
  const digits = readMnist(data);
  const model = buildModel();
  const test = { x: inputsOf(digits.test), y: oneHotOf(digits.test.labels) };
  const history = await model.fit(
    { x: inputsOf(digits.train), y: oneHotOf(digits.train.labels) },
    {
      loss: clippedCrossEntropy,
      optimizer: rmsProp({ learningRate: 0.001, rho: 0.9 }),
      epochs: EPOCHS,
      batchSize: 128,
      // As in the example: measured beside the training, and decides nothing.
      validation: test,
      metrics: [accuracy],
      seed,
      onEvent: (event) => {
        if (event.type !== 'epoch') return;
        const accuracy = (100 * event.metrics['validationAccuracy']).toFixed(2);
        progress(`seed ${seed}, epoch ${event.epoch} of ${EPOCHS}: test accuracy ${accuracy} %`);
      },
      ...compute,
    },
  );
  return {
    accuracies: history.epochs.map(({ metrics }) => 100 * metrics['validationAccuracy']),
    seconds: Math.min(...history.epochs.map(({ seconds }) => seconds)),
    testAccuracy: await accuracyOf(model, digits.test),
  };
}

export const experiment: Experiment = {
  name: 'kerasMnistMlp',
  deck: 'deck 003; Keras 1.0.8, mnist_mlp',
  title: 'Keras’s multilayer perceptron on MNIST',
  needs: ['mnist'],
  minutes: 5,
  about:
    '784-512-512-10, ReLU, dropout 0.2 behind each hidden layer, softmax cross-entropy, RMSprop (0.001, ρ = 0.9, ε = 10⁻⁸ outside the root), batches of 128, Glorot’s uniform weights, the last of 20 epochs. Probabilities are clipped to [10⁻⁷, 1 − 10⁻⁷] as Keras does; with the exact cross-entropy, whose gradients keep hopeless rows, the same three seeds end at 98.24 %.',
  async run(context) {
    const runs = [];
    for (const seed of context.seeds)
      runs.push(await context.once(`seed${seed}`, () => train(context, seed)));
    context.plot(
      'accuracy',
      curvesSvg(
        'Accuracy of the test rows after each epoch',
        runs.map(({ accuracies }, i) => ({ name: `seed ${context.seeds[i]}`, values: accuracies })),
        { y: 'accuracy, %' },
      ),
      'The accuracy of the test rows after each epoch.',
    );
    const percent = { digits: 2, unit: '%' };
    return [
      exactly('parameters', buildModel().parameterCount, 669_706, { digits: 0 }),
      atLeast('test accuracy, mean over seeds', meanOf(runs.map((run) => run.testAccuracy)), 98.3, {
        published: 98.4,
        ...percent,
      }),
      stated('test accuracy, lowest', Math.min(...runs.map((run) => run.testAccuracy)), percent),
      stated('fastest epoch', Math.min(...runs.map(({ seconds }) => seconds)), { digits: 1, unit: 's' }),
    ];
  },
};
