/**
 * Softmax regression on MNIST: 784-10 from zero weights, cross-entropy, SGD 0.1, batches of 256, 25 epochs (S. Raschka,
 * STAT 479 Deep Learning, spring 2019, lecture 8).
 */
import { dense, sequential, sgd } from 'gradus';
import { type Experiment, near } from './experiment.ts';
import { accuracyOf, CLASSES, inputsOf, readMnist } from './mnist.ts';
import { curvesSvg } from './plots.ts';
import { TorchRandom } from './torchRandom.ts';

const EPOCHS = 25;

/** The accuracy of the training rows after each epoch, in per cent. */
const published = [
  88.04, 89.37, 89.98, 90.35, 90.64, 90.86, 91.0, 91.22, 91.34, 91.4, 91.51, 91.68, 91.67, 91.76, 91.74,
  91.85, 91.92, 91.94, 92.03, 92.07, 92.08, 92.14, 92.12, 92.23, 92.19,
];

export const experiment: Experiment = {
  name: 'softmaxMnist',
  deck: 'STAT 479, L08',
  title: 'Softmax regression on MNIST',
  needs: ['mnist'],
  minutes: 0.2,
  about:
    '784-10 from zero weights, cross-entropy, SGD 0.1 in batches of 256, 25 epochs, seed 123. The order of the rows is that of the notebook, which takes one more pass after each epoch to measure.',
  async run({ data, compute, progress, plot }) {
    const { train, test } = readMnist(data);
    const rows = { x: inputsOf(train), y: train.labels };
    const model = sequential([dense(CLASSES, { kernelInitializer: 'zeros' })]);
    const history = await model.fit(rows, {
      loss: 'softmaxCrossEntropy',
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: EPOCHS,
      batchSize: 256,
      // The notebook seeds its generator behind the making of the model.
      order: new TorchRandom(123).loaderOrders(train.labels.length, 2),
      validation: rows,
      metrics: ['accuracy'],
      onEvent: (event) => {
        if (event.type === 'epoch') progress(`epoch ${event.epoch} of ${EPOCHS}`);
      },
      ...compute,
    });
    const accuracies = history.epochs.map(({ metrics }) => 100 * metrics['validationAccuracy']);
    const named = (values: readonly number[]) => [{ name: 'training rows', values }];
    plot(
      'accuracy',
      curvesSvg('Accuracy after each epoch', named(accuracies), {
        published: named(published),
        y: 'accuracy, %',
      }),
      'The accuracy of the training rows: ours as a line, the published values as circles.',
    );
    const options = { digits: 2, unit: '%' };
    const farthest = Math.max(...published.map((value, i) => Math.abs(accuracies[i] - value)));
    return [
      ...[1, 10, 25].map((epoch) =>
        near(`training accuracy, epoch ${epoch}`, accuracies[epoch - 1], published[epoch - 1], 0.05, options),
      ),
      near('largest difference in 25 epochs', farthest, 0, 0.05, { digits: 3, unit: '%' }),
      near('test accuracy', await accuracyOf(model, test), 92.21, 0.05, options),
    ];
  },
};
