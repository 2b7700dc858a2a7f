import * as $ from '../graph/operations.ts';
import { ShapeError } from '../util/errors.ts';
import type { JsonObject } from '../util/json.ts';
import { requireOptions, requireRange } from '../util/options.ts';
import { formatShape, isRows } from '../util/shape.ts';
import { defineLayer, type Layer } from './layer.ts';
import { type ImagePadding, imagePadding, imageShape } from './layers/windows.ts';
import { type LayerOptions, layerOptions } from './layers.ts';

/**
 * While training, set whole channels of a row to 0 with a probability and scale the others by 1/(1 − rate); do nothing
 * otherwise (Tompson et al. 2015). Neighbours in an image are alike, so that dropping single numbers of it drops little.
 *
 * @param rate - The probability, from 0 up to, not including, 1.
 * @param options - The layer's name.
 * @returns The layer, for images [rows, height, width, channels] or series [rows, length, channels].
 * @throws ArgumentError for a rate outside [0, 1).
 * @example
 * import { conv2d, sequential, spatialDropout } from 'gradus';
 * sequential([conv2d(8, 3), spatialDropout(0.2)], { inputShape: [6, 6, 1] }).outputShape; // [4, 4, 8]
 */
export function spatialDropout(rate: number, options: LayerOptions = {}): Layer {
  requireRange('rate', rate, { least: 0, below: 1 });
  return defineLayer({
    type: 'spatialDropout',
    ...options,
    call([x], { training, stream }) {
      const { shape, rank } = x;
      if (rank < 3 || shape.slice(1).some(isRows)) {
        throw new ShapeError({
          received: `an input of shape ${formatShape(shape)} for spatialDropout`,
          expected: '[rows, height, width, channels] or [rows, length, channels]',
        });
      }
      if (!training || rate === 0) return x;
      const [rows, channels] = [shape[0], shape[rank - 1]];
      const kept = $.dropout($.broadcastTo($.constant(1), [rows, channels]), rate, stream('mask'));
      const ones = new Array<number>(rank - 2).fill(1);
      return $.multiply(x, $.reshape(kept, [rows, ...ones, channels]));
    },
    options: () => ({ rate }),
  });
}

/**
 * Surround images by zeros.
 *
 * @param padding - Cells: on all sides, [height, width], or [[above, below], [left, right]]. Default 1.
 * @param options - The layer's name.
 * @returns The layer, [rows, height, width, channels] → [rows, above + height + below, left + width + right, channels].
 * @throws ArgumentError for what is no padding; ShapeError, when the model is built, for inputs that are no images.
 * @example
 * import { sequential, zeroPadding2d } from 'gradus';
 * sequential([zeroPadding2d([1, 2])], { inputShape: [5, 5, 3] }).outputShape; // [7, 9, 3]
 */
export function zeroPadding2d(padding: Exclude<ImagePadding, 'same'> = 1, options: LayerOptions = {}): Layer {
  requireOptions(options, layerOptions, 'zeroPadding2d');
  const cells = imagePadding(padding).map((pair) => (typeof pair === 'string' ? ([0, 0] as const) : pair));
  const [[above, below], [left, right]] = cells;
  return defineLayer({
    type: 'zeroPadding2d',
    ...options,
    call([x]) {
      const [rows, height, width, channels] = imageShape(x.shape, 'zeroPadding2d');
      return $.pad(x, [0, above, left, 0], [rows, above + height + below, left + width + right, channels]);
    },
    options: (): JsonObject => ({ padding: cells }),
  });
}
