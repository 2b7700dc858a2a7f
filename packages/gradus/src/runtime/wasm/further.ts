// What few programs need: a file that nothing else imports, so that an application loads it with the first such program.
import { furtherKernels as text } from './generated/furtherKernels.ts';
import { KernelModule } from './module.ts';

export { furtherLowerings } from './lowerFurther.ts';

/** The kernels of assembly/further. */
export const furtherKernels = new KernelModule(text);
