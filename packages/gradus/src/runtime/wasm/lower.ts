import { broadcastGroups } from '../../compile/broadcastGroups.ts';
import type { Buffer, InstructionName, InstructionOf, Program } from '../../compile/program.ts';
import { reductionExtents } from '../../graph/ops/broadcast.ts';
import { type Shape, sizeOf } from '../../util/shape.ts';
import type { Address, Assembler, Extent } from './assembler.ts';
import { activationKinds, binaryKinds, reductionKinds, unaryKinds, updateKinds } from './kinds.ts';
import { type Activation, Unary } from './opcodes.ts';

/** What lowering needs to know about a session. */
export interface LoweringContext {
  readonly assembler: Assembler;
  readonly program: Program;
  /** The address of a buffer's numbers. */
  pointer(id: number): Address;
  /** The address and the type of the table bound to an input. */
  source(input: string): {
    readonly pointer: Address;
    readonly kind: 'float' | 'int' | 'byte';
    readonly width: number;
    readonly scale: number;
    readonly shift: number;
  };
  readonly gradients: { readonly pointer: Address; readonly size: number };
  /** The address of the parameters, the gradients and the slots at an element of the trainable region. */
  trainable(offset: number): {
    readonly weights: Address;
    readonly gradient: Address;
    readonly slots: readonly Address[];
  };
  streamKey(stream: string): readonly [number, number];
}

/** How an instruction is put into the machine's words. */
export type Lowering<K extends InstructionName> = (
  context: LoweringContext,
  instruction: InstructionOf<K>,
) => void;

/** The instructions that are seldom used: the work of the further kernels, which lowerFurther.ts puts into words. */
export type FurtherName =
  | 'powerConstant'
  | 'clip'
  | 'where'
  | 'broadcast'
  | 'transpose'
  | 'slice'
  | 'pad'
  | 'concatenate'
  | 'row'
  | 'rowGradient'
  | 'oneHot'
  | 'random'
  | 'take'
  | 'takeGradient'
  | 'lstmCell'
  | 'lstmCellGradient'
  | 'convolution'
  | 'convolutionInputGradient'
  | 'convolutionKernelGradient'
  | 'convolutionActivation'
  | 'convolutionActivationGradient'
  | 'maxPool'
  | 'maxPoolGradient';

const bufferOf = (context: LoweringContext, id: number): Buffer => context.program.buffers[id];
const shapeOf = (context: LoweringContext, id: number): Shape => bufferOf(context, id).shape;
const size = (context: LoweringContext, id: number): Extent => sizeOf(shapeOf(context, id));

function product(
  context: LoweringContext,
  instruction: InstructionOf<'matmul' | 'matmulActivation' | 'matmulActivationGradient'>,
  epilogue: {
    bias?: Address;
    activation?: Activation;
    gradientOf?: Activation;
    reference?: Address;
    alpha?: number;
    accumulate?: boolean;
  },
): void {
  const [a, b] = instruction.inputs;
  const [c] = instruction.outputs;
  const { transposeA, transposeB } = instruction.attributes;
  const [m, n] = shapeOf(context, c);
  const k = shapeOf(context, a)[transposeA ? 0 : 1];
  context.assembler.matmul({
    transposeA,
    transposeB,
    m,
    n,
    k,
    a: context.pointer(a),
    b: context.pointer(b),
    c: context.pointer(c),
    ...epilogue,
  });
}

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

/** A function of two operands, times a scalar where there is one. */
function elementwisePair(
  context: LoweringContext,
  { attributes, inputs: [a, b, scale], outputs: [out] }: InstructionOf<'binary' | 'scaledBinary'>,
): void {
  const [outer, inner] = broadcastGroups(shapeOf(context, a), shapeOf(context, b), shapeOf(context, out));
  const strides = (pointer: Address, side: 'a' | 'b'): readonly [Address, Extent, 0 | 1] => [
    pointer,
    outer[side] ? (inner[side] ? inner.size : 1) : 0,
    inner[side] ? 1 : 0,
  ];
  context.assembler.binary(
    binaryKinds[attributes.function],
    outer.size,
    inner.size,
    strides(context.pointer(a), 'a'),
    strides(context.pointer(b), 'b'),
    context.pointer(out),
    scale === undefined ? 0 : context.pointer(scale),
  );
}

/**
 * One row an instruction: how it is put into the machine's words. One that is missing here and among the further ones
 * does not compile.
 */
export const lowerings: { readonly [K in Exclude<InstructionName, FurtherName>]: Lowering<K> } = {
  gather(context, { attributes, outputs }) {
    const { pointer, kind, width, scale, shift } = context.source(attributes.input);
    const destination = context.pointer(outputs[0]);
    if (kind === 'byte') context.assembler.gatherByte(destination, pointer, width, scale, shift);
    else if (kind === 'int') context.assembler.gatherInt(destination, pointer, width);
    else context.assembler.gatherFloat(destination, pointer, width);
  },
  copy(context, { inputs, outputs }) {
    context.assembler.unary(
      Unary.Copy,
      size(context, outputs[0]),
      context.pointer(inputs[0]),
      context.pointer(outputs[0]),
    );
  },
  fill(context, { attributes, outputs }) {
    context.assembler.fill(context.pointer(outputs[0]), size(context, outputs[0]), attributes.value);
  },
  record(context, { attributes, inputs }) {
    context.assembler.record(context.pointer(inputs[0]), attributes.column);
  },
  checkFinite(context, { attributes, inputs }) {
    if (attributes.gradients)
      context.assembler.checkFinite(context.gradients.pointer, context.gradients.size);
    else for (const id of inputs) context.assembler.checkFinite(context.pointer(id), size(context, id));
  },
  stopUnlessFinite({ assembler }) {
    assembler.stopUnlessFinite();
  },
  update(context, { attributes: { rule, constants, offset, size: n, column } }) {
    context.assembler.update({
      kind: updateKinds[rule],
      n,
      ...context.trainable(offset),
      column,
      ...constants,
    });
  },
  loopBegin({ assembler }, { attributes }) {
    assembler.repeatBegin(attributes.count, attributes.loop, attributes.reverse);
  },
  loopEnd({ assembler }) {
    assembler.repeatEnd();
  },
  count(context, { attributes, outputs }) {
    context.assembler.count(context.pointer(outputs[0]), attributes.extent);
  },
  unary(context, { attributes, inputs, outputs }) {
    const kind = unaryKinds[attributes.function];
    context.assembler.unary(
      kind,
      size(context, outputs[0]),
      context.pointer(inputs[0]),
      context.pointer(outputs[0]),
    );
  },
  affine(context, { attributes, inputs, outputs }) {
    const [x, y] = [context.pointer(inputs[0]), context.pointer(outputs[0])];
    context.assembler.unary(
      Unary.Affine,
      size(context, outputs[0]),
      x,
      y,
      attributes.scale,
      attributes.shift,
    );
  },
  binary: elementwisePair,
  scaledBinary: elementwisePair,
  activation(context, { attributes, inputs, outputs }) {
    const kind = Unary.FirstActivation + activationKinds[attributes.function];
    const [x, y] = [context.pointer(inputs[0]), context.pointer(outputs[0])];
    context.assembler.unary(kind, size(context, outputs[0]), x, y, attributes.alpha);
  },
  activationGradient(context, { attributes, inputs: [dy, saved], outputs: [dx] }) {
    const { pointer } = context;
    const kind = activationKinds[attributes.function];
    context.assembler.activationGradient(
      kind,
      size(context, dx),
      pointer(dy),
      pointer(saved),
      pointer(dx),
      attributes.alpha,
    );
  },
  matmul: (context, instruction) => product(context, instruction, {}),
  matmulActivation(context, instruction) {
    const { bias, addend, function: name, alpha } = instruction.attributes;
    product(context, instruction, {
      accumulate: addend,
      ...(bias ? { bias: context.pointer(instruction.inputs[2]) } : {}),
      activation: activationKinds[name],
      alpha,
    });
  },
  matmulActivationGradient(context, instruction) {
    const { addend, function: name, alpha } = instruction.attributes;
    const reference = context.pointer(instruction.inputs[2]);
    product(context, instruction, {
      accumulate: addend,
      gradientOf: activationKinds[name],
      reference,
      alpha,
    });
  },
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
  softmaxCrossEntropy: (context, { attributes, inputs, outputs }) =>
    crossEntropy(context, inputs, attributes.labelSmoothing, outputs[0], undefined),
  softmaxCrossEntropyGradient: (context, { attributes, inputs, outputs }) =>
    crossEntropy(context, inputs, attributes.labelSmoothing, undefined, outputs[0]),
  softmaxCrossEntropyWithGradient: (context, { attributes, inputs, outputs }) =>
    crossEntropy(context, inputs, attributes.labelSmoothing, outputs[0], outputs[1]),
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
  dropout(context, { attributes: { rate, stream }, inputs: [x], outputs: [y] }) {
    const [low, high] = context.streamKey(stream);
    context.assembler.dropout(size(context, y), context.pointer(x), context.pointer(y), rate, low, high);
  },
};
