import { webAssembly } from './webAssembly.ts';

// Whole modules of a few dozen bytes, for WebAssembly.validate; those of instructions have one function without
// parameters or results that makes constants and applies the instruction in question.
const isValid = (...sections: readonly number[]): boolean =>
  webAssembly?.validate(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections)) === true;

const runs = (code: readonly number[]): boolean => {
  const body = [0, ...code, 0x1a, 0x0b];
  return isValid(
    ...[1, 4, 1, 0x60, 0, 0],
    ...[3, 2, 1, 0],
    ...[10, body.length + 2, 1, body.length, ...body],
  );
};

/** i32.const 0, i8x16.splat */
const vector = [0x41, 0, 0xfd, 0x0f];

/** Tell whether this engine runs WebAssembly's 128-bit vectors. */
export const simdSupported = (): boolean => runs(vector);

/** Tell whether this engine runs relaxed vectors: `f32x4.relaxed_madd`. */
export const relaxedSimdSupported = (): boolean => runs([...vector, ...vector, ...vector, 0xfd, 0x85, 0x02]);

/**
 * Tell whether this engine keeps a loop of twelve sums and three factors in the fifteen registers of an x64 processor,
 * by a sign: V8 does since it has Turboshaft, and tables of 64-bit places came soon after (Node 24, Chrome 133). Before
 * that it moved all loads to the head of a loop, where blocks of 6×8 are half as fast as those of 4×8.
 */
export const tallBlocksSupported = (): boolean => isValid(4, 4, 1, 0x70, 4, 0);
