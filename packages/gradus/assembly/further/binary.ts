import { Binary } from '../../src/runtime/wasm/opcodes';
import { binaryRows, readBinary } from '../binary';
import { operand } from '../operands';

function maximum(): void {
  binaryRows(Binary.Maximum);
}
function minimum(): void {
  binaryRows(Binary.Minimum);
}
function greater(): void {
  binaryRows(Binary.Greater);
}
function greaterEqual(): void {
  binaryRows(Binary.GreaterEqual);
}
function equal(): void {
  binaryRows(Binary.Equal);
}
function power(): void {
  binaryRows(Binary.Power);
}

/** Run rows [r0, r1), columns [c0, c1) of a Binary instruction of a kind that is seldom used. */
export function binaryTile(pc: usize, r0: i32, r1: i32, c0: i32, c1: i32): void {
  readBinary(pc, r0, r1, c0, c1);
  switch (operand(pc, 0)) {
    case Binary.Maximum: maximum(); break;
    case Binary.Minimum: minimum(); break;
    case Binary.Greater: greater(); break;
    case Binary.GreaterEqual: greaterEqual(); break;
    case Binary.Equal: equal(); break;
    case Binary.Power: power(); break;
    default: unreachable();
  }
}
