import {
  ArgumentError,
  type Optimizer,
  type OptimizerName,
  optimizerFromConfig,
  type ScheduleConfig,
} from 'gradus';
import { madeBy, type NamedChoice, namedText } from '../arguments/values.ts';
import { formatNumber } from '../format/number.ts';
import type { TrainingConfig } from './config.ts';

/** The name of each optimizer as a person writes it. */
const titles: Readonly<Record<OptimizerName, string>> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamW: 'AdamW',
  rmsProp: 'RMSprop',
  adagrad: 'Adagrad',
  adadelta: 'Adadelta',
  nadam: 'Nadam',
  lbfgs: 'L-BFGS',
};

/** Make an optimizer; the library checks its options, and has defaults for those that are missing. */
const make = (
  name: OptimizerName,
  options: { readonly learningRate: number | ScheduleConfig; readonly weightDecay: number },
  numbers: NamedChoice['numbers'],
): Optimizer =>
  optimizerFromConfig(seesAllRows(name) ? { name, ...numbers } : { name, ...options, ...numbers });

/** The optimizers there are. */
export const optimizerNames = Object.keys(titles) as readonly OptimizerName[];

/** The name of an optimizer as a person writes it. */
export const optimizerTitle = (name: OptimizerName): string => titles[name];

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
  madeBy('optimizer', asked, () => make(name, { learningRate: 1, weightDecay: 0 }, numbers));
}

/** Whether an optimizer sees all rows at once and chooses the lengths of its steps. */
export const seesAllRows = (name: OptimizerName): boolean =>
  optimizerFromConfig({ name }).kind === 'wholeData';

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
  return make(optimizer, { learningRate: schedule ?? learningRate ?? 1, weightDecay }, optimizerNumbers);
}
