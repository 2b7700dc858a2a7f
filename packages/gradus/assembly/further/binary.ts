import { Binary } from '../../src/runtime/wasm/opcodes';
import { binaryRows, readBinary } from '../binary';

/** Run rows [r0, r1), columns [c0, c1) of a Binary instruction of the one kind that is seldom used: a power. */
export function binaryTile(pc: usize, r0: i32, r1: i32, c0: i32, c1: i32): void {
  readBinary(pc, r0, r1, c0, c1);
  binaryRows(Binary.Power);
}
