import { createStream } from '../util/random.ts';

/** Give the key of a stream that a program draws from: the seed's dropout stream, split by name. */
export const programStreamKey = (seed: number, stream: string): readonly [number, number] =>
  createStream(seed, 'dropout').split(stream).key;
