import { type Dimension, resolveDimension } from '../../../util/shape.ts';
import { broadcastStrides, stridesOf } from '../../../util/strides.ts';
import type { ArrayValue, Maths } from './evaluation.ts';

/** Copy elements between two arrays, walking a shape with a stride of its own on each side. */
function copyStrided(
  shape: readonly number[],
  from: { array: ArrayValue; strides: readonly number[]; offset: number },
  to: { array: ArrayValue; strides: readonly number[]; offset: number },
): void {
  const walk = (axis: number, i: number, j: number): void => {
    if (axis === shape.length) {
      to.array.values[j] = from.array.values[i];
      return;
    }
    for (let k = 0; k < shape[axis]; k++)
      walk(axis + 1, i + k * from.strides[axis], j + k * to.strides[axis]);
  };
  walk(0, from.offset, to.offset);
}

const whole = (array: ArrayValue) => ({ array, strides: stridesOf(array.shape), offset: 0 });

const offsetAt = (starts: readonly Dimension[], strides: readonly number[], rows: number): number =>
  starts.reduce((offset, start, axis) => offset + resolveDimension(start, rows) * strides[axis], 0);

export const layoutMaths: Maths<'broadcast' | 'reshape' | 'transpose' | 'slice' | 'pad' | 'concatenate'> = {
  broadcast({ inputs: [x], outputs: [out] }) {
    copyStrided(
      out.shape,
      { array: x, strides: broadcastStrides(x.shape, stridesOf(x.shape), out.shape), offset: 0 },
      whole(out),
    );
  },
  reshape: ({ inputs, outputs }) => outputs[0].values.set(inputs[0].values),
  transpose({ attributes: { permutation }, inputs: [x], outputs: [out] }) {
    const own = stridesOf(x.shape);
    copyStrided(
      out.shape,
      { array: x, strides: permutation.map((axis) => own[axis]), offset: 0 },
      whole(out),
    );
  },
  slice({ attributes: { starts }, inputs: [x], outputs: [out], context }) {
    const strides = stridesOf(x.shape);
    copyStrided(
      out.shape,
      { array: x, strides, offset: offsetAt(starts, strides, context.rows) },
      whole(out),
    );
  },
  pad({ attributes: { starts }, inputs: [x], outputs: [out], context }) {
    out.values.fill(0);
    const strides = stridesOf(out.shape);
    copyStrided(x.shape, whole(x), { array: out, strides, offset: offsetAt(starts, strides, context.rows) });
  },
  concatenate({ attributes: { axis }, inputs, outputs: [out] }) {
    const strides = stridesOf(out.shape);
    let start = 0;
    for (const x of inputs) {
      copyStrided(x.shape, whole(x), { array: out, strides, offset: start * strides[axis] });
      start += x.shape[axis];
    }
  },
};
