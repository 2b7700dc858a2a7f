import { expect, test } from 'vitest';
import { distance, fixtures } from '../testing/linearModels.ts';
import { LinearRegression } from './linearRegression.ts';

test.each(fixtures.leastSquares)(
  'linear regression has scikit-learn’s weights to 1e-10 (case %#)',
  ({ features, targets, weights, bias, score }) => {
    const model = new LinearRegression().fit(features, targets);
    expect(distance([...model.weights, model.bias], [...weights, bias])).toBeLessThan(1e-10);
    expect(Math.abs(model.score(features, targets) - score)).toBeLessThan(1e-12);
  },
);
