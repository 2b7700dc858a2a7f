import * as $ from '../../graph/operations.ts';
import { defineLoss, type Loss } from './loss.ts';

/**
 * Measure the mean of (prediction − target)² over rows and outputs, as `mse_loss` does in PyTorch.
 *
 * @returns The loss; targets are values, as many for each row as the model has outputs.
 * @example
 * import { meanSquaredError } from 'gradus/losses';
 * meanSquaredError().name; // 'meanSquaredError'
 */
export const meanSquaredError = (): Loss =>
  defineLoss({
    name: 'meanSquaredError',
    task: 'values',
    probabilities: 'identity',
    elements: $.squaredDifference,
  });
