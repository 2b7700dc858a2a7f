import {
  huber,
  type Loss,
  meanAbsoluteError,
  meanSquaredError,
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
} from 'gradus/losses';
import type { Task } from 'gradus/preprocess';

/** The losses of the library that a table can be trained on: of classes and of numbers. */
export type LossChoice =
  | 'softmaxCrossEntropy'
  | 'softmaxFocalCrossEntropy'
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber';

interface Choice {
  readonly task: Task;
  /** Its name in a sentence. */
  readonly title: string;
  make(options: { readonly labelSmoothing: number }): Loss;
}

const choices: Readonly<Record<LossChoice, Choice>> = {
  softmaxCrossEntropy: {
    task: 'classify',
    title: 'cross-entropy',
    make: ({ labelSmoothing }) => softmaxCrossEntropy({ labelSmoothing }),
  },
  softmaxFocalCrossEntropy: { task: 'classify', title: 'focal loss', make: () => softmaxFocalCrossEntropy() },
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

/** What run folders of earlier releases call them. */
const earlierNames: Readonly<Record<string, LossChoice>> = {
  crossEntropy: 'softmaxCrossEntropy',
  focal: 'softmaxFocalCrossEntropy',
};

/** The loss that a run folder names. */
export const recordedLoss = (name: string): LossChoice =>
  Object.hasOwn(earlierNames, name) ? earlierNames[name] : (name as LossChoice);

/** What is minimised where nothing else is asked for. */
export const usualLoss = (task: Task): LossChoice =>
  task === 'classify' ? 'softmaxCrossEntropy' : 'meanSquaredError';

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
