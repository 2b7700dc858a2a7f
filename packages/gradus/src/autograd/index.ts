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
export {
  type EachNumber,
  type EachTensor,
  type HessianOf,
  hessian,
  type JacobianOf,
  jacobian,
  type SecondDerivatives,
} from './jacobian.ts';
export type { NestedNumbers, NumberArray, Numbers } from './numbers.ts';
