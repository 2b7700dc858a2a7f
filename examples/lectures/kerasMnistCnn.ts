/**
 * Keras's convolutional example: two 3×3 convolutions of 32 and 64 filters, a pool, 128 units and ten outputs on MNIST,
 * with dropout, batches of 128 (mnist_cnn.py of Keras 2.2.4).
 */
import { adadelta, conv2d, cosineDecay, dense, dropout, flatten, maxPool2d, sequential } from 'gradus';
import { atLeast, type Context, type Experiment, exactly, stated } from './experiment.ts';
import { accuracyOf, CLASSES, inputsOf, readMnist } from './mnist.ts';
import { curvesSvg } from './plots.ts';

const EPOCHS = 12;
const BATCH = 128;

const buildModel = () =>
  sequential(
    [
      conv2d(32, 3, { activation: 'relu' }),
      conv2d(64, 3, { activation: 'relu' }),
      maxPool2d(2),
      dropout(0.25),
      flatten(),
      dense(128, { activation: 'relu' }),
      dropout(0.5),
      dense(CLASSES),
    ],
    { inputShape: [28, 28, 1] },
  );

async function train({ data, compute, progress }: Context, seed: number) {
  const digits = readMnist(data);
  const model = buildModel();
  const steps = EPOCHS * Math.ceil(digits.train.labels.length / BATCH);
  const history = await model.fit(
    { x: inputsOf(digits.train), y: digits.train.labels },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: adadelta({ formula: 'keras', learningRate: cosineDecay({ initial: 1, steps }) }),
      epochs: EPOCHS,
      batchSize: BATCH,
      // As in the example: measured beside the training, and decides nothing.
      validation: { x: inputsOf(digits.test), y: digits.test.labels },
      metrics: ['accuracy'],
      seed,
      onEvent: (event) => {
        if (event.type !== 'epoch') return;
        const accuracy = (100 * event.metrics['validationAccuracy']).toFixed(2);
        progress(
          `epoch ${event.epoch} of ${EPOCHS}: test accuracy ${accuracy} % (${event.seconds.toFixed(0)} s)`,
        );
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
  name: 'kerasMnistCnn',
  deck: 'deck 003; Keras 2.2.4, mnist_cnn',
  title: 'Keras’s convolutional network on MNIST',
  needs: ['mnist'],
  minutes: 20,
  about: `3×3 convolutions of 32 and 64 filters, 2×2 pool, dropout 0.25, 128 units, dropout 0.5, ten outputs; ReLU, softmax cross-entropy, batches of 128, Glorot’s uniform weights. As the example: Adadelta from a rate of 1, ${EPOCHS} epochs; ours goes down a cosine and states the last epoch, one run.`,
  async run(context) {
    const run = await context.once('run', () => train(context, context.seeds[0]));
    context.plot(
      'accuracy',
      curvesSvg(
        'Accuracy of the test rows after each epoch',
        [{ name: 'test rows', values: run.accuracies }],
        {
          y: 'accuracy, %',
        },
      ),
      'The accuracy of the test rows after each epoch.',
    );
    return [
      exactly('parameters', buildModel().parameterCount, 1_199_882, { digits: 0 }),
      atLeast('test accuracy', run.testAccuracy, 99.2, { published: 99.25, digits: 2, unit: '%' }),
      stated('fastest epoch, tested on 10,000 digits', run.seconds, { digits: 0, unit: 's' }),
    ];
  },
};
