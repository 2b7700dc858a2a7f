import {
  adadelta,
  adagrad,
  adam,
  adamW,
  type LearningRate,
  lbfgs,
  nadam,
  type Optimizer,
  type OptimizerName,
  rmsProp,
  scheduleFromConfig,
  sgd,
} from 'gradus';
import type { TrainingConfig } from './config.ts';

interface Choice {
  /** Its name as a person writes it. */
  readonly title: string;
  /** Make it; all but its learning rate and AdamW's weight decay are the library's defaults. */
  make(options: { readonly learningRate: LearningRate; readonly weightDecay: number }): Optimizer;
}

const choices: Readonly<Record<OptimizerName, Choice>> = {
  sgd: { title: 'SGD', make: ({ learningRate }) => sgd({ learningRate }) },
  adam: { title: 'Adam', make: ({ learningRate }) => adam({ learningRate }) },
  adamW: { title: 'AdamW', make: (options) => adamW(options) },
  rmsProp: { title: 'RMSprop', make: ({ learningRate }) => rmsProp({ learningRate }) },
  adagrad: { title: 'Adagrad', make: ({ learningRate }) => adagrad({ learningRate }) },
  adadelta: { title: 'Adadelta', make: ({ learningRate }) => adadelta({ learningRate }) },
  nadam: { title: 'Nadam', make: ({ learningRate }) => nadam({ learningRate }) },
  lbfgs: { title: 'L-BFGS', make: () => lbfgs() },
};

/** The optimizers there are. */
export const optimizerNames = Object.keys(choices) as readonly OptimizerName[];

/** The name of an optimizer as a person writes it. */
export const optimizerTitle = (name: OptimizerName): string => choices[name].title;

/** Whether an optimizer sees all rows at once and chooses the lengths of its steps. */
export const seesAllRows = (name: OptimizerName): boolean => name === 'lbfgs';

/**
 * The learning rate that an optimizer begins with.
 *
 * @param name - Which one.
 * @param measured - The rate that was found by measuring with AdamW, on as many rows. Those that scale their steps as it
 *   does take it too; the others have a rate of their own.
 */
export function firstLearningRate(name: OptimizerName, measured: number): number | null {
  switch (name) {
    case 'adam':
    case 'adamW':
    case 'nadam':
    case 'rmsProp':
      return measured;
    case 'sgd':
    case 'adagrad':
      return 0.01;
    case 'adadelta':
      return 1;
    case 'lbfgs':
      return null;
  }
}

/** Make the optimizer of a configuration. */
export function optimizerOf({ optimizer, learningRate, weightDecay, schedule }: TrainingConfig): Optimizer {
  const rate = schedule === null ? (learningRate ?? 1) : scheduleFromConfig(schedule);
  return choices[optimizer].make({ learningRate: rate, weightDecay });
}
