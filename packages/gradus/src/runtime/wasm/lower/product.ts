import type { InstructionOf } from '../../../compile/program.ts';
import type { Address } from '../machine/assembler.ts';
import { activationKinds } from '../machine/kinds.ts';
import type { Activation } from '../machine/opcodes.ts';
import { type Lowering, type LoweringContext, shapeOf } from './lowering.ts';

function product(
  context: LoweringContext,
  instruction: InstructionOf<'matmul' | 'matmulActivation' | 'matmulActivationGradient'>,
  epilogue: {
    bias?: Address;
    activation?: Activation;
    gradientOf?: Activation;
    reference?: Address;
    alpha?: number;
    accumulate?: boolean;
  },
): void {
  const [a, b] = instruction.inputs;
  const [c] = instruction.outputs;
  const { transposeA, transposeB } = instruction.attributes;
  const [m, n] = shapeOf(context, c);
  const k = shapeOf(context, a)[transposeA ? 0 : 1];
  context.assembler.matmul({
    transposeA,
    transposeB,
    m,
    n,
    k,
    a: context.pointer(a),
    b: context.pointer(b),
    c: context.pointer(c),
    ...epilogue,
  });
}

/** Matrix products, with the bias and activation that they take along. */
export const productLowerings: {
  readonly [K in 'matmul' | 'matmulActivation' | 'matmulActivationGradient']: Lowering<K>;
} = {
  matmul: (context, instruction) => product(context, instruction, {}),
  matmulActivation(context, instruction) {
    const { bias, addend, function: name, alpha } = instruction.attributes;
    product(context, instruction, {
      accumulate: addend,
      ...(bias ? { bias: context.pointer(instruction.inputs[2]) } : {}),
      activation: activationKinds[name],
      alpha,
    });
  },
  matmulActivationGradient(context, instruction) {
    const { addend, function: name, alpha } = instruction.attributes;
    const reference = context.pointer(instruction.inputs[2]);
    product(context, instruction, {
      accumulate: addend,
      gradientOf: activationKinds[name],
      reference,
      alpha,
    });
  },
};
