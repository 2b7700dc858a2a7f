import { ShapeError } from '../util/errors.ts';
import { formatShape } from '../util/shape.ts';
import { makeNode, type OpDefinition, type Tensor, type TensorType } from './tensor.ts';

/** The most elements a tensor may have, or have per row: 1 GiB of float32. */
const MOST_ELEMENTS = 2 ** 28;

/** Refuse a tensor that no executor can hold; a model file of a few bytes may ask for one. */
export function requireRoom({ shape }: TensorType, what: string): void {
  if (shape.reduce((size, dimension) => size * Math.abs(dimension), 1) <= MOST_ELEMENTS) return;
  throw new ShapeError({
    received: `${what} of shape ${formatShape(shape)}`,
    expected: `at most ${MOST_ELEMENTS} values, or as many per row`,
  });
}

/** Apply an op to tensors: check the shapes, make the node. */
export function applyAll<Name extends string, Attributes extends object>(
  definition: OpDefinition<Name, Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): readonly Tensor[] {
  const types = definition.types(inputs, attributes);
  for (const type of types) requireRoom(type, definition.op);
  return makeNode(definition, inputs, attributes, types).outputs;
}

/** Apply an op that has one output. */
export const apply = <Name extends string, Attributes extends object>(
  definition: OpDefinition<Name, Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): Tensor => applyAll(definition, inputs, attributes)[0];

/** Declare a float tensor of a shape. */
export const float = (shape: TensorType['shape']): TensorType => ({ shape, dataType: 'float' });

/** The shape rule of an op that works element by element on one float tensor. */
export function elementwiseType([x]: readonly Tensor[], what: string): readonly TensorType[] {
  requireFloat([x], what);
  return [float(x.shape)];
}

/** Refuse an operand that is not a matrix. */
export function requireRank(tensor: Tensor, rank: number, what: string): void {
  if (tensor.rank !== rank) {
    throw new ShapeError({
      received: `${what} of shape ${formatShape(tensor.shape)}`,
      expected: `${rank} ${rank === 1 ? 'axis' : 'axes'}`,
      remedy: 'Reshape it',
    });
  }
}

/** Refuse an operand of the wrong element type. */
export function requireFloat(tensors: readonly Tensor[], what: string): void {
  for (const tensor of tensors) {
    if (tensor.dataType !== 'float') {
      throw new ShapeError({
        received: `${what} of a tensor of type '${tensor.dataType}'`,
        expected: "type 'float'",
        remedy: 'Convert labels with oneHot, or pass the tensor as a float input',
      });
    }
  }
}
