import type { Tensor } from '../../graph/tensor.ts';
import { ArgumentError } from '../../util/errors.ts';

/** Refuse a layer that was called on several values and passes over some of them: they would be lost without a word. */
export function requireAllRead(operands: readonly Tensor[], results: readonly Tensor[]): void {
  const unread = new Set(operands.map(({ node }) => node));
  // Nodes are numbered in the order of their making: the layer's own stand behind all of its operands.
  const last = Math.max(...[...unread].map(({ id }) => id));
  const open = results.map(({ node }) => node);
  const seen = new Set(open);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    unread.delete(node);
    if (node.id <= last) continue;
    for (const input of node.inputs) {
      if (seen.has(input.node)) continue;
      seen.add(input.node);
      open.push(input.node);
    }
  }
  if (unread.size === 0) return;
  throw new ArgumentError({
    received: `a call on ${operands.length} values, of which ${unread.size} ${unread.size === 1 ? 'is' : 'are'} not read`,
    expected: 'a layer that reads all of them, or a call on one',
    remedy: 'Join them first: concatenate()(a, b), add()(a, b)',
  });
}
