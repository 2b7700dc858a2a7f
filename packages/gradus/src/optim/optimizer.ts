import { type UpdateConstants, type UpdateRule, updateRules } from '../compile/updateRules.ts';
import { ArgumentError } from '../util/errors.ts';
import type { JsonObject, JsonValue } from '../util/json.ts';
import type { LbfgsSettings } from './lbfgs/lbfgs.ts';
import { type LearningRate, learningRateAt } from './learningRate.ts';

/** What an optimizer is in a file: its name and its options. */
export interface OptimizerConfig {
  /** The optimizer's name. */
  readonly name: string;
  /** Its options; a learning rate that is a function is written as `'function'`. */
  readonly [option: string]: JsonValue;
}

/** An optimizer that makes a step after each batch: an update rule, its constants, and the scalars of each step. */
export interface StepOptimizer {
  /** It makes steps on batches. */
  readonly kind: 'steps';
  /** Its name: `sgd`, `adam` … */
  readonly name: string;
  /** The update rule that executors know. */
  readonly rule: UpdateRule;
  /** The constants of the rule. */
  readonly constants: UpdateConstants;
  /** How many values it remembers for each parameter. */
  readonly slots: number;
  /** How many scalars the rule reads at each step. */
  readonly scalarsPerRun: number;
  /** The learning rate, or its schedule. */
  readonly learningRate: LearningRate;
  /**
   * Give the scalars of one step.
   *
   * @param step - 1 for the first.
   * @param learningRate - Of this step.
   * @param decayFactor - Of the parameters; multiplies a decay that is not coupled to the gradient. Default 1.
   * @param into - Receives the scalars, so that a step need not allocate a list. Default a new list.
   * @returns The list `into`.
   */
  scalars(step: number, learningRate: number, decayFactor?: number, into?: number[]): readonly number[];
  /** Give name and options as JSON. */
  config(): OptimizerConfig;
}

/** An optimizer that sees all rows at once and chooses the length of its steps itself; `fit` runs it. */
export interface WholeDataOptimizer {
  /** It sees the whole data for each step. */
  readonly kind: 'wholeData';
  /** Its name: `lbfgs`. */
  readonly name: string;
  /** Its options. */
  readonly settings: Omit<LbfgsSettings, 'resolution'>;
  /** Give name and options as JSON. */
  config(): OptimizerConfig;
}

/** An optimizer: one that makes a step after each batch, or one that sees all rows at once. `kind` tells which. */
export type Optimizer = StepOptimizer | WholeDataOptimizer;

const none: UpdateConstants = {
  weightDecay: 0,
  momentum: 0,
  beta1: 0,
  beta2: 0,
  epsilon: 0,
  underRoot: 0,
};

/** The scalars of a rule that reads the learning rate alone. */
export const rateAlone: StepOptimizer['scalars'] = (_step, learningRate, _decayFactor, into = []) => {
  into[0] = learningRate;
  return into;
};

/** Make an optimizer from its rule, constants and scalars, and its options as JSON. */
export function makeOptimizer(parts: {
  readonly name: string;
  readonly rule: UpdateRule;
  readonly constants: Partial<UpdateConstants>;
  readonly learningRate: LearningRate;
  readonly scalars: StepOptimizer['scalars'];
  readonly options: JsonObject;
}): StepOptimizer {
  const { name, rule, constants, learningRate, scalars, options } = parts;
  return {
    kind: 'steps',
    name,
    rule,
    constants: { ...none, ...constants },
    slots: updateRules[rule].slots,
    scalarsPerRun: updateRules[rule].scalars,
    learningRate,
    scalars,
    config: () => ({ name, ...options }),
  };
}

/** How many values an optimizer keeps for each parameter in the store. */
export const slotsOf = (optimizer: Optimizer): number => (optimizer.kind === 'steps' ? optimizer.slots : 0);

/** The learning rate of a step, counted from 0; 1 for an optimizer that chooses the length of its steps itself. */
export const learningRateOf = (optimizer: Optimizer, step: number): number =>
  optimizer.kind === 'steps' ? learningRateAt(optimizer.learningRate, step) : 1;

/** Refuse an optimizer that does not make steps on batches. */
export function requireSteps(optimizer: Optimizer): StepOptimizer {
  if (optimizer.kind === 'steps') return optimizer;
  throw new ArgumentError({
    received: `the optimizer ${optimizer.name} for steps on batches`,
    expected: 'an optimizer that makes such steps, for example adam()',
    remedy: `Give ${optimizer.name}() to fit`,
  });
}
