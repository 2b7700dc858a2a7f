import { type BinaryFunction, isOp, type NodeOf } from '../graph/attributes.ts';
import { apply, applyAll } from '../graph/definition.ts';
import * as $ from '../graph/operations.ts';
import { binaryFormulas } from '../graph/ops/binary.ts';
import type { BinaryFormula } from '../graph/ops/elementwise.ts';
import type { RepeatAttributes } from '../graph/ops/repeat.ts';
import { type Node, reachableNodes, type Tensor, withScope } from '../graph/tensor.ts';
import { broadcastShapes, sameShape, sizeOf } from '../util/shape.ts';
import { type RewriteRule, rewrite } from './rewrite.ts';

/** The functions of constants that are computed when a program is compiled. */
const { add, subtract, multiply, divide } = binaryFormulas;
const folded: { readonly [F in BinaryFunction]?: BinaryFormula } = { add, subtract, multiply, divide };

/** Apply the op of a node to other tensors. */
const remake = <Attributes extends object>(
  node: Node<string, Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes = node.attributes,
): Tensor => apply(node.definition, inputs, attributes);

const scalarConstant = (tensor: Tensor): number | undefined =>
  isOp(tensor.node, 'constant') && tensor.node.attributes.values.length === 1
    ? tensor.node.attributes.values[0]
    : undefined;

/** Compute a node whose inputs are all scalar constants. */
function fold(node: Node, inputs: readonly Tensor[]): readonly Tensor[] | undefined {
  const numbers = inputs.map(scalarConstant);
  if (inputs.length === 0 || !numbers.every((number) => number !== undefined)) return undefined;
  const [a, b] = numbers;
  const compute = isOp(node, 'binary') ? folded[node.attributes.function]?.value : undefined;
  const value = isOp(node, 'affine') ? node.attributes.scale * a + node.attributes.shift : compute?.(a, b);
  return value === undefined || node.outputs[0].rank > 0 ? undefined : [$.constant(value)];
}

/** A broadcast operand of a broadcasting op can be read without broadcasting it first, if the other operand has the shape of the result. */
function unbroadcast(operand: Tensor, other: Tensor, result: Tensor): Tensor {
  if (!isOp(operand.node, 'broadcast')) return operand;
  const inner = operand.node.inputs[0];
  return sameShape(broadcastShapes(inner.shape, other.shape), result.shape) ? inner : operand;
}

const untransposed = (tensor: Tensor): Tensor | undefined =>
  isOp(tensor.node, 'transpose') && tensor.rank === 2 && tensor.node.attributes.permutation[0] === 1
    ? tensor.node.inputs[0]
    : undefined;

/** Ops of one operand that treat every element alike. */
const ELEMENTWISE = new Set<string>(['unary', 'powerConstant', 'affine', 'clip', 'activation']);

/** Join scale·x + shift with what x is: scale·(a·y + b) + shift, or scale·(c/y). */
function mergeAffine({ scale, shift }: { scale: number; shift: number }, x: Tensor): Tensor | undefined {
  if (isOp(x.node, 'affine')) {
    const inner = x.node.attributes;
    return $.affine(x.node.inputs[0], scale * inner.scale, scale * inner.shift + shift);
  }
  if (isOp(x.node, 'binary') && x.node.attributes.function === 'divide' && shift === 0) {
    const numerator = scalarConstant(x.node.inputs[0]);
    if (numerator !== undefined) return $.divide($.constant(scale * numerator), x.node.inputs[1]);
  }
  return undefined;
}

/** Move a factor from a tensor to the scalar that multiplies it: s·(k·x) = (k·s)·x. */
function moveFactor(scalar: Tensor, tensor: Tensor): Tensor | undefined {
  if (scalar.rank !== 0 || tensor.rank === 0 || !isOp(tensor.node, 'affine')) return undefined;
  const { scale, shift } = tensor.node.attributes;
  return shift === 0 ? $.multiply($.affine(scalar, scale, 0), tensor.node.inputs[0]) : undefined;
}

/** Join a transpose with what x is: another transpose, or slices picked by indices, which are fewer to move. */
function mergeTranspose(permutation: readonly number[], x: Tensor): Tensor | undefined {
  if (permutation.every((axis, i) => axis === i)) return x;
  if (isOp(x.node, 'transpose')) {
    const inner = x.node.attributes.permutation;
    return $.transpose(
      x.node.inputs[0],
      permutation.map((axis) => inner[axis]),
    );
  }
  if (isOp(x.node, 'take')) {
    const [table, indices] = x.node.inputs;
    const outer = permutation.slice(0, indices.rank);
    if (permutation.slice(indices.rank).every((axis, i) => axis === indices.rank + i))
      return remake(x.node, [table, $.transpose(indices, outer)]);
  }
  return undefined;
}

const isNegation = ({ node }: Tensor): boolean =>
  isOp(node, 'unary') && node.attributes.function === 'negate';

/** The local rules: each replaces a node by something that computes the same with less. */
const localRule: RewriteRule = (node, inputs) => {
  const [x, y] = inputs;
  if (isOp(node, 'reshape')) {
    const inner = isOp(x.node, 'reshape') ? x.node.inputs[0] : x;
    return sameShape(inner.shape, node.outputs[0].shape)
      ? [inner]
      : inner === x
        ? undefined
        : [$.reshape(inner, node.outputs[0].shape)];
  }
  if (isOp(node, 'broadcast') && isOp(x.node, 'broadcast'))
    return [$.broadcastTo(x.node.inputs[0], node.attributes.shape)];
  // A scalar broadcasts to any shape.
  if (isOp(node, 'broadcast') && isOp(x.node, 'reshape') && x.node.inputs[0].rank === 0) {
    return [$.broadcastTo(x.node.inputs[0], node.attributes.shape)];
  }
  if (isOp(node, 'reshape') && isOp(x.node, 'broadcast') && x.node.inputs[0].rank === 0)
    return [$.broadcastTo(x.node.inputs[0], node.outputs[0].shape)];
  // f(broadcast x) = broadcast f(x)
  if (ELEMENTWISE.has(node.op) && isOp(x.node, 'broadcast')) {
    const [inner] = x.node.inputs;
    return [$.broadcastTo(remake(node, [inner]), node.outputs[0].shape)];
  }
  if (isOp(node, 'affine')) {
    const merged = mergeAffine(node.attributes, x);
    if (merged !== undefined) return [merged];
  }
  if (isOp(node, 'transpose')) {
    const merged = mergeTranspose(node.attributes.permutation, x);
    if (merged !== undefined) return [merged];
  }
  if (isOp(node, 'activation') && node.attributes.function === 'identity') return [x];
  if (isOp(node, 'activationGradient') && node.attributes.function === 'identity') return [x];
  if (isOp(node, 'affine') && node.attributes.scale === 1 && node.attributes.shift === 0) return [x];
  if (isNegation(node.outputs[0]) && isNegation(x)) return [x.node.inputs[0]];
  if (isOp(node, 'reduce') && node.attributes.function !== 'maximum') {
    const { start, end } = node.attributes;
    if (sizeOf(x.shape.slice(start, end)) === 1) return [$.reshape(x, node.outputs[0].shape)];
    // Σ −x = −Σ x, to the last bit.
    if (isNegation(x)) return [$.negate(remake(node, x.node.inputs))];
  }
  if (isOp(node, 'matmul')) {
    const { transposeA, transposeB } = node.attributes;
    const [a, b] = [untransposed(x), untransposed(y)];
    if (a === undefined && b === undefined) return undefined;
    return [
      remake(node, [a ?? x, b ?? y], {
        transposeA: a === undefined ? transposeA : !transposeA,
        transposeB: b === undefined ? transposeB : !transposeB,
      }),
    ];
  }
  if (isOp(node, 'softmaxCrossEntropyGradient')) {
    const upstream = inputs[2];
    if (isOp(upstream.node, 'broadcast') && upstream.node.inputs[0].rank === 0) {
      return [remake(node, [x, y, upstream.node.inputs[0]])];
    }
  }
  if (isOp(node, 'binary')) return simplifyBinary(node, x, y);
  return undefined;
};

function simplifyBinary(node: NodeOf<'binary'>, x: Tensor, y: Tensor): readonly Tensor[] | undefined {
  const name = node.attributes.function;
  const result = node.outputs[0];
  const a = unbroadcast(x, y, result);
  const b = unbroadcast(y, a, result);
  const [left, right] = [scalarConstant(a), scalarConstant(b)];
  const keeps = (tensor: Tensor): boolean => sameShape(tensor.shape, result.shape);
  if (name === 'multiply' && left !== undefined && keeps(b)) return [left === 1 ? b : $.affine(b, left, 0)];
  if (name === 'multiply' && right !== undefined && keeps(a))
    return [right === 1 ? a : $.affine(a, right, 0)];
  if (name === 'multiply') {
    const moved = moveFactor(a, b) ?? moveFactor(b, a);
    if (moved !== undefined && keeps(moved)) return [moved];
  }
  if (name === 'divide' && right === 1 && keeps(a)) return [a];
  if (name === 'add' && left === 0 && keeps(b)) return [b];
  if ((name === 'add' || name === 'subtract') && right === 0 && keeps(a)) return [a];
  // Two broadcast scalars are combined before they are broadcast.
  const [p, q] = [spreadScalar(a), spreadScalar(b)];
  if (p !== undefined && q !== undefined) return [$.broadcastTo(remake(node, [p, q]), result.shape)];
  return a === x && b === y ? undefined : [remake(node, [a, b])];
}

/** The scalar that a tensor repeats, if it is a broadcast scalar. */
const spreadScalar = (tensor: Tensor): Tensor | undefined =>
  isOp(tensor.node, 'broadcast') && tensor.node.inputs[0].rank === 0 ? tensor.node.inputs[0] : undefined;

/** JSON that distinguishes the values that plain JSON writes alike. */
const exactly = (attributes: object): string =>
  JSON.stringify(attributes, (_, value: unknown) =>
    typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? `${Object.is(value, -0) ? '-0' : value}`
      : value,
  );

/** The identity of a computation: equal keys, equal values. */
function keyOf(node: Node, inputs: readonly Tensor[]): string | undefined {
  // Placeholders of loops share a name, so inputs are told apart by their node.
  if (node.op === 'repeat' || node.op === 'input') return undefined;
  if (isOp(node, 'constant')) {
    const { values } = node.attributes;
    return values.length > 64
      ? undefined
      : `constant ${node.outputs[0].shape.join()} ${[...values].map((v) => (Object.is(v, -0) ? '-0' : v)).join()}`;
  }
  return `${node.op} ${exactly(node.attributes)} ${inputs.map((tensor) => `${tensor.node.id}.${tensor.index}`).join()}`;
}

/** What happens to a graph after it has been simplified. */
export type NextStage =
  /** Its derivative is built: barriers to gradients stay, and so does what loops stack for their derivatives. */
  | 'differentiate'
  /** It is emitted: only its results are needed. */
  | 'emit';

/**
 * Simplify a graph: compute constants, drop what does nothing, compute equal things once, read broadcasts and
 * transposes in place. The values stay the same within rounding.
 */
export function simplify(results: readonly Tensor[], next: NextStage): Tensor[] {
  let current = results;
  // Inputs come first, so one pass settles almost everything; the second sees what the first has opened.
  for (let pass = 0; pass < 2; pass++) {
    const known = new Map<string, readonly Tensor[]>();
    current = rewrite(next === 'emit' ? pruneLoops(current) : current, (node, inputs, rewriting) =>
      withScope(node.scope, () => {
        if (isOp(node, 'stopGradient') && next === 'emit') return inputs;
        const replaced =
          fold(node, inputs) ??
          (isOp(node, 'repeat') ? simplifyLoop(node, inputs, next) : undefined) ??
          localRule(node, inputs, rewriting);
        if (replaced === undefined) return shared(known, node, inputs, undefined);
        const [made] = replaced;
        return made.node.outputs.length === 1
          ? shared(known, made.node, made.node.inputs, replaced)
          : replaced;
      }),
    );
  }
  return [...current];
}

/** Give the outputs that an equal node already has; otherwise remember these. */
function shared(
  known: Map<string, readonly Tensor[]>,
  node: Node,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[] | undefined,
): readonly Tensor[] | undefined {
  const key = keyOf(node, inputs);
  if (key === undefined) return outputs;
  const before = known.get(key);
  if (before !== undefined) return before;
  const unchanged = inputs.every((tensor, i) => tensor === node.inputs[i]);
  const made = outputs ?? (unchanged ? node.outputs : undefined);
  if (made !== undefined) known.set(key, made);
  return made;
}

function simplifyLoop(
  node: NodeOf<'repeat'>,
  inputs: readonly Tensor[],
  next: NextStage,
): readonly Tensor[] | undefined {
  const { body } = node.attributes;
  const results = simplify(body.results, next);
  if (results.every((tensor, i) => tensor === body.results[i])) return undefined;
  const attributes = { ...node.attributes, body: { placeholders: body.placeholders, results } };
  return applyAll(node.definition, inputs, attributes);
}

/** Drop what loops stack and nobody reads. */
function pruneLoops(results: readonly Tensor[]): readonly Tensor[] {
  const used = new Set<Tensor>(results);
  const nodes = reachableNodes(results);
  for (const node of nodes) for (const tensor of node.inputs) used.add(tensor);
  if (!nodes.some((node) => node.op === 'repeat' && node.outputs.some((tensor) => !used.has(tensor))))
    return results;
  return rewrite(results, (node, inputs) => {
    if (!isOp(node, 'repeat')) return undefined;
    const { carried, body } = node.attributes;
    const kept = node.outputs.map((tensor, i) => i < carried || used.has(tensor));
    if (kept.every((keep) => keep)) return undefined;
    const attributes: RepeatAttributes = {
      ...node.attributes,
      body: { placeholders: body.placeholders, results: body.results.filter((_, i) => kept[i]) },
    };
    const made = applyAll(node.definition, inputs, attributes);
    let at = 0;
    // A dropped output is never read, so any tensor may replace it.
    return node.outputs.map((_, i) => (kept[i] ? made[at++] : made[0]));
  });
}
