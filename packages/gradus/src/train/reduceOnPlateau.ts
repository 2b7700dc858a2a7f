import { requireFormula } from '../optim/formula.ts';
import { requireCount, requireOptions, requireRange } from '../util/options.ts';
import { type Callback, measureOf, modeOf } from './callbacks.ts';

/** Options of `reduceOnPlateau`. */
export interface ReduceOnPlateauOptions {
  /** The measure to watch. Default `validationLoss`. */
  readonly monitor?: string | undefined;
  /** What the learning rate is multiplied with, below 1. Default 0.1. */
  readonly factor?: number | undefined;
  /** How many epochs in a row may bring nothing; the one behind them reduces. Default 10. */
  readonly patience?: number | undefined;
  /** The least change that counts as an improvement. Default 0.0001. */
  readonly minimumDelta?: number | undefined;
  /** How many epochs after a reduction count for nothing. Default 0. */
  readonly cooldown?: number | undefined;
  /** The least learning rate. Default 0. */
  readonly minimum?: number | undefined;
  /** Stop instead of reducing a rate that is no larger than this. Default never. */
  readonly stopAt?: number | undefined;
  /** `min` for losses, `max` for scores. Default: `min` for names that end with Loss or Error, else `max`. */
  readonly mode?: 'max' | 'min' | undefined;
  /** `pytorch` keeps the best value that was an improvement, `sklearn` the best of all. Default `pytorch`. */
  readonly formula?: 'pytorch' | 'sklearn' | undefined;
  /** Default `reduceOnPlateau`; two callbacks of a run need two names. */
  readonly name?: string | undefined;
}

const known = {
  monitor: true,
  factor: true,
  patience: true,
  minimumDelta: true,
  cooldown: true,
  minimum: true,
  stopAt: true,
  mode: true,
  formula: true,
  name: true,
} as const;

/**
 * Multiply the learning rate with a factor when a measure has stood still for some epochs.
 *
 * PyTorch's `ReduceLROnPlateau` with an absolute threshold. Keras's reduces one epoch earlier and counts again in the
 * last epoch of a cooldown: it is this one with `patience` and `cooldown` one less. scikit-learn's `adaptive` is
 * `{ formula: 'sklearn', monitor: 'loss', factor: 0.2, stopAt: 1e-6 }`.
 *
 * @param options - What to watch, factor, patience, cooldown, bounds.
 * @returns A callback.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { reduceOnPlateau } from 'gradus';
 * reduceOnPlateau({ monitor: 'loss', factor: 0.5, patience: 3 }).name; // 'reduceOnPlateau'
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): Callback {
  requireOptions(options, known, 'reduceOnPlateau');
  const { monitor = 'validationLoss', factor = 0.1, patience = 10, minimumDelta = 1e-4 } = options;
  const { cooldown = 0, minimum = 0, stopAt, name = 'reduceOnPlateau', formula = 'pytorch' } = options;
  requireFormula(formula, ['pytorch', 'sklearn']);
  const mode = modeOf(monitor, options.mode);
  requireRange('factor', factor, { least: 0, below: 1 });
  requireCount('patience', patience, 0);
  requireRange('minimumDelta', minimumDelta, { least: 0, below: Number.POSITIVE_INFINITY });
  requireCount('cooldown', cooldown, 0);
  requireRange('minimum', minimum, { least: 0, below: Number.POSITIVE_INFINITY });
  if (stopAt !== undefined) requireRange('stopAt', stopAt, { least: 0, below: Number.POSITIVE_INFINITY });
  let best: number | undefined;
  let waited = 0;
  let cooling = 0;
  return {
    name,
    onStart() {
      best = undefined;
      waited = 0;
      cooling = 0;
    },
    onEpoch(event, control) {
      const value = measureOf(event, monitor);
      // Less is better: scores change their sign. Written as the libraries do, for ties are broken by rounding.
      const loss = mode === 'min' ? value : -value;
      const bound = best === undefined ? Number.POSITIVE_INFINITY : best - minimumDelta;
      const isBetter = formula === 'pytorch' ? loss < bound : loss <= bound;
      if (isBetter || (formula === 'sklearn' && best !== undefined && loss < best)) best = loss;
      waited = isBetter ? 0 : waited + 1;
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (waited <= patience) return;
      waited = 0;
      cooling = cooldown;
      if (stopAt !== undefined && event.learningRate <= stopAt) {
        control.stop(`no better ${monitor} at a learning rate of ${event.learningRate}`);
        return;
      }
      const reduced = Math.max(event.learningRate * factor, minimum);
      if (reduced < event.learningRate) control.setLearningRate(reduced);
    },
    state: () => ({ best: best ?? null, waited, cooling }),
    restoreState(state) {
      const count = (key: string): number => (typeof state[key] === 'number' ? state[key] : 0);
      best = typeof state['best'] === 'number' ? state['best'] : undefined;
      waited = count('waited');
      cooling = count('cooling');
    },
  };
}
