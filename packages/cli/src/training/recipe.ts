import { ArgumentError } from 'gradus';
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
  if (request.classWeight !== undefined && schema.task === 'regress') {
    throw new ArgumentError({
      received: `--class-weight ${request.classWeight} for the numbers of '${schema.target.name}'`,
      expected: 'a column of classes',
      remedy: 'Leave it out, or say --task classify',
    });
  }
  const { rows } = train.features;
  const size = rows < 5_000 ? small : rows < 20_000 ? medium : large;
  const hasValidation = validation.features.rows > 0;
  const mostEpochs = hasValidation ? size.epochs : size.epochs / 4;
  return {
    network: {
      hidden: request.hidden ?? size.hidden,
      activation: 'relu',
      dropout: size.dropout,
    },
    training: {
      epochs: request.epochs ?? Math.max(5, Math.min(mostEpochs, Math.floor(rowsSeen / rows))),
      batchSize: request.batchSize ?? Math.min(rows, size.batchSize),
      learningRate: request.learningRate ?? size.learningRate,
      weightDecay: 0.01,
      patience: hasValidation ? size.patience : null,
      labelSmoothing: 0,
      classWeight: request.classWeight ?? null,
      seconds: request.seconds ?? null,
    },
  };
}

/** Most rows that are trained on by default, every epoch counted: some minutes. */
const rowsSeen = 2e7;

const small = {
  hidden: [64, 32],
  dropout: 0.1,
  epochs: 200,
  batchSize: 32,
  learningRate: 0.001,
  patience: 20,
};

const medium = {
  ...small,
  hidden: [128, 64],
  dropout: 0.05,
  epochs: 100,
  batchSize: 128,
  learningRate: 0.002,
  patience: 10,
};

const large = { ...medium, batchSize: 256 };
