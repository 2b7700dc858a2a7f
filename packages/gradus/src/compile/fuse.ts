import { activationFunctions } from '../graph/ops/activation.ts';
import { isOp, makeNode, type Node, reachableNodes, type Tensor } from '../graph/tensor.ts';
import { isRows, sameShape } from '../util/shape.ts';
import { rewrite } from './rewrite.ts';

/** How often each tensor is read, results counted as reads. */
function countUses(results: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const read = (tensor: Tensor): void => {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  };
  for (const node of reachableNodes(results)) node.inputs.forEach(read);
  results.forEach(read);
  return uses;
}

/** A product that executors compute as it stands; one whose columns grow with the rows is taken apart later. */
const isProduct = (node: Node): node is Node<'matmul'> =>
  isOp(node, 'matmul') && !isRows(node.outputs[0].shape[1]);

/** Find x and the row vector in x + vector, where x is a product that nothing else reads. */
function biasedProduct(
  tensor: Tensor,
  isOnlyUse: (tensor: Tensor) => boolean,
): readonly [Node<'matmul'>, Tensor] | undefined {
  if (!isOp(tensor.node, 'binary') || tensor.node.attributes.function !== 'add') return undefined;
  const [a, b] = tensor.node.inputs;
  for (const [product, bias] of [
    [a, b],
    [b, a],
  ]) {
    const isRow = bias.rank === 1 && product.rank === 2 && sameShape(bias.shape, [product.shape[1]]);
    if (isProduct(product.node) && isRow && isOnlyUse(product) && sameShape(tensor.shape, product.shape)) {
      return [product.node, bias];
    }
  }
  return undefined;
}

/** Fuse products with what follows them: bias and activation forwards, the activation's slope backwards. */
function fuseProducts(results: readonly Tensor[]): Tensor[] {
  const uses = countUses(results);
  const isOnlyUse = (tensor: Tensor): boolean => uses.get(tensor) === 1;
  return rewrite(results, (node, inputs, { resolve }) => {
    const fused = (
      product: Node<'matmul'>,
      bias: Tensor | undefined,
      activation: Pick<Node<'activation'>['attributes'], 'function' | 'alpha'>,
    ): readonly Tensor[] =>
      makeNode(
        'matmulActivation',
        [...product.inputs, ...(bias === undefined ? [] : [bias])].map(resolve),
        { ...product.attributes, ...activation, bias: bias !== undefined },
        [node.outputs[0]],
        node.scope,
      ).outputs;
    if (isOp(node, 'activation')) {
      const before = node.inputs[0];
      // An activation whose slope is computed from x needs x kept, unless nothing is derived.
      if (!isOnlyUse(before)) return undefined;
      const biased = biasedProduct(before, isOnlyUse);
      if (biased !== undefined) return fused(biased[0], biased[1], node.attributes);
      if (isProduct(before.node)) return fused(before.node, undefined, node.attributes);
    }
    if (isOp(node, 'binary')) {
      const biased = biasedProduct(node.outputs[0], isOnlyUse);
      if (biased !== undefined) return fused(biased[0], biased[1], { function: 'identity', alpha: 0 });
    }
    if (isOp(node, 'activationGradient')) {
      const product = node.inputs[0];
      if (
        isProduct(product.node) &&
        isOnlyUse(product) &&
        activationFunctions[node.attributes.function] !== undefined
      ) {
        const { function: name, alpha } = node.attributes;
        return makeNode(
          'matmulActivationGradient',
          [...product.node.inputs.map(resolve), inputs[1]],
          { ...product.node.attributes, function: name, alpha },
          [node.outputs[0]],
          node.scope,
        ).outputs;
      }
    }
    return undefined;
  });
}

/** Whether a tensor hangs on a node once every node is computed together with its partner. */
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

/** Compute a softmax cross-entropy and its gradient in one pass, where the gradient does not hang on the losses. */
function fuseCrossEntropy(results: readonly Tensor[]): Tensor[] {
  const partners = new Map<Node, Node<'softmaxCrossEntropyGradient'>>();
  const partnerOf = new Map<Node, Node>();
  const nodes = reachableNodes(results);
  const losses = nodes.filter((node): node is Node<'softmaxCrossEntropy'> =>
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
      partners.get(node) ?? (gradients.has(node) ? (node as Node<'softmaxCrossEntropyGradient'>) : undefined);
    if (gradient === undefined) return undefined;
    const loss = gradients.get(gradient)!;
    let outputs = made.get(loss);
    if (outputs === undefined) {
      outputs = makeNode(
        'softmaxCrossEntropyWithGradient',
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

/** Replace groups of nodes by ops that do their work in one pass. */
export function fuse(results: readonly Tensor[]): Tensor[] {
  const fused = fuseProducts(fuseCrossEntropy(results));
  return rewrite(fused, (node, inputs) => {
    if (!isOp(node, 'repeat')) return undefined;
    const { body } = node.attributes;
    const attributes = {
      ...node.attributes,
      body: { placeholders: body.placeholders, results: fuse(body.results) },
    };
    return makeNode('repeat', inputs, attributes, node.outputs, node.scope).outputs;
  });
}
