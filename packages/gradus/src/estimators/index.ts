export { Adaline, type AdalineOptions } from './adaline.ts';
export {
  type TrivialClassifier,
  type TrivialRegressor,
  trivialClassifier,
  trivialRegressor,
} from './baselines.ts';
export type { DescentOptions } from './deltaRule.ts';
export { LinearClassifier, type LinearUnits } from './linearClassifier.ts';
export { LinearRegression, type LinearRegressionOptions } from './linearRegression.ts';
export { LogisticRegression, type LogisticRegressionOptions } from './logisticRegression.ts';
export { type McCullochPittsOptions, type McCullochPittsUnit, mcCullochPitts } from './mcCullochPitts.ts';
export { type NovikoffBound, type NovikoffOptions, novikoffBound } from './novikoff.ts';
export { Perceptron, type PerceptronOptions } from './perceptron.ts';
export { type RidgeRegression, ridgeRegression } from './ridgeRegression.ts';
export {
  type SoftmaxRegression,
  type SoftmaxRegressionOptions,
  softmaxRegression,
} from './softmaxRegression.ts';
