import { type Dimension, multiplyDimensions, type Shape, sizeOf } from '../../util/shape.ts';
import { broadcastStrides, stridesOf } from '../../util/strides.ts';
import type { Extent } from './assembler.ts';
import { copyBox, offsetOf } from './boxes.ts';
import { oneHot, random, rowWise, where } from './furtherInstructions.ts';
import type { FurtherName, Lowering, LoweringContext } from './lower.ts';
import { convolutionLowerings } from './lowerConvolution.ts';
import { lstmCellGradientLowering, lstmCellLowering } from './lowerLstm.ts';
import { takeGradientLowering, takeLowering } from './lowerTake.ts';
import { Random, RowWise, Unary } from './opcodes.ts';

const rowKinds = {
  softmax: RowWise.Softmax,
  logSoftmax: RowWise.LogSoftmax,
  logSumExp: RowWise.LogSumExp,
} as const;
const rowGradientKinds = {
  softmax: RowWise.SoftmaxGradient,
  logSoftmax: RowWise.LogSoftmaxGradient,
} as const;

const shapeOf = ({ program }: LoweringContext, id: number): Shape => program.buffers[id].shape;
const size = (context: LoweringContext, id: number): Extent => sizeOf(shapeOf(context, id));

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

/** The instructions of the further kernels: how they are put into the machine's words. */
export const furtherLowerings: { readonly [K in FurtherName]: Lowering<K> } = {
  powerConstant(context, { attributes, inputs, outputs }) {
    const [x, y] = [context.pointer(inputs[0]), context.pointer(outputs[0])];
    context.assembler.unary(Unary.PowConstant, size(context, outputs[0]), x, y, attributes.exponent);
  },
  clip(context, { attributes, inputs, outputs }) {
    const [x, y] = [context.pointer(inputs[0]), context.pointer(outputs[0])];
    context.assembler.unary(Unary.Clip, size(context, outputs[0]), x, y, attributes.low, attributes.high);
  },
  where(context, { inputs: [condition, a, b], outputs: [out] }) {
    const { pointer } = context;
    where(context.assembler, size(context, out), pointer(condition), pointer(a), pointer(b), pointer(out));
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
    context.assembler.fill(context.pointer(out), size(context, out), 0);
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
  row(context, { attributes, inputs: [x], outputs: [y] }) {
    const shape = shapeOf(context, x);
    const kind = rowKinds[attributes.function];
    rowWise(
      context.assembler,
      kind,
      sizeOf(shape.slice(0, -1)),
      shape[shape.length - 1],
      context.pointer(x),
      0,
      context.pointer(y),
    );
  },
  rowGradient(context, { attributes, inputs: [dy, y], outputs: [dx] }) {
    const shape = shapeOf(context, y);
    const kind = rowGradientKinds[attributes.function];
    const { pointer } = context;
    rowWise(
      context.assembler,
      kind,
      sizeOf(shape.slice(0, -1)),
      shape[shape.length - 1],
      pointer(dy),
      pointer(y),
      pointer(dx),
    );
  },
  oneHot(context, { attributes, inputs: [labels], outputs: [out] }) {
    oneHot(
      context.assembler,
      context.pointer(labels),
      size(context, labels),
      attributes.classes,
      context.pointer(out),
    );
  },
  random(context, { attributes: { distribution, a, b, stream }, outputs: [out] }) {
    const [low, high] = context.streamKey(stream);
    const kind = distribution === 'uniform' ? Random.Uniform : Random.Normal;
    random(context.assembler, kind, size(context, out), context.pointer(out), a, b, low, high);
  },
  ...convolutionLowerings,
  lstmCell: lstmCellLowering,
  lstmCellGradient: lstmCellGradientLowering,
  take: takeLowering,
  takeGradient: takeGradientLowering,
};
