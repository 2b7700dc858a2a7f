import * as $ from '../../graph/operations.ts';
import { defineLoss, type Loss } from './loss.ts';

/**
 * Measure the mean of (prediction − target)² over rows and outputs, as `mse_loss` does in PyTorch.
 *
 * @returns The loss; targets are numbers, as many a row as the model has outputs.
 * @example
 * import { meanSquaredErrorLoss } from 'gradus';
 * meanSquaredErrorLoss().name; // 'meanSquaredError'
 */
export const meanSquaredErrorLoss = (): Loss =>
  defineLoss({
    name: 'meanSquaredError',
    task: 'values',
    probabilities: 'identity',
    elements: $.squaredDifference,
  });
