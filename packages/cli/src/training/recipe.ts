import type { NetworkConfig, TrainingConfig } from './config.ts';
import { usualLoss } from './losses.ts';
import { firstLearningRate, seesAllRows } from './optimizers.ts';
import type { Prepared } from './prepare.ts';
import { requireSuitable } from './requireSuitable.ts';
import { planSchedule } from './schedules.ts';
import type { TrainRequest } from './trainFlags.ts';

/**
 * Choose the network and its training from the size of the data. The figures were found by measuring on tables of
 * 300 to 50,000 rows; docs/quality.md tells how.
 */
export function chooseRecipe(
  { train, validation, schema }: Prepared,
  request: TrainRequest,
): { readonly network: NetworkConfig; readonly training: TrainingConfig } {
  requireSuitable(request, schema);
  const { rows } = train.features;
  const size = rows < 5_000 ? small : rows < 20_000 ? medium : large;
  const hasValidation = validation.features.rows > 0;
  const mostEpochs = hasValidation ? size.epochs : size.epochs / 4;
  const epochs = request.epochs ?? Math.max(5, Math.min(mostEpochs, Math.floor(rowsSeen / rows)));
  const { schedule } = request;
  const { name: optimizer, numbers } = request.optimizer ?? { name: 'adamW', numbers: {} };
  const isWhole = seesAllRows(optimizer);
  const batchSize = isWhole ? rows : (request.batchSize ?? Math.min(rows, size.batchSize));
  const learningRate = request.learningRate ?? firstLearningRate(optimizer, size.learningRate);
  const steps = epochs * Math.ceil(rows / batchSize);
  return {
    network: {
      hidden: request.hidden ?? size.hidden,
      activation: 'relu',
      // All rows at once need a function that stays the same from one look to the next.
      dropout: isWhole ? 0 : size.dropout,
      batchNormalization: request.batchNormalization ?? false,
    },
    training: {
      epochs,
      batchSize,
      optimizer,
      optimizerNumbers: numbers,
      learningRate,
      schedule:
        schedule === undefined || learningRate === null ? null : planSchedule(schedule, learningRate, steps),
      clipGradient: request.clipGradient ?? null,
      weightDecay: numbers['weightDecay'] ?? (optimizer === 'adamW' ? 0.01 : 0),
      patience: hasValidation ? size.patience : null,
      loss: request.loss ?? usualLoss(schema.task),
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
