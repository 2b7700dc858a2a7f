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
export type { NestedNumbers, NumberArray, Numbers } from './numbers.ts';
