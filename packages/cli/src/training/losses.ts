import {
  huber,
  type Loss,
  meanAbsoluteError,
  meanSquaredError,
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
} from 'gradus/losses';
import type { Task } from 'gradus/preprocess';

/** What can be minimised, of classes and of numbers. */
export type LossChoice = 'crossEntropy' | 'focal' | 'meanSquaredError' | 'meanAbsoluteError' | 'huber';

interface Choice {
  readonly task: Task;
  /** Its name in a sentence. */
  readonly title: string;
  make(options: { readonly labelSmoothing: number }): Loss;
}

const choices: Readonly<Record<LossChoice, Choice>> = {
  crossEntropy: {
    task: 'classify',
    title: 'cross-entropy',
    make: ({ labelSmoothing }) => softmaxCrossEntropy({ labelSmoothing }),
  },
  focal: { task: 'classify', title: 'focal loss', make: () => softmaxFocalCrossEntropy() },
  meanSquaredError: {
    task: 'regress',
    title: 'mean squared error of the standardised target',
    make: () => meanSquaredError(),
  },
  meanAbsoluteError: {
    task: 'regress',
    title: 'mean absolute error of the standardised target',
    make: () => meanAbsoluteError(),
  },
  huber: { task: 'regress', title: 'Huber loss of the standardised target', make: () => huber() },
};

/** The losses there are. */
export const lossNames = Object.keys(choices) as readonly LossChoice[];

/** The losses of a task. */
export const lossesOf = (task: Task): LossChoice[] => lossNames.filter((name) => choices[name].task === task);

/** What is minimised where nothing else is asked for. */
export const usualLoss = (task: Task): LossChoice =>
  task === 'classify' ? 'crossEntropy' : 'meanSquaredError';

/** The name of a loss in a sentence. */
export const lossTitle = (name: LossChoice): string => choices[name].title;

/** Make the loss of a configuration. */
export const lossOf = ({
  loss,
  labelSmoothing,
}: {
  readonly loss: LossChoice;
  readonly labelSmoothing: number;
}): Loss => choices[loss].make({ labelSmoothing });
