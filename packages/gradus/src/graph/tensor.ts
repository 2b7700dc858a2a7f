import { UnsupportedError } from '../util/errors.ts';
import type { Shape } from '../util/shape.ts';
import { formatShape } from '../util/shape.ts';

/** The element type of a tensor: floats, integers (labels, indices) or bytes. */
export type DataType = 'float' | 'int' | 'byte';

/** The shape and the element type of a tensor. */
export interface TensorType {
  readonly shape: Shape;
  readonly dataType: DataType;
}

/** The arguments of a derivative rule. */
export interface DerivativeArguments<Attributes> {
  readonly attributes: Attributes;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The gradient of the first output. */
  readonly gradient: Tensor;
  /** The gradients of all outputs; undefined where nothing flows back. */
  readonly gradients: readonly (Tensor | undefined)[];
}

/** Give the gradient of every input, or undefined where none flows. */
export type DerivativeRule<Attributes> = (
  derivative: DerivativeArguments<Attributes>,
) => readonly (Tensor | undefined)[];

/** What defines an op: its name, its shape rule and its derivative. */
export interface OpDefinition<Name extends string = string, Attributes = object> {
  readonly op: Name;
  /** The shape rule; throws a ShapeError when the inputs do not fit. */
  types(inputs: readonly Tensor[], attributes: Attributes): readonly TensorType[];
  /** The rule; 'none' where the derivative is zero or does not exist; 'fused' for ops made after differentiation. */
  readonly derivative: DerivativeRule<Attributes> | 'none' | 'fused';
  /**
   * Take over the work of the only node that reads the output, as its input number `position`, if possible: returns what
   * replaces that node. Called after all derivatives are built.
   */
  readonly fuse?: (reader: Node, inputs: readonly Tensor[], position: number) => Tensor | undefined;
}

/** An op applied to tensors. Nodes are numbered in the order of creation, which is topological. */
export interface Node<Name extends string = string, Attributes = object> {
  readonly id: number;
  readonly op: Name;
  /** The definition of the op. Nodes carry it, so that an application holds only the ops that it uses. */
  readonly definition: OpDefinition;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly outputs: readonly Tensor[];
  /** The layer or function that made it, for messages and listings: `dense_1`, `loss`. */
  readonly scope: string;
}

/**
 * Stand for a value that a graph computes: a shape and a type, without values yet. Functions such as `constant`,
 * `input` and `add` make tensors; programs compute their values.
 *
 * @example
 * import { constant, matmul, type Tensor } from 'gradus/tensor';
 * const product: Tensor = matmul(constant([1, 2], [2, 1]), constant([3, 4], [1, 2]));
 * product.shape; // [2, 2]
 * product.rank; // 2
 * product.dataType; // 'float'
 */
export class Tensor implements TensorType {
  /** The op that makes it, with its operands. */
  readonly node: Node;
  /** Which output of the node this is. */
  readonly index: number;
  /** Sizes of the axes, the outermost first; `rows()` for the rows of the batch. */
  readonly shape: Shape;
  /** What its elements are. */
  readonly dataType: DataType;

  /**
   * @param node - The op that makes it.
   * @param index - Which output of the op it is.
   * @param type - Its shape and element type.
   */
  constructor(node: Node, index: number, type: TensorType) {
    this.node = node;
    this.index = index;
    this.shape = type.shape;
    this.dataType = type.dataType;
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Refuse to act as a number: `x > 0` or `x + 1` would ask for a value that is not known yet. */
  [Symbol.toPrimitive](hint: 'string' | 'number' | 'default'): string {
    if (hint === 'string') return this.toString();
    throw new UnsupportedError({
      received: `a tensor where a number is needed (${this})`,
      expected: 'functions of tensors, which run later on every batch',
      remedy: 'Use add, multiply, greater or where; choose by where(condition, a, b) instead of if',
    });
  }

  /** Print the op that made it and its shape. */
  toString(): string {
    return `%${this.node.id}${this.index > 0 ? `.${this.index}` : ''} = ${this.node.op} ${formatShape(this.shape)}`;
  }
}

let nodeCount = 0;
let currentScope = '';

/** Make a node whose outputs have the given types. Shape rules live with the ops; this only builds. */
export function makeNode<Name extends string, Attributes extends object>(
  definition: OpDefinition<Name, Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
  types: readonly TensorType[],
  scope = currentScope,
): Node<Name, Attributes> {
  const outputs: Tensor[] = [];
  const node: Node<Name, Attributes> = {
    id: nodeCount++,
    op: definition.op,
    // A definition receives only the attributes of its own nodes.
    definition: definition as unknown as OpDefinition,
    inputs,
    attributes,
    outputs,
    scope,
  };
  for (const [index, type] of types.entries()) outputs.push(new Tensor(node, index, type));
  return node;
}

/** Run `build` with every node it makes marked as belonging to `scope`. */
export function withScope<T>(scope: string, build: () => T): T {
  const outer = currentScope;
  currentScope = scope;
  try {
    return build();
  } finally {
    currentScope = outer;
  }
}

/** Tell whether a node is of an op given by its definition, and give its attributes their type. */
export const isNodeOf = <Name extends string, Attributes extends object>(
  node: Node,
  definition: OpDefinition<Name, Attributes>,
): node is Node<Name, Attributes> => node.op === definition.op;

/** Collect the nodes that the tensors need, each after its inputs, in the order of creation. */
export function reachableNodes(tensors: readonly Tensor[]): Node[] {
  const found = new Map<number, Node>();
  const open = tensors.map((tensor) => tensor.node);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node.id)) continue;
    found.set(node.id, node);
    for (const input of node.inputs) open.push(input.node);
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}

/** How often each tensor is read, results counted as reads. */
export function countUses(results: readonly Tensor[]): ReadonlyMap<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const read = (tensor: Tensor): void => {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  };
  for (const node of reachableNodes(results)) node.inputs.forEach(read);
  results.forEach(read);
  return uses;
}
