export {
  type CriticalPoint,
  type CriticalPointKind,
  type CriticalPointOptions,
  criticalPoint,
} from './criticalPoint.ts';
export { type EvaluatedRecord, type EvaluationStep, evaluate, type GivenNumbers } from './evaluate.ts';
export {
  type FunctionInput,
  type GradientOf,
  type GradientsOf,
  grad,
  type PointsOf,
  type RecordFunction,
  type RecordPoint,
  type ScalarFunction,
  type ValueAndGradient,
  valueAndGrad,
} from './grad.ts';
export { type EachNumber, type HessianOf, hessian, type SecondDerivatives } from './hessian.ts';
export { type EachTensor, type JacobianOf, jacobian } from './jacobian.ts';
export { type DescentPath, type MinimizeOptions, minimize } from './minimize.ts';
export type { NestedNumbers, NumberArray, Numbers } from './nestedValues.ts';
