import {
  ArgumentError,
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
import { madeBy, type NamedChoice, namedText } from '../arguments/values.ts';
import { formatNumber } from '../format/number.ts';
import type { TrainingConfig } from './config.ts';

interface Options {
  readonly learningRate: LearningRate;
  readonly weightDecay: number;
}

interface Choice {
  /** Its name as a person writes it. */
  readonly title: string;
  /** Make it; the library checks the numbers, and has defaults for those that are not there. */
  make(options: Options, numbers: NamedChoice['numbers']): Optimizer;
}

const choices: Readonly<Record<OptimizerName, Choice>> = {
  sgd: { title: 'SGD', make: (options, numbers) => sgd({ ...options, ...numbers }) },
  adam: { title: 'Adam', make: (options, numbers) => adam({ ...options, ...numbers }) },
  adamW: { title: 'AdamW', make: (options, numbers) => adamW({ ...options, ...numbers }) },
  rmsProp: { title: 'RMSprop', make: (options, numbers) => rmsProp({ ...options, ...numbers }) },
  adagrad: { title: 'Adagrad', make: (options, numbers) => adagrad({ ...options, ...numbers }) },
  adadelta: { title: 'Adadelta', make: (options, numbers) => adadelta({ ...options, ...numbers }) },
  nadam: { title: 'Nadam', make: (options, numbers) => nadam({ ...options, ...numbers }) },
  lbfgs: { title: 'L-BFGS', make: (_, numbers) => lbfgs(numbers) },
};

/** The optimizers there are. */
export const optimizerNames = Object.keys(choices) as readonly OptimizerName[];

/** The name of an optimizer as a person writes it. */
export const optimizerTitle = (name: OptimizerName): string => choices[name].title;

/** Name the optimizer of a configuration, with the numbers that the user chose. */
export function describeOptimizer({ optimizer, optimizerNumbers }: TrainingConfig): string {
  // Weight decay has a place of its own, as it may be there unasked.
  const numbers = Object.entries(optimizerNumbers)
    .filter(([key]) => key !== 'weightDecay')
    .map(([key, value]) => `${key} ${formatNumber(value)}`);
  return `${optimizerTitle(optimizer)}${numbers.length === 0 ? '' : ` (${numbers.join(', ')})`}`;
}

/** Refuse numbers that an optimizer does not have, or outside their range. */
export function requireNumbers(asked: NamedChoice<OptimizerName>): void {
  const { name, numbers } = asked;
  if (Object.hasOwn(numbers, 'learningRate')) {
    throw new ArgumentError({
      received: `--optimizer ${namedText(asked)}`,
      expected: 'the learning rate in a flag of its own',
      remedy: 'Write --learning-rate',
    });
  }
  madeBy('optimizer', asked, () => choices[name].make({ learningRate: 1, weightDecay: 0 }, numbers));
}

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
export function optimizerOf(training: TrainingConfig): Optimizer {
  const { optimizer, optimizerNumbers, learningRate, weightDecay, schedule } = training;
  const rate = schedule === null ? (learningRate ?? 1) : scheduleFromConfig(schedule);
  return choices[optimizer].make({ learningRate: rate, weightDecay }, optimizerNumbers);
}
