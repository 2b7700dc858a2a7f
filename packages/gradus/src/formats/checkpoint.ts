import { damaged } from './damage.ts';
import { decodeSealed, encodeSealed } from './sealed.ts';
import { decodeTree, encodeTree, type Tree } from './tree.ts';

const STATE = 'gradus.state';
const ROOT = 'state';

/**
 * Write the state of a training as one safetensors file, from which it goes on with the same bits.
 *
 * @param state plain objects and lists of numbers (NaN, the infinities and -0 included), texts, truth values and typed
 *   arrays; members that are undefined are left out
 * @returns the bytes of the file; the same state gives the same bytes
 * @throws ArgumentError when the state holds anything else, or contains itself
 * @example
 * import { decodeCheckpoint, encodeCheckpoint } from 'gradus';
 * const bytes = encodeCheckpoint({ step: 7, best: Infinity, weights: new Float32Array([0.5]) });
 * decodeCheckpoint(bytes); // { step: 7, best: Infinity, weights: [0.5] }
 */
export function encodeCheckpoint(state: object): Uint8Array<ArrayBuffer> {
  const { text, tensors } = encodeTree(state, ROOT);
  return encodeSealed('checkpoint', { tensors, metadata: { [STATE]: text } });
}

/**
 * Read a checkpoint.
 *
 * @param bytes the whole file
 * @returns the state, equal to the one that was written; typed arrays are of the same type
 * @throws IncompatibleError when the file is truncated, damaged, edited, no checkpoint, or of a newer format
 * @example
 * import { decodeCheckpoint, encodeCheckpoint } from 'gradus';
 * const bytes = encodeCheckpoint({ epoch: 3, loss: [0.5, NaN] });
 * decodeCheckpoint(bytes); // { epoch: 3, loss: [0.5, NaN] }
 */
export function decodeCheckpoint(bytes: Uint8Array): Tree {
  const { tensors, metadata } = decodeSealed('checkpoint', bytes);
  if (!Object.hasOwn(metadata, STATE)) throw damaged(`the file has no '${STATE}'`, 'the state of a training');
  return decodeTree(metadata[STATE], tensors, ROOT);
}
