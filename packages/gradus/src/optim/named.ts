import { ArgumentError } from '../util/errors.ts';
import { isRecord, unknownName } from '../util/options.ts';
import type { Optimizer } from './optimizer.ts';
import * as optimizers from './optimizers.ts';
import { scheduleFromConfig } from './schedules/named.ts';

const byName = { ...optimizers };

/** The optimizers that can be named by a string. */
export type OptimizerName = keyof typeof byName;

/**
 * The names of all optimizers, in alphabetical order.
 *
 * @example
 * import { optimizerNames } from 'gradus';
 * optimizerNames.includes('adamW'); // true
 */
export const optimizerNames = /* @__PURE__ */ Object.keys(byName) as readonly OptimizerName[];

const isOptimizerName = (name: unknown): name is OptimizerName =>
  typeof name === 'string' && Object.hasOwn(byName, name);

/** Give the optimizer that an option names, with its default options, or is. */
export function resolveOptimizer(choice: Optimizer | OptimizerName): Optimizer {
  if (isOptimizerName(choice)) return byName[choice]();
  if (isRecord(choice) && 'kind' in choice && typeof choice.config === 'function') return choice;
  throw unknownName('optimizer', choice, optimizerNames, 'what a call such as adam({ … }) gives');
}

/**
 * Make an optimizer again from its description.
 *
 * @param config - What `optimizer.config()` gave, also after a way through JSON.
 * @returns The optimizer.
 * @throws ArgumentError for an unknown name or option, a value outside its range, or a learning rate that was a function.
 * @example
 * import { adam, optimizerFromConfig } from 'gradus';
 * const config = adam({ learningRate: 0.02 }).config();
 * optimizerFromConfig(JSON.parse(JSON.stringify(config))).config().learningRate; // 0.02
 */
export function optimizerFromConfig(config: unknown): Optimizer {
  const { name, ...options } = isRecord(config) ? config : { name: config };
  if (!isOptimizerName(name)) throw unknownName('optimizer', name, optimizerNames);
  const { learningRate } = options;
  if (learningRate === 'function') {
    throw new ArgumentError({
      received: `a description of ${name} whose learning rate was a function`,
      expected: 'a number or a schedule, which can be described',
      remedy: `Write ${name}({ learningRate: … }) with that function`,
    });
  }
  // The optimizer checks what it is given, as it checks options that a user wrote.
  const make: (options: object) => Optimizer = byName[name];
  return make(
    isRecord(learningRate) ? { ...options, learningRate: scheduleFromConfig(learningRate) } : options,
  );
}
