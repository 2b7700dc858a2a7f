import { makeNode, reachableNodes, type Tensor } from './tensor.ts';

/**
 * Rebuild a graph with some of its tensors replaced; nodes that depend on none of them are kept as they are.
 *
 * @param results - The tensors wanted.
 * @param replacements - Each tensor with its replacement.
 * @returns The results in the rebuilt graph.
 */
export function substitute(results: readonly Tensor[], replacements: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const mapped = new Map<Tensor, Tensor>(replacements);
  const resolve = (tensor: Tensor): Tensor => mapped.get(tensor) ?? tensor;
  for (const node of reachableNodes(results)) {
    if (node.inputs.every((tensor) => resolve(tensor) === tensor)) continue;
    const copy = makeNode(
      node.definition,
      node.inputs.map(resolve),
      node.attributes,
      node.outputs,
      node.scope,
    );
    node.outputs.forEach((tensor, index) => {
      if (!mapped.has(tensor)) mapped.set(tensor, copy.outputs[index]);
    });
  }
  return results.map(resolve);
}
