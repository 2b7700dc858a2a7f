import { Context } from '../src/runtime/wasm/machine/opcodes';

/** Bytes of an instruction's header. */
export const HEADER: usize = 28;

/** Rows of the current step: what negative extents are multiples of. */
export let rows: i32 = 0;
/** Address of the context block of the running call. */
export let context: usize = 0;
/** Number of the current step within the call. */
export let step: i32 = 0;
/** Scratch memory of this thread, where it is not the caller's: else 0. */
let ownScratch: usize = 0;

/** Enter a step of a call. */
export function enterStep(address: usize, number: i32, count: i32): void {
  context = address;
  step = number;
  rows = count;
}

/** Give this thread scratch memory of its own; the caller's stands in its context. */
export function setScratch(address: usize): void {
  ownScratch = address;
}

/** Read operand i of an instruction. */
@inline
export function operand(pc: usize, i: i32): i32 {
  return load<i32>(pc + (HEADER + (<usize>i << 2)));
}

/** Read operand i as an address or a byte count. */
@inline
export function pointer(pc: usize, i: i32): usize {
  return load<usize>(pc + (HEADER + (<usize>i << 2)));
}

/** Read operand i as a float. */
@inline
export function float(pc: usize, i: i32): f32 {
  return load<f32>(pc + (HEADER + (<usize>i << 2)));
}

/** Decode an extent: e itself, or −e × rows. */
@inline
export function decode(code: i32): i32 {
  return code >= 0 ? code : -code * rows;
}

/** Read operand i as an extent. */
@inline
export function extent(pc: usize, i: i32): i32 {
  return decode(operand(pc, i));
}

/** Address of the scratch memory of this thread. */
@inline
export function scratch(): usize {
  return ownScratch != 0 ? ownScratch : load<usize>(context + Context.Scratch);
}

/** Whether products are best summed in blocks of 6×8 here. */
export function prefersTallBlocks(): bool {
  return load<bool>(context + Context.TallBlocks);
}

/** a·b + c: fused in the build `fast`, rounded twice in `portable`, which kernelBinary.ts makes from it. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_madd(a, b, c);
}

/** c − a·b, with −a exact. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  return madd(f32x4.neg(a), b, c);
}

/** Store the first `count` lanes of v, 1 to 3 of them. */
export function storeTail(address: usize, v: v128, count: i32): void {
  if (count >= 2) {
    v128.store64_lane(address, v, 0);
    if (count == 3) v128.store32_lane(address, v, 2, 8);
  } else if (count == 1) {
    v128.store32_lane(address, v, 0);
  }
}

/** Store v, or its first `count` lanes where fewer than 4 are left. */
@inline
export function storeUpTo(address: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(address, v);
  else storeTail(address, v, count);
}

/** Add the lanes of v in a fixed order: (0 + 2) + (1 + 3). */
@inline
export function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Find the largest lane of v; NaN when one is NaN. */
@inline
export function maxLanes(v: v128): f32 {
  const pairs = f32x4.max(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}
