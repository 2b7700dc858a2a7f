import { parameter } from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Emitter } from './emit.ts';
import { legalize } from './legalize.ts';

/**
 * Emit a change of what a store holds, such as clipped gradients: read the values, compute the new ones, and write them
 * back. Whatever reads all of one must be built before what replaces it.
 *
 * @param kind - What is changed.
 * @param names - The parameters that it belongs to.
 * @param types - Tensors of their shapes.
 * @param change - Gives what they become.
 */
export function emitInPlace(
  emitter: Emitter,
  kind: 'parameter' | 'gradient',
  names: readonly string[],
  types: readonly Pick<Tensor, 'shape' | 'dataType'>[],
  change: (tensors: readonly Tensor[]) => readonly Tensor[],
): void {
  const buffers = names.map((name, i) => emitter.addBuffer(kind, name, types[i]));
  const leaves = names.map((name, i) => parameter(name, types[i].shape as readonly number[]));
  leaves.forEach((leaf, i) => {
    emitter.hold(leaf, buffers[i]);
  });
  const changed = legalize(change(leaves));
  const copies = changed.flatMap((tensor, i) =>
    tensor === leaves[i] || emitter.reserve(tensor, buffers[i]) ? [] : [[tensor, buffers[i]] as const],
  );
  emitter.emit(changed);
  for (const [tensor, buffer] of copies) emitter.append('copy', {}, [emitter.holder(tensor)], [buffer], kind);
}
