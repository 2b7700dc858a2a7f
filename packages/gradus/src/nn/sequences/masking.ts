import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ShapeError } from '../../util/errors.ts';
import { fields, finiteNumber } from '../../util/fields.ts';
import { formatShape } from '../../util/shape.ts';
import { type Layer, type LayerOptions, layerFields, layerOf } from '../layer.ts';

/** The options of `masking`, as a file holds them. */
export const maskingFields = /* @__PURE__ */ fields('masking', () => ({
  value: finiteNumber().default(0),
  ...layerFields(),
}));

/**
 * Let recurrent layers skip the steps whose values all equal a given one: padding. Their values become 0.
 *
 * The mask passes through all layers that keep the axis of time. Recurrent layers hold their state at masked steps, so
 * that their last output is that of the last step that counts, whether padding comes first or last. Batch normalisation
 * leaves masked steps out of its statistics, and a loss that is measured at every step leaves them out of its mean.
 *
 * @param value - The value of padding. Default 0.
 * @param options - The layer's name.
 * @returns The layer, from [rows, time, inputs] to the same shape.
 * @throws ArgumentError for a value that is no finite number; ShapeError, when the model is built, for an input that is
 *   not a sequence.
 * @example
 * import { dense, lstm, masking, sequential } from 'gradus';
 * const model = sequential([masking(-1), lstm(8), dense(1)], { inputShape: [20, 3] });
 * model.parameterCount; // 393
 */
export function masking(value = 0, options: LayerOptions = {}): Layer {
  const own = maskingFields.read(options, { value });
  const maskOf = (x: Tensor, keepDimensions: boolean) => {
    if (x.rank !== 3) {
      throw new ShapeError({
        received: `an input of shape ${formatShape(x.shape)} for a layer 'masking'`,
        expected: '[rows, time, inputs]',
      });
    }
    return $.max($.affine($.equal(x, own.value), -1, 1), { axes: -1, keepDimensions });
  };
  return layerOf(maskingFields, own, {
    call: ([x]) => $.multiply(x, maskOf(x, true)),
    mask: ([x]) => maskOf(x, false),
  });
}
