import { type Dimension, multiplyDimensions, type Shape } from './shape.ts';

/** Give the row-major strides of a shape in elements; those of a concrete shape are concrete. */
export function stridesOf(shape: Shape): Dimension[] {
  const strides = new Array<Dimension>(shape.length);
  let stride: Dimension = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride = multiplyDimensions(stride, shape[axis]);
  }
  return strides;
}

/** Give the strides that walk an array as if it were broadcast to a shape: 0 along every axis that repeats. */
export function broadcastStrides(from: Shape, strides: readonly Dimension[], to: Shape): Dimension[] {
  const lead = to.length - from.length;
  return to.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : strides[axis - lead]));
}
