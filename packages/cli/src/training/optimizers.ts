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

/** Names that papers write otherwise than with a capital. */
const titles: Readonly<Partial<Record<OptimizerName, string>>> = {
  sgd: 'SGD',
  rmsProp: 'RMSprop',
  lbfgs: 'L-BFGS',
};

/** Make an optimizer; the library checks its options, and has defaults for those that are missing. */
const make = (
  name: OptimizerName,
  options: { readonly learningRate: number | ScheduleConfig; readonly weightDecay: number },
  numbers: NamedChoice['numbers'],
): Optimizer =>
  optimizerFromConfig(seesAllRows(name) ? { name, ...numbers } : { name, ...options, ...numbers });

/** The name of an optimizer as papers write it. */
export const optimizerTitle = (name: OptimizerName): string =>
  titles[name] ?? `${name[0].toUpperCase()}${name.slice(1)}`;

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

/** Optimizers whose steps have the scale of AdamW's. */
const scaledLikeAdamW: readonly OptimizerName[] = ['adam', 'adamW', 'nadam', 'rmsProp'];

/**
 * The learning rate that an optimizer begins with.
 *
 * @param name - Which one.
 * @param measured - The rate that was measured with AdamW, on as many rows.
 * @returns The measured rate where steps have AdamW's scale, else the optimizer's own default; null where it has none.
 */
export function firstLearningRate(name: OptimizerName, measured: number): number | null {
  if (scaledLikeAdamW.includes(name)) return measured;
  const { learningRate } = optimizerFromConfig({ name }).config();
  return typeof learningRate === 'number' ? learningRate : null;
}

/** Make the optimizer of a configuration. */
export function optimizerOf(training: TrainingConfig): Optimizer {
  const { optimizer, optimizerNumbers, learningRate, weightDecay, schedule } = training;
  return make(optimizer, { learningRate: schedule ?? learningRate ?? 1, weightDecay }, optimizerNumbers);
}
