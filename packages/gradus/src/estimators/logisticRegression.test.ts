import { expect, test } from 'vitest';
import { distance, fixtures } from '../testing/linearModels.ts';
import { LogisticRegression } from './logisticRegression.ts';

test.each(fixtures.logistic)(
  'logistic regression gives scikit-learn’s probabilities to 1e-8 (case %#)',
  ({ features, labels, penalty, probabilities }) => {
    const model = new LogisticRegression({ penalty, tolerance: 1e-10 }).fit(features, labels);
    expect(distance(model.predictProbabilities(features), probabilities)).toBeLessThan(1e-8);
    expect(model.costs).toEqual([]);
  },
);
