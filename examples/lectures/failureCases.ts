/**
 * Failure cases of a network with one hidden layer on MNIST, as a slide of deck 004 shows them at about 93 %: the digits
 * that it gets wrong although it is sure of itself, and what its hidden units look for.
 */
import { dense, sequential, sgd } from 'gradus';
import { inspectLayers, mostConfidentMistakes, pictureGrid, weightPictures } from 'gradus/inspect';
import { accuracy } from 'gradus/metrics';
import { atMost, type Experiment, near, stated } from './experiment.ts';
import { CLASSES, inputsOf, PIXELS, readMnist } from './mnist.ts';

const SIDE = 28;
const HIDDEN = 50;
const loss = 'softmaxCrossEntropy';

export const experiment: Experiment = {
  name: 'failureCases',
  deck: 'deck 004',
  title: 'Failure cases of a network with one hidden layer',
  needs: ['mnist'],
  minutes: 0.2,
  about:
    'The slide names no settings: 784-50-10, sigmoid, softmax cross-entropy, SGD 0.1 in batches of 64, 4 epochs, the last of a schedule fixed beforehand. ' +
    'Of the test digits that are wrong, those with the highest probability are shown; several would puzzle a person as well.',
  async run({ data, seeds, compute, progress, plot }) {
    const { train, test } = readMnist(data);
    const model = sequential([dense(HIDDEN, { activation: 'sigmoid' }), dense(CLASSES)]);
    await model.fit(
      { x: inputsOf(train), y: train.labels },
      {
        loss,
        optimizer: sgd({ learningRate: 0.1 }),
        epochs: 4,
        batchSize: 64,
        seed: seeds[0],
        onEvent: (event) => {
          if (event.type === 'epoch') progress(`epoch ${event.epoch} of 4: loss ${event.loss.toFixed(4)}`);
        },
        ...compute,
      },
    );
    const probabilities = await model.predictProbabilities(inputsOf(test));
    const percentRight = 100 * accuracy(test.labels, await model.predictLabels(inputsOf(test)));

    const mistakes = mostConfidentMistakes(probabilities, test.labels, { count: 30 });
    const percent = (probability: number): string => `${(100 * probability).toFixed(1)} %`;
    const digits = mistakes.map(({ row, target, predicted, probability }) => ({
      width: SIDE,
      values: test.pixels.subarray(row * PIXELS, (row + 1) * PIXELS),
      caption: `${target} as ${predicted}, ${percent(probability)}`,
    }));
    plot(
      'mistakes',
      pictureGrid(digits, { title: 'Digits mistaken with the highest probability', size: 84 }),
      'The thirty most confident mistakes on the test digits: what it is, what it was taken for, and with which probability.',
    );

    const kernel = model.getWeights().find(({ name }) => name === 'dense/kernel')!;
    plot(
      'weights',
      pictureGrid(weightPictures(kernel, { width: SIDE }), {
        title: 'Weights of the hidden units: blue negative, red positive',
        colors: 'diverging',
        scale: 'each',
      }),
      'The weights of the fifty hidden units, laid out as the digits that they read, each on a scale of its own.',
    );

    const { findings } = await inspectLayers(model, { x: inputsOf(test), y: test.labels }, { loss });
    const wrong = Math.round(test.labels.length * (1 - percentRight / 100));
    return [
      near('test accuracy', percentRight, 93, 0.7, { digits: 2, unit: '%' }),
      stated('test digits mistaken', wrong, { digits: 0 }),
      stated('probability of the most confident mistake', 100 * mistakes[0].probability, {
        digits: 2,
        unit: '%',
      }),
      atMost('findings of inspectLayers', findings.length, 0, { digits: 0 }),
    ];
  },
};
