import { webAssembly } from './webAssembly.ts';

// Whole modules of a few dozen bytes, for WebAssembly.validate: one function without parameters or results that
// makes constants and applies the instruction in question.
const moduleOf = (code: readonly number[]): Uint8Array<ArrayBuffer> => {
  const body = [0, ...code, 0x1a, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 4, 1, 0x60, 0, 0],
    ...[3, 2, 1, 0],
    ...[10, body.length + 2, 1, body.length, ...body],
  ]);
};

/** i32.const 0, i8x16.splat */
const vector = [0x41, 0, 0xfd, 0x0f];

/** Tell whether this engine runs WebAssembly's 128-bit vectors. */
export const simdSupported = (): boolean => webAssembly?.validate(moduleOf(vector)) === true;

/** Tell whether this engine runs relaxed vectors: `f32x4.relaxed_madd`. */
export const relaxedSimdSupported = (): boolean =>
  webAssembly?.validate(moduleOf([...vector, ...vector, ...vector, 0xfd, 0x85, 0x02])) === true;
