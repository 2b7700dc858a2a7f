import * as $ from '../../graph/operations.ts';
import { fields, fraction, numberFrom } from '../../util/fields.ts';
import { type Layer, type LayerOptions, layerFields, layerOf } from '../layer.ts';

/** The options of `gaussianNoise`, as a file holds them. */
export const gaussianNoiseFields = /* @__PURE__ */ fields('gaussianNoise', () => ({
  deviation: numberFrom(0),
  ...layerFields(),
}));

/**
 * While training, add normally distributed noise, y = x + N(0, deviation²), new every step; do nothing otherwise.
 *
 * On inputs it acts, for small noise, like a penalty on the slopes of the model (Bishop 1995). The noise depends
 * on the seed, the layer's name, the step and the element alone: every executor draws the same.
 *
 * @param deviation - The standard deviation, at least 0.
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ArgumentError for a deviation below 0.
 * @example
 * import { dense, gaussianNoise, sequential } from 'gradus';
 * sequential([gaussianNoise(0.1), dense(10)], { inputShape: [8] }).parameterCount; // 90
 */
export function gaussianNoise(deviation: number, options: LayerOptions = {}): Layer {
  const own = gaussianNoiseFields.read(options, { deviation });
  return layerOf(gaussianNoiseFields, own, {
    call: ([x], { training, stream }) =>
      training && deviation > 0 ? $.add(x, $.randomNormal(x.shape, 0, deviation, stream('noise'))) : x,
  });
}

/** The options of `gaussianDropout`, as a file holds them. */
export const gaussianDropoutFields = /* @__PURE__ */ fields('gaussianDropout', () => ({
  rate: fraction(),
  ...layerFields(),
}));

/**
 * While training, multiply each element by a factor drawn from N(1, rate/(1 − rate)), which has the mean and the
 * variance of dropout's factor; do nothing otherwise (Srivastava et al. 2014, section 10).
 *
 * @param rate - The probability of the dropout that it stands for, from 0 up to, not including, 1.
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ArgumentError for a rate outside [0, 1).
 * @example
 * import { dense, gaussianDropout, sequential } from 'gradus';
 * sequential([dense(64), gaussianDropout(0.2), dense(10)], { inputShape: [8] }).parameterCount; // 1226
 */
export function gaussianDropout(rate: number, options: LayerOptions = {}): Layer {
  const own = gaussianDropoutFields.read(options, { rate });
  const deviation = Math.sqrt(rate / (1 - rate));
  return layerOf(gaussianDropoutFields, own, {
    call: ([x], { training, stream }) =>
      training && rate > 0 ? $.multiply(x, $.randomNormal(x.shape, 1, deviation, stream('factor'))) : x,
  });
}
