import { isOp, type NodeOf } from '../graph/attributes.ts';
import { softmaxCrossEntropyWithGradientOp } from '../graph/ops/classification.ts';
import { matmulActivationGradientOp, matmulActivationOp } from '../graph/ops/matmul.ts';
import { scaledBinaryOp } from '../graph/ops/scaledBinary.ts';
import { countUses, makeNode, type Node, reachableNodes, type Tensor, withScope } from '../graph/tensor.ts';
import { isRows, type Shape, sameShape } from '../util/shape.ts';
import { allBroadcastGroups } from './broadcastGroups.ts';
import { rewrite } from './rewrite.ts';

/** A matrix product that executors compute directly; one whose columns grow with the rows is split later. */
const isProduct = (node: Node): node is NodeOf<'matmul'> =>
  isOp(node, 'matmul') && !isRows(node.outputs[0].shape[1]);

/** A product with what has been added to it so far, and no activation yet. */
interface OpenProduct {
  readonly factors: readonly Tensor[];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly bias?: Tensor;
  readonly addend?: Tensor;
}

/** Read a tensor as a product that more can be added to. */
function openProduct({ node }: Tensor): OpenProduct | undefined {
  if (isProduct(node)) return { factors: node.inputs, ...node.attributes };
  if (!isOp(node, 'matmulActivation') || node.attributes.function !== 'identity') return undefined;
  const { transposeA, transposeB, bias, addend } = node.attributes;
  return {
    factors: node.inputs.slice(0, 2),
    transposeA,
    transposeB,
    ...(bias && { bias: node.inputs[2] }),
    ...(addend && { addend: node.inputs[node.inputs.length - 1] }),
  };
}

/** Add a tensor to a product: a row as its bias, a matrix as its addend, one of each. */
function addTo(product: OpenProduct, tensor: Tensor, shape: Shape): OpenProduct | undefined {
  if (tensor.rank === 1 && product.bias === undefined && sameShape(tensor.shape, [shape[1]]))
    return { ...product, bias: tensor };
  if (product.addend === undefined && sameShape(tensor.shape, shape)) return { ...product, addend: tensor };
  return undefined;
}

/** Fuse products with what follows them: sums, bias and activation forwards, sums and the activation's slope backwards. */
function fuseProducts(results: readonly Tensor[]): Tensor[] {
  const uses = countUses(results);
  return rewrite(results, (node, inputs) => {
    const [output] = node.outputs;
    const product = (i: number): OpenProduct | undefined =>
      uses.get(node.inputs[i]) === 1 && sameShape(inputs[i].shape, output.shape)
        ? openProduct(inputs[i])
        : undefined;
    const fused = (
      { factors, transposeA, transposeB, bias, addend }: OpenProduct,
      activation: Pick<NodeOf<'activation'>['attributes'], 'function' | 'alpha'>,
    ): readonly Tensor[] =>
      makeNode(
        matmulActivationOp,
        [...factors, ...(bias === undefined ? [] : [bias]), ...(addend === undefined ? [] : [addend])],
        { transposeA, transposeB, ...activation, bias: bias !== undefined, addend: addend !== undefined },
        [output],
        node.scope,
      ).outputs;
    if (isOp(node, 'binary') && node.attributes.function === 'add') {
      // The later product is added to the other term.
      for (const i of [1, 0]) {
        const open = product(i);
        const sum = open && addTo(open, inputs[1 - i], output.shape);
        if (sum !== undefined) return fused(sum, { function: 'identity', alpha: 0 });
      }
    }
    if (isOp(node, 'activation')) {
      // An activation whose slope is computed from x needs x kept, unless nothing is derived.
      const open = product(0);
      if (open !== undefined) return fused(open, node.attributes);
    }
    if (isOp(node, 'activationGradient')) {
      const open = product(0);
      if (open === undefined || open.bias !== undefined) return undefined;
      const { factors, transposeA, transposeB, addend } = open;
      return makeNode(
        matmulActivationGradientOp,
        [...factors, inputs[1], ...(addend === undefined ? [] : [addend])],
        { transposeA, transposeB, ...node.attributes, addend: addend !== undefined },
        [output],
        node.scope,
      ).outputs;
    }
    return undefined;
  });
}

/** Whether a tensor depends on a node once every node is computed together with its partner. */
function dependsOn(tensor: Tensor, target: Node, partnerOf: ReadonlyMap<Node, Node>): boolean {
  const seen = new Set<Node>();
  const open = [tensor.node];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === target) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    const partner = partnerOf.get(node);
    if (partner !== undefined) open.push(partner);
    for (const input of node.inputs) open.push(input.node);
  }
  return false;
}

/** Compute a softmax cross-entropy and its gradient in one pass, where the gradient does not depend on the losses. */
function fuseCrossEntropy(results: readonly Tensor[]): Tensor[] {
  const partners = new Map<Node, NodeOf<'softmaxCrossEntropyGradient'>>();
  const partnerOf = new Map<Node, Node>();
  const nodes = reachableNodes(results);
  const losses = nodes.filter((node): node is NodeOf<'softmaxCrossEntropy'> =>
    isOp(node, 'softmaxCrossEntropy'),
  );
  for (const node of nodes) {
    if (!isOp(node, 'softmaxCrossEntropyGradient')) continue;
    const loss = losses.find(
      (other) =>
        other.inputs[0] === node.inputs[0] &&
        other.inputs[1] === node.inputs[1] &&
        other.attributes.labelSmoothing === node.attributes.labelSmoothing &&
        !partners.has(other),
    );
    if (loss === undefined || dependsOn(node.inputs[2], loss, partnerOf)) continue;
    partners.set(loss, node);
    partnerOf.set(loss, node);
    partnerOf.set(node, loss);
  }
  const gradients = new Map([...partners].map(([loss, gradient]) => [gradient as Node, loss]));
  const made = new Map<Node, readonly Tensor[]>();
  return rewrite(results, (node, _inputs, { resolve }) => {
    const gradient =
      partners.get(node) ??
      (gradients.has(node) ? (node as NodeOf<'softmaxCrossEntropyGradient'>) : undefined);
    if (gradient === undefined) return undefined;
    const loss = gradients.get(gradient)!;
    let outputs = made.get(loss);
    if (outputs === undefined) {
      outputs = makeNode(
        softmaxCrossEntropyWithGradientOp,
        gradient.inputs.map(resolve),
        gradient.attributes,
        [loss.outputs[0], gradient.outputs[0]],
        loss.scope,
      ).outputs;
      made.set(loss, outputs);
    }
    return [outputs[node === gradient ? 1 : 0]];
  });
}

/** Scale the result of a binary function in the same pass, where nothing else reads it. */
function fuseScales(results: readonly Tensor[]): Tensor[] {
  const uses = countUses(results);
  return rewrite(results, (node, inputs) => {
    if (!isOp(node, 'binary') || node.attributes.function !== 'multiply') return undefined;
    for (const i of [0, 1]) {
      const [scale, scaled] = [inputs[i], inputs[1 - i]];
      if (scale.rank !== 0 || scaled.rank === 0 || uses.get(node.inputs[1 - i]) !== 1) continue;
      if (!isOp(scaled.node, 'binary')) continue;
      const [a, b] = scaled.node.inputs;
      if (allBroadcastGroups(a.shape, b.shape, scaled.shape).length > 2) continue;
      return makeNode(scaledBinaryOp, [a, b, scale], scaled.node.attributes, node.outputs, node.scope)
        .outputs;
    }
    return undefined;
  });
}

/** Let ops take over the work of their only reader, as their definitions say. */
function fuseReaders(results: readonly Tensor[]): Tensor[] {
  const uses = countUses(results);
  return rewrite(results, (node, inputs) => {
    for (const [place, tensor] of inputs.entries()) {
      if (uses.get(node.inputs[place]) !== 1) continue;
      const fused = withScope(node.scope, () => tensor.node.definition.fuse?.(node, inputs, place));
      if (fused !== undefined) return [fused];
    }
    return undefined;
  });
}

/** Replace groups of nodes by ops that do their work in one pass. */
export function fuse(results: readonly Tensor[]): Tensor[] {
  const fused = fuseScales(fuseProducts(fuseReaders(fuseCrossEntropy(results))));
  return rewrite(fused, (node, inputs) => {
    if (!isOp(node, 'repeat')) return undefined;
    const { body } = node.attributes;
    const attributes = {
      ...node.attributes,
      body: { placeholders: body.placeholders, results: fuse(body.results) },
    };
    return makeNode(node.definition, inputs, attributes, node.outputs, node.scope).outputs;
  });
}
