import type { Instruction, InstructionName, Program } from '../../compile/program.ts';
import { activationKinds, binaryKinds, unaryKinds, updateKinds } from './kinds.ts';
import { lowerings } from './lower.ts';
import { Activation, Binary, Unary, Update } from './opcodes.ts';

/** What few programs need: kernels, and how instructions are put into their words. */
type FurtherParts = typeof import('./further.ts');

let loaded: FurtherParts | undefined;

const hasLowering = (op: InstructionName): op is keyof typeof lowerings => op in lowerings;

/** Whether an instruction is the work of the further kernels. */
export function isFurther({ op, attributes }: Instruction): boolean {
  switch (op) {
    case 'unary':
      return unaryKinds[attributes.function] >= Unary.Exp;
    case 'binary':
    case 'scaledBinary':
      return binaryKinds[attributes.function] >= Binary.Maximum;
    case 'activation':
    case 'activationGradient':
    case 'matmulActivation':
    case 'matmulActivationGradient':
      return activationKinds[attributes.function] >= Activation.LeakyRelu;
    case 'update':
      return updateKinds[attributes.rule] >= Update.Momentum;
    default:
      return !hasLowering(op);
  }
}

/** Load the further parts. */
export async function loadFurther(): Promise<void> {
  loaded ??= await import('./further.ts');
}

/** Load them if a program needs them, or any program may; undefined where nothing has to be waited for. */
export const prepareFor = (program?: Program): Promise<void> | undefined =>
  loaded === undefined && program?.instructions.some(isFurther) !== false ? loadFurther() : undefined;

/** Give the further parts, which `prepareFor` has loaded. */
export function furtherParts(): FurtherParts {
  if (loaded !== undefined) return loaded;
  throw new Error('the executor was not prepared for this program: call prepare before createSession');
}

/** Give the row by which instructions of a name are put into words. */
export const loweringOf = (op: InstructionName) =>
  hasLowering(op) ? lowerings[op] : furtherParts().furtherLowerings[op];
