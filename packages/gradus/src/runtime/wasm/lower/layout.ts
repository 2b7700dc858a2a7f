import { type Dimension, multiplyDimensions } from '../../../util/shape.ts';
import { broadcastStrides, stridesOf } from '../../../util/strides.ts';
import type { Extent } from '../machine/assembler.ts';
import { Unary } from '../machine/opcodes.ts';
import { copyBox, offsetOf } from './boxes.ts';
import { type Lowering, type LoweringContext, shapeOf, sizeOfBuffer } from './lowering.ts';

/** Fill a buffer from a strided view of another. */
function fillFrom(
  context: LoweringContext,
  out: number,
  x: number,
  strides: readonly Extent[],
  offset: Extent = 0,
): void {
  const shape = shapeOf(context, out);
  copyBox(
    context.assembler,
    shape,
    { pointer: context.pointer(x), strides, offset },
    { pointer: context.pointer(out), strides: stridesOf(shape), offset: 0 },
  );
}

/** Put a whole buffer into a larger one, its first element at an offset. */
function putInto(context: LoweringContext, out: number, x: number, offset: Extent): void {
  const shape = shapeOf(context, x);
  copyBox(
    context.assembler,
    shape,
    { pointer: context.pointer(x), strides: stridesOf(shape), offset: 0 },
    { pointer: context.pointer(out), strides: stridesOf(shapeOf(context, out)), offset },
  );
}

/** Copies between layouts. */
export const layoutLowerings: {
  readonly [K in
    | 'copy'
    | 'fill'
    | 'count'
    | 'broadcast'
    | 'transpose'
    | 'slice'
    | 'pad'
    | 'concatenate']: Lowering<K>;
} = {
  copy(context, { inputs, outputs }) {
    context.assembler.unary(
      Unary.Copy,
      sizeOfBuffer(context, outputs[0]),
      context.pointer(inputs[0]),
      context.pointer(outputs[0]),
    );
  },
  fill(context, { attributes, outputs }) {
    context.assembler.fill(context.pointer(outputs[0]), sizeOfBuffer(context, outputs[0]), attributes.value);
  },
  count(context, { attributes, outputs }) {
    context.assembler.count(context.pointer(outputs[0]), attributes.extent);
  },
  broadcast(context, { inputs: [x], outputs: [out] }) {
    const from = shapeOf(context, x);
    fillFrom(context, out, x, broadcastStrides(from, stridesOf(from), shapeOf(context, out)));
  },
  transpose(context, { attributes, inputs: [x], outputs: [out] }) {
    const strides = stridesOf(shapeOf(context, x));
    fillFrom(
      context,
      out,
      x,
      attributes.permutation.map((axis) => strides[axis]),
    );
  },
  slice(context, { attributes, inputs: [x], outputs: [out] }) {
    const strides = stridesOf(shapeOf(context, x));
    fillFrom(context, out, x, strides, offsetOf(attributes.starts, strides));
  },
  pad(context, { attributes, inputs: [x], outputs: [out] }) {
    context.assembler.fill(context.pointer(out), sizeOfBuffer(context, out), 0);
    putInto(context, out, x, offsetOf(attributes.starts, stridesOf(shapeOf(context, out))));
  },
  concatenate(context, { attributes: { axis }, inputs, outputs: [out] }) {
    const strides = stridesOf(shapeOf(context, out));
    let start: Dimension = 0;
    for (const x of inputs) {
      putInto(context, out, x, multiplyDimensions(start, strides[axis]));
      start += shapeOf(context, x)[axis];
    }
  },
};
