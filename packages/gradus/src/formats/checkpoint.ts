import type { TrainingState } from '../train/state.ts';
import { damaged } from './damage.ts';
import { decodeSealed, encodeSealed } from './sealed.ts';
import { readTrainingState } from './trainingState.ts';
import { decodeTree, encodeTree } from './tree.ts';

const STATE = 'gradus.state';
const ROOT = 'state';

/**
 * Write the state of a training as one safetensors file, from which it goes on with the same bits.
 *
 * @param state what `fit` gives to the checkpoint's `save`
 * @returns the bytes of the file; the same state gives the same bytes
 * @throws ArgumentError when the state of a callback holds anything but numbers (NaN, the infinities and -0 included),
 *   texts, truth values, lists, plain objects and typed arrays
 * @example
 * import { dense, sequential, type TrainingState } from 'gradus';
 * import { decodeCheckpoint, encodeCheckpoint } from 'gradus/formats';
 * const data = { x: [[0], [1], [2], [3]], y: [0, 1, 2, 3] };
 * let file = new Uint8Array();
 * const save = (state: TrainingState) => {
 *   file = encodeCheckpoint(state);
 * };
 * await sequential([dense(1)]).fit(data, {
 *   loss: 'meanSquaredError',
 *   optimizer: 'adam',
 *   checkpoint: { everySteps: 1, save },
 * });
 * decodeCheckpoint(file).step; // 1
 */
export function encodeCheckpoint(state: TrainingState): Uint8Array<ArrayBuffer> {
  const { text, tensors } = encodeTree(state, ROOT);
  return encodeSealed('checkpoint', { tensors, metadata: { [STATE]: text } });
}

/**
 * Read a checkpoint.
 *
 * @param bytes the whole file
 * @returns the state, equal to the one that was written, for `fit` to resume
 * @throws IncompatibleError when the file is truncated, damaged, edited, no checkpoint, or of a newer format
 * @example
 * import { dense, sequential, type TrainingState } from 'gradus';
 * import { decodeCheckpoint, encodeCheckpoint } from 'gradus/formats';
 * const data = { x: [[0], [1], [2], [3]], y: [0, 1, 2, 3] };
 * const options = { loss: 'meanSquaredError', optimizer: 'adam', epochs: 3 } as const;
 * let file = new Uint8Array();
 * const save = (state: TrainingState) => {
 *   file = encodeCheckpoint(state);
 * };
 * await sequential([dense(1)]).fit(data, { ...options, epochs: 1, checkpoint: { everyEpochs: 1, save } });
 * const history = await sequential([dense(1)]).fit(data, { ...options, resume: decodeCheckpoint(file) });
 * history.epochs.length; // 3
 */
export function decodeCheckpoint(bytes: Uint8Array | ArrayBuffer): TrainingState {
  const { tensors, metadata } = decodeSealed('checkpoint', bytes);
  if (!Object.hasOwn(metadata, STATE)) throw damaged(`the file has no '${STATE}'`, 'the state of a training');
  return readTrainingState(decodeTree(metadata[STATE], tensors, ROOT));
}
