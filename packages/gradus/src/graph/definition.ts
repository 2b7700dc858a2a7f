import { ShapeError } from '../util/errors.ts';
import { formatShape } from '../util/shape.ts';
import type { OpAttributes, OpName } from './attributes.ts';
import type * as operations from './ruleOperations.ts';
import { makeNode, type Node, type Tensor, type TensorType } from './tensor.ts';

/** What derivative rules call of other families of ops. */
export type Operations = typeof operations;

/** The arguments of a derivative rule. */
export interface DerivativeArguments<K extends OpName> {
  /** The functions of other families of ops. */
  readonly $: Operations;
  readonly attributes: OpAttributes[K];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The gradient of the first output. */
  readonly gradient: Tensor;
  /** The gradients of all outputs; undefined where nothing flows back. */
  readonly gradients: readonly (Tensor | undefined)[];
  /** Reverse-mode differentiation, for ops that hold a graph: from seeds (tensor → its gradient) to the wanted tensors. */
  readonly differentiate: (
    seeds: ReadonlyMap<Tensor, Tensor>,
    wanted: readonly Tensor[],
  ) => readonly (Tensor | undefined)[];
}

/** Give the gradient of every input, or undefined where none flows. */
export type DerivativeRule<K extends OpName> = (
  derivative: DerivativeArguments<K>,
) => readonly (Tensor | undefined)[];

/** All there is to know about an op: its name, its shape rule and its derivative. */
export interface OpDefinition<K extends OpName> {
  readonly op: K;
  /** The shape rule; throws a ShapeError when the inputs do not fit. */
  types(inputs: readonly Tensor[], attributes: OpAttributes[K]): readonly TensorType[];
  /** The rule; 'none' where the derivative is zero or does not exist; 'fused' for ops made after differentiation. */
  readonly derivative: DerivativeRule<K> | 'none' | 'fused';
  /**
   * Do the work of the one node that reads the output, its input number `place`, on the way: give what takes that node's
   * place, if that is possible. Asked for after all derivatives.
   */
  readonly fuse?: (reader: Node, inputs: readonly Tensor[], place: number) => Tensor | undefined;
}

/** Elements of a tensor, rows aside, that no memory of an executor has room for beside others: 1 GiB of float32. */
const MOST_ELEMENTS = 2 ** 28;

/** Refuse what no executor can hold: a file of a few bytes may ask for it. */
export function requireRoom({ shape }: TensorType, what: string): void {
  if (shape.reduce((size, dimension) => size * Math.abs(dimension), 1) <= MOST_ELEMENTS) return;
  throw new ShapeError({
    received: `${what} of shape ${formatShape(shape)}`,
    expected: `at most ${MOST_ELEMENTS} numbers, or as many a row`,
  });
}

/** Apply an op to tensors: check the shapes, make the node. */
export function applyAll<K extends OpName>(
  definition: OpDefinition<K>,
  inputs: readonly Tensor[],
  attributes: OpAttributes[K],
): readonly Tensor[] {
  const types = definition.types(inputs, attributes);
  for (const type of types) requireRoom(type, definition.op);
  return makeNode(definition, inputs, attributes, types).outputs;
}

/** Apply an op that has one output. */
export const apply = <K extends OpName>(
  definition: OpDefinition<K>,
  inputs: readonly Tensor[],
  attributes: OpAttributes[K],
): Tensor => applyAll(definition, inputs, attributes)[0];

/** Declare a float tensor of a shape. */
export const float = (shape: TensorType['shape']): TensorType => ({ shape, dataType: 'float' });

/** The shape rule of an op that works element by element on one tensor of real numbers. */
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
