import { isOp } from '../graph/attributes.ts';
import { reachableNodes, type Tensor } from '../graph/tensor.ts';
import { UnsupportedError } from '../util/errors.ts';
import type { FitOptions } from './options.ts';

/**
 * Say which parameters the loss has no gradient for. Behind a step that is a mistake, as all of them would stay as they
 * are; otherwise it may be meant.
 */
export function reportUnreached(
  loss: Tensor,
  unreached: readonly string[],
  onEvent: FitOptions['onEvent'],
): void {
  for (const node of reachableNodes([loss])) {
    if (!isOp(node, 'unary') || node.attributes.function !== 'step') continue;
    const behind = reachableNodes(node.inputs).flatMap((each) =>
      isOp(each, 'parameter') && unreached.includes(each.attributes.name) ? [each.attributes.name] : [],
    );
    if (behind.length === 0) continue;
    throw new UnsupportedError({
      received: `the step in '${node.scope}' between the loss and ${behind.join(', ')}, to train by gradients`,
      expected: 'a function with a slope, as the derivative of a step is 0 wherever it exists',
      remedy:
        "Use the activation 'straightThrough', which lets the gradient pass, or 'sigmoid'; the rule of the perceptron needs no gradient",
    });
  }
  onEvent?.({
    type: 'warning',
    message: `The loss does not depend on ${unreached.join(', ')}, which will not be trained.`,
  });
}
