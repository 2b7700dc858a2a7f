import * as $ from '../../graph/operations.ts';
import { fields } from '../../util/fields.ts';
import { type Layer, type LayerOptions, layerFields, layerOf } from '../layer.ts';
import { type ImagePadding, imageShape, zeroCellsField } from './windows.ts';

/** The options of `zeroPadding2d`, as a file holds them. */
export const zeroPadding2dFields = /* @__PURE__ */ fields('zeroPadding2d', () => ({
  padding: zeroCellsField(),
  ...layerFields(),
}));

/**
 * Surround images by zeros.
 *
 * @param padding - Cells: on all sides, [height, width], or [[above, below], [left, right]]. Default 1.
 * @param options - The layer's name.
 * @returns The layer, [rows, height, width, channels] → [rows, above + height + below, left + width + right, channels].
 * @throws ArgumentError for what is no padding; ShapeError, when the model is built, for inputs that are not images.
 * @example
 * import { sequential, zeroPadding2d } from 'gradus';
 * sequential([zeroPadding2d([1, 2])], { inputShape: [5, 5, 3] }).outputShape; // [7, 9, 3]
 */
export function zeroPadding2d(padding: Exclude<ImagePadding, 'same'> = 1, options: LayerOptions = {}): Layer {
  const own = zeroPadding2dFields.read(options, { padding });
  const [[above, below], [left, right]] = own.padding;
  return layerOf(zeroPadding2dFields, own, {
    call([x]) {
      const [rows, height, width, channels] = imageShape(x.shape, 'zeroPadding2d');
      return $.pad(x, [0, above, left, 0], [rows, above + height + below, left + width + right, channels]);
    },
  });
}
