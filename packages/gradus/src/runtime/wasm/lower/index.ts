import type { InstructionName } from '../../../compile/program.ts';
import { convolutionLowerings } from './convolution.ts';
import { elementwiseLowerings } from './elementwise.ts';
import { layoutLowerings } from './layout.ts';
import type { Lowering } from './lowering.ts';
import { lstmCellGradientLowering, lstmCellLowering } from './lstm.ts';
import { productLowerings } from './product.ts';
import { rowLowerings } from './rows.ts';
import { stepLowerings } from './step.ts';
import { takeGradientLowering, takeLowering } from './take.ts';

export type { Lowering, LoweringContext } from './lowering.ts';

/** How each instruction is put into the machine's words. One that is missing does not compile. */
export const lowerings: { readonly [K in InstructionName]: Lowering<K> } = {
  ...stepLowerings,
  ...elementwiseLowerings,
  ...productLowerings,
  ...rowLowerings,
  ...layoutLowerings,
  ...convolutionLowerings,
  lstmCell: lstmCellLowering,
  lstmCellGradient: lstmCellGradientLowering,
  take: takeLowering,
  takeGradient: takeGradientLowering,
};
