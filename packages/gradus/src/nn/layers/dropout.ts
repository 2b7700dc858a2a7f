import * as $ from '../../graph/operations.ts';
import { ShapeError } from '../../util/errors.ts';
import { fields, fraction } from '../../util/fields.ts';
import { formatShape, isRows } from '../../util/shape.ts';
import { type Layer, type LayerOptions, layerFields, layerOf } from '../layer.ts';

const rateFields = () => ({ rate: fraction(), ...layerFields() });

/** The options of `dropout`, as a file holds them. */
export const dropoutFields = /* @__PURE__ */ fields('dropout', rateFields);

/**
 * While training, set each element to 0 with a probability and scale the others by 1/(1 − rate); do nothing
 * otherwise (Srivastava et al. 2014).
 *
 * @param rate - The probability, from 0 up to, not including, 1.
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ArgumentError for a rate outside [0, 1).
 * @example
 * import { dense, dropout, sequential } from 'gradus';
 * sequential([dense(64), dropout(0.2), dense(10)], { inputShape: [8] }).parameterCount; // 1226
 */
export function dropout(rate: number, options: LayerOptions = {}): Layer {
  const own = dropoutFields.read(options, { rate });
  return layerOf(dropoutFields, own, {
    call: ([x], { training, stream }) => (training ? $.dropout(x, own.rate, stream('mask')) : x),
  });
}

/** The options of `spatialDropout`, as a file holds them. */
export const spatialDropoutFields = /* @__PURE__ */ fields('spatialDropout', rateFields);

/**
 * While training, set whole channels of a row to 0 with a probability and scale the others by 1/(1 − rate); do nothing
 * otherwise (Tompson et al. 2015). Neighbouring cells of an image are alike, so dropping single ones drops little information.
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
  const own = spatialDropoutFields.read(options, { rate });
  return layerOf(spatialDropoutFields, own, {
    call([x], { training, stream }) {
      const { shape, rank } = x;
      if (rank < 3 || shape.slice(1).some(isRows)) {
        throw new ShapeError({
          received: `an input of shape ${formatShape(shape)} for spatialDropout`,
          expected: '[rows, height, width, channels] or [rows, length, channels]',
        });
      }
      if (!training || own.rate === 0) return x;
      const [rows, channels] = [shape[0], shape[rank - 1]];
      const kept = $.dropout($.broadcastTo($.constant(1), [rows, channels]), own.rate, stream('mask'));
      const ones = new Array<number>(rank - 2).fill(1);
      return $.multiply(x, $.reshape(kept, [rows, ...ones, channels]));
    },
  });
}
