import type { UpdateConstants } from '../../../compile/updateRules.ts';
import { type Address, bits, type Extent } from './instructionWriter.ts';
import { Update } from './opcodes.ts';

/** Operands of an optimizer's pass; see `Update` for what each rule reads. */
export interface UpdateOperands extends Partial<UpdateConstants> {
  readonly kind: Update;
  readonly n: Extent;
  readonly weights: Address;
  readonly gradient: Address;
  readonly slots?: readonly Address[];
  /** First column of the step's row in the table of scalars. */
  readonly column: number;
}

const isAdam = (kind: Update): boolean =>
  kind === Update.Adam ||
  kind === Update.AdamW ||
  kind === Update.AdamUncorrectedEpsilon ||
  kind === Update.Nadam;

/** Multiply-adds that an element costs about as much as: a root and a division are long. */
export const updateCost = (kind: Update): number => (isAdam(kind) || kind >= Update.Adagrad ? 16 : 4);

/** Put an optimizer's pass into words. */
export function updateWords(operands: UpdateOperands): Address[] {
  const { kind, n, weights, gradient, slots = [], column } = operands;
  const { weightDecay = 0, momentum = 0, beta1 = 0, beta2 = 0, epsilon = 0, underRoot = 0 } = operands;
  // 1 − β is rounded once, from float64: at β2 = 0.999 its float32 difference would be off by 5e-5.
  const parameters = isAdam(kind)
    ? [beta1, beta2, epsilon, 1 - beta1, 1 - beta2]
    : kind === Update.Adagrad
      ? [momentum, 1, epsilon, underRoot, 1]
      : [momentum, beta2, epsilon, underRoot, 1 - beta2];
  const [first = 0, second = 0, third = 0] = slots;
  return [
    kind,
    n,
    weights,
    gradient,
    first,
    second,
    third,
    column,
    ...[weightDecay, ...parameters].map(bits),
  ];
}
