import { Context } from '../src/runtime/wasm/opcodes';
import { context, operand, step } from './operands';

/** Read c[k] of this step from the float64 table. */
@inline
export function scalar(column: i32, k: i32): v128 {
  const row = load<usize>(context + Context.Scalars) + <usize>(step * load<i32>(context + Context.ScalarCount)) * 8;
  return f32x4.splat(<f32>load<f64>(row + (<usize>(column + k) << 3)));
}

/**
 * 2^-80 and 2^-102. A sum taken from such a base, and the base taken away again, rounds to steps of 2^-104 and 2^-125:
 * what a vanished gradient leaves behind decays to 0, not to denormal numbers, which cost many times as much and whose
 * products do so for ever. Moments are far above: what is below 2^-63 has no square in float32, and the root of
 * 2^-125 is nothing beside ε.
 */
export const FIRST_BASE: f32 = 8.271806125530277e-25;
export const SECOND_BASE: f32 = 1.9721522630525295e-31;
