import type { UnaryFunction } from '../../../graph/attributes.ts';
import * as math from '../../../util/math.ts';
import { type Maths, mapElements } from './evaluation.ts';

const unaryFunctions: Record<UnaryFunction, (x: number) => number> = {
  negate: (x) => -x,
  absolute: Math.abs,
  exp: math.exp,
  log: math.log,
  log1p: math.log1p,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  sin: math.sin,
  cos: math.cos,
  sign: Math.sign,
  erf: math.erf,
  step: (x) => (x > 0 ? 1 : x <= 0 ? 0 : x),
};

export const unaryMaths: Maths<'unary' | 'powerConstant' | 'affine' | 'clip' | 'stopGradient'> = {
  unary: (evaluation) => mapElements(evaluation, unaryFunctions[evaluation.attributes.function]),
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
