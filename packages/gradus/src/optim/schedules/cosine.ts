import { fields, numberFrom, type OptionsOf, positiveInteger } from '../../util/fields.ts';
import { cos, pow } from '../../util/math.ts';
import { makeSchedule, type Schedule } from './schedule.ts';

/** From `low` + `height` at 0 down to `low` at 1, along half a wave. */
const wave = (height: number, low: number, part: number): number =>
  low + (height * (1 + cos(Math.PI * part))) / 2;

const cosineDecayFields = /* @__PURE__ */ fields('cosineDecay', () => ({
  /** The learning rate η₀ of the first step. */
  initial: numberFrom(0),
  /** The number of steps T until the least rate, which stays. */
  steps: positiveInteger(),
  /** The least rate η₁. Default 0. */
  minimum: numberFrom(0).default(0),
}));

/** Options of `cosineDecay`. */
export type CosineDecayOptions = OptionsOf<typeof cosineDecayFields>;

/**
 * Lower the learning rate along half a cosine wave: η = η₁ + ½(η₀ − η₁)(1 + cos(π·min(step/T, 1))).
 *
 * PyTorch's `CosineAnnealingLR` up to step T; Keras's `CosineDecay` with α = η₁/η₀. Combine it with `warmUp` for a warm-up.
 * Source: Loshchilov & Hutter 2017, without restarts.
 *
 * @param options - First rate, steps, least rate.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { adamW, cosineDecay } from 'gradus';
 * const schedule = cosineDecay({ initial: 0.01, steps: 1000 });
 * schedule.at(500); // 0.005
 * adamW({ learningRate: schedule }).name; // 'adamW'
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const own = cosineDecayFields.read(options);
  const { initial, steps, minimum } = own;
  return makeSchedule('cosineDecay', cosineDecayFields.write(own), (step) => {
    return wave(initial - minimum, minimum, Math.min(step / steps, 1));
  });
}

const cosineRestartsFields = /* @__PURE__ */ fields('cosineRestarts', () => ({
  /** The learning rate η₀ of the first step. */
  initial: numberFrom(0),
  /** The number of steps T₀ of the first period. */
  steps: positiveInteger(),
  /** How many times as long each period is as the one before, at least 1. Default 1; Keras's default is 2. */
  periodFactor: numberFrom(1).default(1),
  /** How many times as high each period begins, above the least rate, as the one before. Default 1. */
  heightFactor: numberFrom(0).default(1),
  /** The least rate η₁. Default 0. */
  minimum: numberFrom(0).default(0),
}));

/** Options of `cosineRestarts`. */
export type CosineRestartsOptions = OptionsOf<typeof cosineRestartsFields>;

/**
 * Lower the learning rate along half a cosine wave, and start again: SGDR.
 *
 * In period i of Tᵢ = T₀·fⁱ steps, t steps after its beginning: η = η₁ + ½(η₀ − η₁)·hⁱ·(1 + cos(πt/Tᵢ)).
 * Keras's `CosineDecayRestarts`, whose alpha is η₁/η₀; PyTorch's `CosineAnnealingWarmRestarts`, where h = 1.
 * Source: Loshchilov & Hutter 2017.
 *
 * @param options - First rate, steps of the first period, factors of periods and heights, least rate.
 * @returns A schedule for the option `learningRate` of an optimizer.
 * @throws ArgumentError for a number outside its range.
 * @example
 * import { cosineRestarts } from 'gradus';
 * const schedule = cosineRestarts({ initial: 0.1, steps: 10, periodFactor: 2 });
 * [schedule.at(0), schedule.at(5), schedule.at(10), schedule.at(20)]; // [0.1, 0.05, 0.1, 0.05]
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  const own = cosineRestartsFields.read(options);
  const { initial, steps, periodFactor, heightFactor, minimum } = own;
  return makeSchedule('cosineRestarts', cosineRestartsFields.write(own), (step) => {
    if (periodFactor === 1) {
      const period = Math.floor(step / steps);
      return wave((initial - minimum) * pow(heightFactor, period), minimum, step / steps - period);
    }
    // Few periods fit into any number of steps, since their lengths grow geometrically.
    let [begin, length, period] = [0, steps, 0];
    while (step >= begin + length) {
      begin += length;
      length *= periodFactor;
      period++;
    }
    return wave((initial - minimum) * pow(heightFactor, period), minimum, (step - begin) / length);
  });
}
