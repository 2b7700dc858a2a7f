import { broadcastGroups } from '../../../compile/broadcastGroups.ts';
import type { InstructionOf } from '../../../compile/program.ts';
import type { Address, Extent } from '../machine/assembler.ts';
import { activationKinds, binaryKinds, unaryKinds } from '../machine/kinds.ts';
import { Random, Unary } from '../machine/opcodes.ts';
import { type Lowering, type LoweringContext, shapeOf, sizeOfBuffer } from './lowering.ts';

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

/** Functions of each element by itself, and random values. */
export const elementwiseLowerings: {
  readonly [K in
    | 'unary'
    | 'affine'
    | 'powerConstant'
    | 'clip'
    | 'binary'
    | 'scaledBinary'
    | 'where'
    | 'activation'
    | 'activationGradient'
    | 'dropout'
    | 'random']: Lowering<K>;
} = {
  unary(context, { attributes, inputs, outputs }) {
    const kind = unaryKinds[attributes.function];
    context.assembler.unary(
      kind,
      sizeOfBuffer(context, outputs[0]),
      context.pointer(inputs[0]),
      context.pointer(outputs[0]),
    );
  },
  affine(context, { attributes, inputs, outputs }) {
    const [x, y] = [context.pointer(inputs[0]), context.pointer(outputs[0])];
    context.assembler.unary(
      Unary.Affine,
      sizeOfBuffer(context, outputs[0]),
      x,
      y,
      attributes.scale,
      attributes.shift,
    );
  },
  powerConstant(context, { attributes, inputs, outputs }) {
    const [x, y] = [context.pointer(inputs[0]), context.pointer(outputs[0])];
    context.assembler.unary(Unary.PowConstant, sizeOfBuffer(context, outputs[0]), x, y, attributes.exponent);
  },
  clip(context, { attributes, inputs, outputs }) {
    const [x, y] = [context.pointer(inputs[0]), context.pointer(outputs[0])];
    context.assembler.unary(
      Unary.Clip,
      sizeOfBuffer(context, outputs[0]),
      x,
      y,
      attributes.low,
      attributes.high,
    );
  },
  binary: elementwisePair,
  scaledBinary: elementwisePair,
  where(context, { inputs: [condition, a, b], outputs: [out] }) {
    const { pointer } = context;
    context.assembler.where(
      sizeOfBuffer(context, out),
      pointer(condition),
      pointer(a),
      pointer(b),
      pointer(out),
    );
  },
  activation(context, { attributes, inputs, outputs }) {
    const kind = Unary.FirstActivation + activationKinds[attributes.function];
    const [x, y] = [context.pointer(inputs[0]), context.pointer(outputs[0])];
    context.assembler.unary(kind, sizeOfBuffer(context, outputs[0]), x, y, attributes.alpha);
  },
  activationGradient(context, { attributes, inputs: [dy, saved], outputs: [dx] }) {
    const { pointer } = context;
    const kind = activationKinds[attributes.function];
    context.assembler.activationGradient(
      kind,
      sizeOfBuffer(context, dx),
      pointer(dy),
      pointer(saved),
      pointer(dx),
      attributes.alpha,
    );
  },
  dropout(context, { attributes: { rate, stream }, inputs: [x], outputs: [y] }) {
    const [low, high] = context.streamKey(stream);
    context.assembler.dropout(
      sizeOfBuffer(context, y),
      context.pointer(x),
      context.pointer(y),
      rate,
      low,
      high,
    );
  },
  random(context, { attributes: { distribution, a, b, stream }, outputs: [out] }) {
    const [low, high] = context.streamKey(stream);
    const kind = distribution === 'uniform' ? Random.Uniform : Random.Normal;
    context.assembler.random(kind, sizeOfBuffer(context, out), context.pointer(out), a, b, low, high);
  },
};
