import { reductionExtents } from '../../../graph/ops/broadcast.ts';
import { sizeOf } from '../../../util/shape.ts';
import { reductionKinds } from '../machine/kinds.ts';
import { RowWise } from '../machine/opcodes.ts';
import { bufferOf, type Lowering, type LoweringContext, shapeOf, sizeOfBuffer } from './lowering.ts';

const rowKinds = {
  softmax: RowWise.Softmax,
  logSoftmax: RowWise.LogSoftmax,
  logSumExp: RowWise.LogSumExp,
} as const;
const rowGradientKinds = {
  softmax: RowWise.SoftmaxGradient,
  logSoftmax: RowWise.LogSoftmaxGradient,
} as const;

function crossEntropy(
  context: LoweringContext,
  inputs: readonly number[],
  labelSmoothing: number,
  losses: number | undefined,
  gradient: number | undefined,
): void {
  const [logits, targets, upstream] = inputs;
  const [rows, classes] = shapeOf(context, logits);
  context.assembler.softmaxCrossEntropy({
    rows,
    classes,
    logits: context.pointer(logits),
    targets: context.pointer(targets),
    dense: bufferOf(context, targets).dataType === 'float',
    labelSmoothing,
    ...(losses === undefined ? {} : { losses: context.pointer(losses) }),
    ...(gradient === undefined ? {} : { gradient: context.pointer(gradient) }),
    ...(upstream === undefined
      ? {}
      : { upstream: context.pointer(upstream), upstreamIsPerRow: shapeOf(context, upstream).length > 0 }),
  });
}

/** Sums and functions of whole rows, and what is made of class numbers. */
export const rowLowerings: {
  readonly [K in
    | 'reduce'
    | 'row'
    | 'rowGradient'
    | 'softmaxCrossEntropy'
    | 'softmaxCrossEntropyGradient'
    | 'softmaxCrossEntropyWithGradient'
    | 'oneHot'
    | 'countCorrect']: Lowering<K>;
} = {
  reduce(context, { attributes, inputs, outputs }) {
    const [outer, axis, inner] = reductionExtents(
      shapeOf(context, inputs[0]),
      attributes.start,
      attributes.end,
    );
    const kind = reductionKinds[attributes.function];
    context.assembler.reduce(
      kind,
      outer,
      axis,
      inner,
      context.pointer(inputs[0]),
      context.pointer(outputs[0]),
    );
  },
  row(context, { attributes, inputs: [x], outputs: [y] }) {
    const shape = shapeOf(context, x);
    const kind = rowKinds[attributes.function];
    context.assembler.rowWise(
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
    context.assembler.rowWise(
      kind,
      sizeOf(shape.slice(0, -1)),
      shape[shape.length - 1],
      pointer(dy),
      pointer(y),
      pointer(dx),
    );
  },
  softmaxCrossEntropy: (context, { attributes, inputs, outputs }) =>
    crossEntropy(context, inputs, attributes.labelSmoothing, outputs[0], undefined),
  softmaxCrossEntropyGradient: (context, { attributes, inputs, outputs }) =>
    crossEntropy(context, inputs, attributes.labelSmoothing, undefined, outputs[0]),
  softmaxCrossEntropyWithGradient: (context, { attributes, inputs, outputs }) =>
    crossEntropy(context, inputs, attributes.labelSmoothing, outputs[0], outputs[1]),
  oneHot(context, { attributes, inputs: [labels], outputs: [out] }) {
    context.assembler.oneHot(
      context.pointer(labels),
      sizeOfBuffer(context, labels),
      attributes.classes,
      context.pointer(out),
    );
  },
  countCorrect(context, { inputs: [scores, labels], outputs: [out] }) {
    const [rows, classes] = shapeOf(context, scores);
    context.assembler.countCorrect(
      rows,
      classes,
      context.pointer(scores),
      context.pointer(labels),
      context.pointer(out),
    );
  },
};
