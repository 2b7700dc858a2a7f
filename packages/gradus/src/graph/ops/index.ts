import { activationFormulas, activationGradientOp, activationOp } from './activation.ts';
import { affineOp, negation } from './affine.ts';
import { binaryFormulas, binaryOp, scaledBinaryOp, whereOp } from './binary.ts';
import { broadcastOp } from './broadcast.ts';
import {
  oneHotOp,
  softmaxCrossEntropyGradientOp,
  softmaxCrossEntropyOp,
  softmaxCrossEntropyWithGradientOp,
} from './classification.ts';
import {
  convolutionActivationGradientOp,
  convolutionActivationOp,
  convolutionInputGradientOp,
  convolutionKernelGradientOp,
  convolutionOp,
} from './convolution.ts';
import { countCorrectOp } from './countCorrect.ts';
import { reshapeOp, transposeOp } from './layout.ts';
import { constantOp, countOp, inputOp, parameterOp } from './leaves.ts';
import { logisticFormulas } from './logisticLoss.ts';
import { lstmCellGradientOp, lstmCellOp } from './lstm.ts';
import { matmulActivationGradientOp, matmulActivationOp, matmulOp } from './matmul.ts';
import { maxPoolGradientOp, maxPoolOp } from './pooling.ts';
import { powerConstantOp, powerFormulas } from './power.ts';
import { dropoutOp, randomOp } from './random.ts';
import { reduceOp } from './reduce.ts';
import { repeatOp } from './repeat.ts';
import { rowGradientOp, rowOp } from './row.ts';
import { concatenateOp, padOp, sliceOp } from './slice.ts';
import { takeGradientOp, takeOp } from './take.ts';
import { clipOp, stopGradientOp, unaryFormulas, unaryOp } from './unary.ts';

/** The elementwise functions of all files: the functions of `unary`, `binary` and `activation`. */
export const formulas = {
  unary: { ...negation, ...unaryFormulas },
  binary: { ...binaryFormulas, ...powerFormulas, ...logisticFormulas },
  activation: activationFormulas,
} as const;

/** Every op by name. */
export const definitions = {
  input: inputOp,
  parameter: parameterOp,
  constant: constantOp,
  count: countOp,
  unary: unaryOp,
  powerConstant: powerConstantOp,
  affine: affineOp,
  clip: clipOp,
  stopGradient: stopGradientOp,
  binary: binaryOp,
  where: whereOp,
  activation: activationOp,
  activationGradient: activationGradientOp,
  matmul: matmulOp,
  convolution: convolutionOp,
  convolutionInputGradient: convolutionInputGradientOp,
  convolutionKernelGradient: convolutionKernelGradientOp,
  maxPool: maxPoolOp,
  maxPoolGradient: maxPoolGradientOp,
  reduce: reduceOp,
  broadcast: broadcastOp,
  reshape: reshapeOp,
  transpose: transposeOp,
  slice: sliceOp,
  pad: padOp,
  concatenate: concatenateOp,
  row: rowOp,
  rowGradient: rowGradientOp,
  softmaxCrossEntropy: softmaxCrossEntropyOp,
  softmaxCrossEntropyGradient: softmaxCrossEntropyGradientOp,
  oneHot: oneHotOp,
  take: takeOp,
  takeGradient: takeGradientOp,
  countCorrect: countCorrectOp,
  dropout: dropoutOp,
  random: randomOp,
  lstmCell: lstmCellOp,
  lstmCellGradient: lstmCellGradientOp,
  repeat: repeatOp,
  scaledBinary: scaledBinaryOp,
  matmulActivation: matmulActivationOp,
  matmulActivationGradient: matmulActivationGradientOp,
  convolutionActivation: convolutionActivationOp,
  convolutionActivationGradient: convolutionActivationGradientOp,
  softmaxCrossEntropyWithGradient: softmaxCrossEntropyWithGradientOp,
} as const;
