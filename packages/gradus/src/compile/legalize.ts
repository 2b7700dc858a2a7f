import { isOp } from '../graph/attributes.ts';
import { apply, applyAll } from '../graph/definition.ts';
import * as $ from '../graph/operations.ts';
import { makeNode, type Tensor, withScope } from '../graph/tensor.ts';
import { type Dimension, isRows } from '../util/shape.ts';
import { allBroadcastGroups } from './broadcastGroups.ts';
import { rewrite } from './rewrite.ts';

/*
 * Executors do less than graphs may ask for: a broadcasting op walks two runs of axes, a slice begins at a position
 * that counts either elements or rows, and the columns of a product do not grow with the rows. What asks for more is
 * rewritten as several ops here.
 */

const isMixed = (starts: readonly Dimension[]): boolean =>
  starts.some((s) => s > 0) && starts.some((s) => s < 0);

/** Rewrite ops that executors cannot run as one instruction. */
export function legalize(results: readonly Tensor[]): Tensor[] {
  return rewrite(results, (node, inputs) =>
    withScope(node.scope, () => {
      const [x, y] = inputs;
      const { shape } = node.outputs[0] ?? { shape: [] };
      if (isOp(node, 'binary') && allBroadcastGroups(x.shape, y.shape, shape).length > 2) {
        const right = $.broadcastTo(y, shape);
        const left = allBroadcastGroups(x.shape, shape, shape).length > 2 ? $.broadcastTo(x, shape) : x;
        return makeNode(node.definition, [left, right], node.attributes, node.outputs, node.scope).outputs;
      }
      // C = AB with columns in rows is (BᵀAᵀ)ᵀ.
      if (isOp(node, 'matmul') && isRows(shape[1])) {
        const { transposeA, transposeB } = node.attributes;
        return [$.transpose($.matmul(y, x, { transposeA: !transposeB, transposeB: !transposeA }))];
      }
      if (isOp(node, 'slice') && isMixed(node.attributes.starts)) {
        const { starts, sizes } = node.attributes;
        const byRows = starts.map((start) => Math.min(start, 0));
        const kept = sizes.map((size, axis) => (starts[axis] < 0 ? size : x.shape[axis]));
        const byElements = starts.map((start) => Math.max(start, 0));
        const rows = apply(node.definition, [x], { starts: byRows, sizes: kept });
        return applyAll(node.definition, [rows], { starts: byElements, sizes });
      }
      if (isOp(node, 'pad') && isMixed(node.attributes.starts)) {
        const { starts } = node.attributes;
        const middle = shape.map((size, axis) => (starts[axis] < 0 ? x.shape[axis] : size));
        const byElements = starts.map((start) => Math.max(start, 0));
        const byRows = starts.map((start) => Math.min(start, 0));
        const padded = apply(node.definition, [x], { starts: byElements, shape: middle });
        return applyAll(node.definition, [padded], { starts: byRows, shape });
      }
      if (isOp(node, 'repeat')) {
        const { body } = node.attributes;
        const attributes = {
          ...node.attributes,
          body: { placeholders: body.placeholders, results: legalize(body.results) },
        };
        return makeNode(node.definition, inputs, attributes, node.outputs, node.scope).outputs;
      }
      return undefined;
    }),
  );
}
