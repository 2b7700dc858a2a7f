import * as $ from '../../graph/operations.ts';
import { requireRange } from '../../util/options.ts';
import { defineLayer, type Layer } from '../layer.ts';
import type { LayerOptions } from '../layers.ts';

/**
 * While training, add normally distributed noise, y = x + N(0, deviation²), new every step; do nothing otherwise.
 *
 * On inputs it acts, for small noise, like a penalty on the slopes of the model (Bishop 1995). The numbers hang on the
 * seed, the layer's name, the step and the element alone: every executor draws the same.
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
  requireRange('deviation', deviation, { least: 0, below: Number.POSITIVE_INFINITY });
  return defineLayer({
    type: 'gaussianNoise',
    ...options,
    call: ([x], { training, stream }) =>
      training && deviation > 0 ? $.add(x, $.randomNormal(x.shape, 0, deviation, stream('noise'))) : x,
    options: () => ({ deviation }),
  });
}

/**
 * While training, multiply each number by one of N(1, rate/(1 − rate)), which has the mean and the variance of
 * dropout's factor; do nothing otherwise (Srivastava et al. 2014, section 10).
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
  requireRange('rate', rate, { least: 0, below: 1 });
  const deviation = Math.sqrt(rate / (1 - rate));
  return defineLayer({
    type: 'gaussianDropout',
    ...options,
    call: ([x], { training, stream }) =>
      training && rate > 0 ? $.multiply(x, $.randomNormal(x.shape, 1, deviation, stream('factor'))) : x,
    options: () => ({ rate }),
  });
}
