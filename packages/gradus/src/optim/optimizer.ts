import { type UpdateConstants, type UpdateRule, updateRules } from '../compile/updateRules.ts';
import { ArgumentError } from '../util/errors.ts';
import { describeValue, isRecord, requireRange } from '../util/options.ts';
import type { LbfgsSettings } from './lbfgs/lbfgs.ts';
import type { Schedule, ScheduleConfig } from './schedule.ts';

/** A learning rate: one number, a schedule, or a function of the number of finished steps. */
export type LearningRate = number | Schedule | ((step: number) => number);

/** What an optimizer is in a file: its name and its numbers. */
export interface OptimizerConfig {
  /** The optimizer's name. */
  readonly name: string;
  /** Its options; a learning rate that is a function is written as `'function'`. */
  readonly [option: string]: string | number | boolean | ScheduleConfig;
}

/** An optimizer: a rule by which parameters change, its fixed numbers, and those of each step. */
export interface Optimizer {
  /** Its name: `sgd`, `adam` … */
  readonly name: string;
  /** The update rule that executors know. */
  readonly rule: UpdateRule;
  /** The fixed numbers of the rule. */
  readonly constants: UpdateConstants;
  /** How many numbers a parameter it remembers. */
  readonly slots: number;
  /** How many numbers it needs each step. */
  readonly scalarsPerRun: number;
  /** The learning rate, or its schedule. */
  readonly learningRate: LearningRate;
  /**
   * Give the numbers of one step.
   *
   * @param step - 1 for the first.
   * @param learningRate - Of this step.
   * @param decayFactor - Of the parameters; multiplies a decay that is not coupled to the gradient. Default 1.
   * @param into - Receives the numbers, so that a step need not make a list. Default a new list.
   * @returns The list `into`.
   */
  scalars(step: number, learningRate: number, decayFactor?: number, into?: number[]): readonly number[];
  /** What a method goes by that sees all rows at once and chooses the lengths of its steps; `fit` runs it. */
  readonly minimizer?: Omit<LbfgsSettings, 'resolution'>;
  /** Give name and options as JSON. */
  config(): OptimizerConfig;
}

/** Whose formula is meant where the libraries differ. */
export type Formula = 'pytorch' | 'keras' | 'sklearn';

/** Refuse a formula that is none of those an optimizer has. */
export function requireFormula(
  formula: string,
  known: readonly Formula[] = ['pytorch', 'keras', 'sklearn'],
): void {
  if (known.some((name) => name === formula)) return;
  const names = known.map((name) => `'${name}'`);
  throw new ArgumentError({
    received: `the formula ${describeValue(formula)}`,
    expected: `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`,
  });
}

/** Refuse a coupled weight decay with a formula of a library that has none. */
export function requireCoupledDecay(weightDecay: number, formula: Formula): void {
  requireRange('weightDecay', weightDecay, { least: 0, below: Number.POSITIVE_INFINITY });
  if (weightDecay === 0 || formula === 'pytorch') return;
  throw new ArgumentError({
    received: `weightDecay with the formula '${formula}'`,
    expected: 'none, as that formula has none of this kind',
    remedy: 'Use a kernelRegularizer, or adamW',
  });
}

/** Refuse a learning rate that is neither a number of at least 0, nor a schedule, nor a function. */
export function requireLearningRate(learningRate: LearningRate, name = 'learningRate'): void {
  if (typeof learningRate === 'function' || isSchedule(learningRate)) return;
  if (typeof learningRate === 'number') {
    requireRange(name, learningRate, { least: 0, below: Number.POSITIVE_INFINITY });
    return;
  }
  throw new ArgumentError({
    received: `${name} is ${describeValue(learningRate)}`,
    expected: 'a number of at least 0, a schedule such as cosineDecay({ … }), or a function of the step',
  });
}

const isSchedule = (value: unknown): value is Schedule =>
  isRecord(value) && typeof value['at'] === 'function' && typeof value['config'] === 'function';

const NONE: UpdateConstants = {
  weightDecay: 0,
  momentum: 0,
  beta1: 0,
  beta2: 0,
  epsilon: 0,
  underRoot: 0,
};

/** Numbers of a step for a rule that reads the learning rate and nothing else. */
export const rateAlone: Optimizer['scalars'] = (_step, learningRate, _decayFactor, into = []) => {
  into[0] = learningRate;
  return into;
};

/** Put an optimizer together from what differs between them. */
export function makeOptimizer(parts: {
  readonly name: string;
  readonly rule: UpdateRule;
  readonly constants: Partial<UpdateConstants>;
  readonly learningRate: LearningRate;
  readonly scalars: Optimizer['scalars'];
  readonly options: Readonly<Record<string, string | number | boolean>>;
}): Optimizer {
  const { name, rule, constants, learningRate, scalars, options } = parts;
  requireLearningRate(learningRate);
  return {
    name,
    rule,
    constants: { ...NONE, ...constants },
    slots: updateRules[rule].slots,
    scalarsPerRun: updateRules[rule].scalars,
    learningRate,
    scalars,
    config: () => ({
      name,
      learningRate:
        typeof learningRate === 'number'
          ? learningRate
          : typeof learningRate === 'function'
            ? 'function'
            : learningRate.config(),
      ...options,
    }),
  };
}

/** Give the learning rate of a step, counted from 0. */
export function learningRateAt(learningRate: LearningRate, step: number): number {
  if (typeof learningRate === 'number') return learningRate;
  const rate = typeof learningRate === 'function' ? learningRate(step) : learningRate.at(step);
  if (rate >= 0 && rate < Number.POSITIVE_INFINITY) return rate;
  throw new ArgumentError({
    received: `a learning rate of ${rate} for step ${step}`,
    expected: 'a number of at least 0',
  });
}
