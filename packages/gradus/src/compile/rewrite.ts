import type { Node, Tensor } from '../graph/tensor.ts';
import { makeNode, reachableNodes } from '../graph/tensor.ts';

/** Where a rewriting rule finds what earlier nodes have become. */
export interface Rewriting {
  /** What a tensor of the old graph has become, rewritten now if it was not yet. */
  resolve(tensor: Tensor): Tensor;
}

/** Given a node and its rewritten inputs, give the outputs' replacements, or undefined to keep the node. */
export type RewriteRule = (
  node: Node,
  inputs: readonly Tensor[],
  rewriting: Rewriting,
) => readonly Tensor[] | undefined;

/** Rebuild a graph bottom-up through a rule. Nodes that the rule keeps and whose inputs are unchanged stay themselves. */
export function rewrite(results: readonly Tensor[], rule: RewriteRule): Tensor[] {
  const mapped = new Map<Tensor, Tensor>();
  const visit = (node: Node): void => {
    if (node.outputs.every((output) => mapped.has(output))) return;
    const inputs = node.inputs.map(resolve);
    const kept = (): readonly Tensor[] =>
      inputs.every((tensor, i) => tensor === node.inputs[i])
        ? node.outputs
        : makeNode(node.definition, inputs, node.attributes, node.outputs, node.scope).outputs;
    const replaced = rule(node, inputs, { resolve }) ?? kept();
    node.outputs.forEach((output, i) => {
      mapped.set(output, replaced[i]);
    });
  };
  const resolve = (tensor: Tensor): Tensor => {
    if (!mapped.has(tensor)) {
      // Out of turn, for rules that look ahead: everything below it comes first.
      for (const node of reachableNodes([tensor])) visit(node);
    }
    return mapped.get(tensor)!;
  };
  for (const node of reachableNodes(results)) visit(node);
  return results.map(resolve);
}
