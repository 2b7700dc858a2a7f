import type { UnaryFunction } from '../../../graph/attributes.ts';
import { negation } from '../../../graph/ops/affine.ts';
import type { UnaryFormula } from '../../../graph/ops/elementwise.ts';
import { unaryFormulas } from '../../../graph/ops/unary.ts';
import * as math from '../../../util/math.ts';
import { type Maths, mapElements } from './evaluation.ts';

const formulas: Readonly<Record<UnaryFunction, UnaryFormula>> = { ...negation, ...unaryFormulas };

export const unaryMaths: Maths<'unary' | 'powerConstant' | 'affine' | 'clip' | 'stopGradient'> = {
  unary: (evaluation) => mapElements(evaluation, formulas[evaluation.attributes.function].value),
  powerConstant: (evaluation) => mapElements(evaluation, (x) => math.pow(x, evaluation.attributes.exponent)),
  affine(evaluation) {
    const { scale, shift } = evaluation.attributes;
    mapElements(evaluation, (x) => scale * x + shift);
  },
  clip(evaluation) {
    const { low, high } = evaluation.attributes;
    mapElements(evaluation, (x) => Math.min(Math.max(x, low), high));
  },
  stopGradient: ({ inputs, outputs }) => outputs[0].values.set(inputs[0].values),
};
