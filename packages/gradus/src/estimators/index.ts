export {
  type TrivialClassifier,
  type TrivialRegressor,
  trivialClassifier,
  trivialRegressor,
} from './baselines.ts';
export {
  type LogisticRegression,
  type LogisticRegressionOptions,
  logisticRegression,
} from './logisticRegression.ts';
export type { Features } from './matrix.ts';
export { type RidgeRegression, ridgeRegression } from './ridgeRegression.ts';
