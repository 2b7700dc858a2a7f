import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ShapeError } from '../../util/errors.ts';
import { fields, type OptionsOf, wholeNumber } from '../../util/fields.ts';
import { formatShape, normalizeAxis } from '../../util/shape.ts';
import { type Layer, type LayerOptions, layerFields, layerOf } from '../layer.ts';

/** The options of `add`, as a file holds them. */
export const addFields = /* @__PURE__ */ fields('add', layerFields);

/**
 * Add inputs of one shape: call it on two or more connections, as a residual network does.
 *
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ShapeError, when the model is built, if the shapes differ.
 * @example
 * import { add, dense, functional, input } from 'gradus';
 * const x = input([8]);
 * const residual = add()(x, dense(8, { activation: 'relu' })(x));
 * functional({ inputs: [x], outputs: dense(1)(residual) }).parameterCount; // 81
 */
export function add(options: LayerOptions = {}): Layer {
  return layerOf(addFields, addFields.read(options), {
    call(inputs) {
      for (const { shape } of inputs) {
        if (formatShape(shape) === formatShape(inputs[0].shape)) continue;
        throw new ShapeError({
          received: `inputs of shapes ${inputs.map((input) => formatShape(input.shape)).join(', ')} to add`,
          expected: 'one shape',
        });
      }
      return inputs.reduce((a, b) => $.add(a, b));
    },
  });
}

/** Sequences one after the other have their masks one after the other; side by side, a step counts that counts in any. */
function maskOfJoint(
  inputs: readonly Tensor[],
  masks: readonly (Tensor | undefined)[],
  axis: number,
): Tensor | undefined {
  if (masks.every((mask) => mask === undefined)) return undefined;
  const isBehind = normalizeAxis(axis, inputs[0].rank) === 1;
  if (!isBehind && masks.includes(undefined)) return undefined;
  const all = masks.map((mask, i) => mask ?? $.broadcastTo($.constant(1), inputs[i].shape.slice(0, 2)));
  return isBehind ? $.concatenate(all, 1) : all.reduce((a, b) => $.maximum(a, b));
}

/** The options of `concatenate`, as a file holds them. */
export const concatenateFields = /* @__PURE__ */ fields('concatenate', () => ({
  /** The axis along which inputs are joined. Default −1, the last. */
  axis: wholeNumber(Number.MIN_SAFE_INTEGER).default(-1),
  ...layerFields(),
}));

/** Options of `concatenate`. */
export type ConcatenateOptions = OptionsOf<typeof concatenateFields>;

/**
 * Concatenate inputs along an axis: call it on two or more connections.
 *
 * @param options - Axis (default −1, the last), name.
 * @returns The layer.
 * @throws ShapeError, when the model is built, if the other axes differ.
 * @example
 * import { concatenate, dense, functional, input } from 'gradus';
 * const [a, b] = [input([2], { name: 'a' }), input([3], { name: 'b' })];
 * const both = concatenate()(a, b);
 * functional({ inputs: [a, b], outputs: dense(1)(both) }).parameterCount; // 6
 */
export function concatenate(options: ConcatenateOptions = {}): Layer {
  const own = concatenateFields.read(options);
  const { axis } = own;
  return layerOf(concatenateFields, own, {
    call(inputs) {
      if (normalizeAxis(axis, inputs[0].rank) === 0) {
        throw new ShapeError({ received: 'concatenate along the rows', expected: 'another axis' });
      }
      return $.concatenate(inputs, axis);
    },
    mask: (inputs, { masks }) => maskOfJoint(inputs, masks, axis),
  });
}
