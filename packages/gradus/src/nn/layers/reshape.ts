import * as $ from '../../graph/operations.ts';
import { ArgumentError } from '../../util/errors.ts';
import { type Field, fields, plainField } from '../../util/fields.ts';
import { describeValue } from '../../util/options.ts';
import { type Layer, type LayerOptions, layerFields, layerOf } from '../layer.ts';

/** The options of `flatten`, as a file holds them. */
export const flattenFields = /* @__PURE__ */ fields('flatten', layerFields);

/**
 * Flatten each row to a vector: [rows, 28, 28] becomes [rows, 784].
 *
 * @param options - The layer's name.
 * @returns The layer.
 * @example
 * import { dense, flatten, sequential } from 'gradus';
 * sequential([flatten(), dense(10)], { inputShape: [28, 28] }).parameterCount; // 7850
 */
export function flatten(options: LayerOptions = {}): Layer {
  return layerOf(flattenFields, flattenFields.read(options), {
    call: ([x]) => $.reshape(x, [x.shape[0], x.shape.slice(1).reduce((a, b) => a * b, 1)]),
  });
}

/** The shape of one row: sizes of at least 1, with a product that memory can hold. */
const rowShapeField = (): Field<readonly number[]> =>
  plainField((shape): asserts shape is readonly number[] => {
    const isShape =
      Array.isArray(shape) &&
      shape.every((size) => Number.isSafeInteger(size) && size >= 1) &&
      shape.reduce((a: number, b: number) => a * b, 1) < 2 ** 31;
    if (isShape) return;
    throw new ArgumentError({
      received: `the shape ${Array.isArray(shape) ? `[${shape.map(describeValue).join(', ')}]` : describeValue(shape)} of a row`,
      expected: 'a list of whole numbers of at least 1, such as [28, 28, 1]',
    });
  });

/** The options of `reshape`, as a file holds them. */
export const reshapeFields = /* @__PURE__ */ fields('reshape', () => ({
  shape: rowShapeField(),
  ...layerFields(),
}));

/**
 * Give each row another shape, keeping the order of its values.
 *
 * @param shape - The shape of one row, without the rows' axis; as many values as before.
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ArgumentError for sizes that are not whole numbers of at least 1; ShapeError, when the model is built, if the
 *   counts differ.
 * @example
 * import { flatten, reshape, sequential } from 'gradus';
 * sequential([reshape([2, 3]), flatten()], { inputShape: [6] }).parameterCount; // 0
 */
export function reshape(shape: readonly number[], options: LayerOptions = {}): Layer {
  const own = reshapeFields.read(options, { shape });
  const sizes = [...own.shape];
  return layerOf(
    reshapeFields,
    { ...own, shape: sizes },
    { call: ([x]) => $.reshape(x, [x.shape[0], ...sizes]) },
  );
}
