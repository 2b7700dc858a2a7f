import { UnsupportedError } from '../util/errors.ts';
import { add } from './ops/binary.ts';
import { type Node, reachableNodes, type Tensor, withScope } from './tensor.ts';

/**
 * Build the graph of the gradients, by reverse-mode differentiation: every op's rule pulls the gradient of its
 * output back to its inputs, the last op first, and gradients that reach a tensor along several paths are added up in that order.
 *
 * @param seeds - Where to start: each tensor with its gradient (1 for a loss).
 * @param wanted - The tensors whose gradients are wanted.
 * @returns One gradient each, shaped like its tensor; undefined where nothing flows.
 * @throws UnsupportedError for ops without a derivative rule.
 */
export function differentiate(
  seeds: ReadonlyMap<Tensor, Tensor>,
  wanted: readonly Tensor[],
): readonly (Tensor | undefined)[] {
  const gradients = new Map<Tensor, Tensor>();
  for (const [tensor, seed] of seeds) gradients.set(tensor, seed);
  const nodes = reachableNodes([...seeds.keys()]);
  const needed = dependents(nodes, wanted);
  for (const node of nodes.reverse()) {
    if (!needed.has(node)) continue;
    const arriving = node.outputs.map((output) => gradients.get(output));
    const first = arriving.find((gradient) => gradient !== undefined);
    if (first === undefined) continue;
    const { derivative } = node.definition;
    if (derivative === 'none') continue;
    if (derivative === 'fused') {
      throw new UnsupportedError({
        received: `the derivative of the fused op ${node.op}`,
        expected: 'a graph as it was traced',
      });
    }
    const flowing = withScope(node.scope, () =>
      derivative({
        attributes: node.attributes,
        inputs: node.inputs,
        outputs: node.outputs,
        gradient: first,
        gradients: arriving,
      }),
    );
    flowing.forEach((gradient, i) => {
      const tensor = node.inputs[i];
      if (gradient === undefined || !(needed.has(tensor.node) || wanted.includes(tensor))) return;
      const before = gradients.get(tensor);
      gradients.set(
        tensor,
        before === undefined ? gradient : withScope(node.scope, () => add(before, gradient)),
      );
    });
  }
  return wanted.map((tensor) => gradients.get(tensor));
}

/** The nodes that depend on a wanted tensor, those that make one included. */
function dependents(nodes: readonly Node[], wanted: readonly Tensor[]): Set<Node> {
  const targets = new Set(wanted);
  const found = new Set<Node>();
  for (const node of nodes) {
    const isTarget = node.outputs.some((tensor) => targets.has(tensor));
    if (isTarget || node.inputs.some((tensor) => found.has(tensor.node))) found.add(node);
  }
  return found;
}
