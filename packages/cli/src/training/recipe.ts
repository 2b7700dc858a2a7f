import type { NetworkConfig, TrainingConfig } from './config.ts';
import type { Prepared } from './prepare.ts';
import type { TrainRequest } from './trainFlags.ts';

/**
 * Choose the network and its training from the size of the data. The figures were found by measuring on tables of
 * 300 to 50,000 rows; docs/quality.md tells how.
 */
export function chooseRecipe(
  { train, validation, schema }: Prepared,
  request: TrainRequest,
): { readonly network: NetworkConfig; readonly training: TrainingConfig } {
  const { rows } = train.features;
  const large = rows >= 5000;
  const hasValidation = validation.features.rows > 0;
  return {
    network: {
      hidden: request.hidden ?? (rows >= 1000 ? [128, 64] : [64, 32]),
      activation: 'relu',
      dropout: large ? 0.05 : 0.1,
    },
    training: {
      epochs: request.epochs ?? (hasValidation ? (large ? 100 : 200) : 50),
      batchSize: request.batchSize ?? Math.min(rows, large ? 128 : 32),
      learningRate: request.learningRate ?? (large ? 2e-3 : 1e-3),
      weightDecay: 0.01,
      patience: hasValidation ? (large ? 10 : 20) : null,
      labelSmoothing: schema.task === 'classify' ? 0 : 0,
      seconds: request.seconds ?? null,
    },
  };
}
