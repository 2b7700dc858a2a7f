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
 * Guess whether blocks of 6×8 are fast here: whether the engine keeps a loop of twelve sums and three factors in the
 * fifteen registers of an x64 processor. No feature tells this, so the guess is the engine's age, and its sign is that it
 * accepts tables with 64-bit indices (Node 24, Chrome 133). V8 compiles such loops well since Turboshaft, shortly before;
 * older versions move all loads to the head of the loop, where blocks of 6×8 are half as fast as those of 4×8. A wrong
 * guess costs speed only: both heights give the same bits.
 */
export const tallBlocksSupported = (): boolean => isValid(4, 4, 1, 0x70, 4, 0);
