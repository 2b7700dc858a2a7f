import type { ReduceFunction } from './ops/broadcast.ts';
import type { definitions, formulas } from './ops/index.ts';
import type { Node, OpDefinition } from './tensor.ts';

/** Elementwise functions of one operand without parameters. */
export type UnaryFunction = keyof typeof formulas.unary;

/** Elementwise functions of two operands, with broadcasting. */
export type BinaryFunction = keyof typeof formulas.binary;

/** Activation functions: each is one op, with a gradient kernel of its own. */
export type ActivationFunction = keyof typeof formulas.activation;

/** The name of an op. */
export type OpName = keyof typeof definitions;

type AttributesOf<Definition> =
  Definition extends OpDefinition<string, infer Attributes> ? Attributes : never;

/** The functions of ops whose definitions are split over several files. */
interface FunctionOf {
  readonly unary: UnaryFunction;
  readonly binary: BinaryFunction;
  readonly scaledBinary: BinaryFunction;
  readonly reduce: ReduceFunction;
}

/**
 * Every op with its attributes, as its definition in graph/ops says: the list that the reference maths and the kernels are
 * checked against by the compiler.
 */
export type OpAttributes = {
  [K in OpName]: K extends keyof FunctionOf
    ? Omit<AttributesOf<(typeof definitions)[K]>, 'function'> & { readonly function: FunctionOf[K] }
    : AttributesOf<(typeof definitions)[K]>;
};

/** A node of a certain op. */
export type NodeOf<K extends OpName> = Node<K, OpAttributes[K]>;

/** Tell whether a node is of a certain op, and give its attributes their type. */
export const isOp = <K extends OpName>(node: Node, op: K): node is NodeOf<K> => node.op === op;
