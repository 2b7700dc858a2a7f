import type * as operations from './operations.ts';
import type { Node, OpDefinition } from './tensor.ts';

/** The definitions of ops that the files of graph/ops export. */
type Definition = Extract<
  (typeof operations)[keyof typeof operations],
  { readonly op: string; readonly derivative: unknown }
>;

/** The name of an op. */
export type OpName = Definition['op'];

type AttributesOf<D> = D extends OpDefinition<string, infer Attributes> ? Attributes : never;

/**
 * Every op with its attributes, as its definitions say: the list by which the compiler checks that no reference maths and
 * no kernel is missing.
 */
export type OpAttributes = { [K in OpName]: AttributesOf<Extract<Definition, { readonly op: K }>> };

/** Elementwise functions of one operand without parameters. */
export type UnaryFunction = OpAttributes['unary']['function'];

/** Elementwise functions of two operands, with broadcasting. */
export type BinaryFunction = OpAttributes['binary']['function'];

/** Activation functions: each is one op, with a gradient kernel of its own. */
export type ActivationFunction = OpAttributes['activation']['function'];

/** A node of a certain op. */
export type NodeOf<K extends OpName> = Node<K, OpAttributes[K]>;

/** Tell whether a node is of a certain op, and give its attributes their type. */
export const isOp = <K extends OpName>(node: Node, op: K): node is NodeOf<K> => node.op === op;
