import type { Loss } from '../../nn/losses/index.ts';
import { gradientClipping } from '../../optim/clipGradients.ts';
import { resolveOptimizer } from '../../optim/named.ts';
import type { Optimizer } from '../../optim/optimizer.ts';
import { type Metric, resolveMetrics } from '../../train/metrics.ts';
import { type Checked, check } from '../inputs/checkedData.ts';
import type { Dataset } from '../inputs/inputs.ts';
import type { compileTraining } from '../network/graphs.ts';
import type { Network } from '../network/network.ts';
import type { FitOptions } from './options.ts';

/** What `fit` was asked for: data that fit the network and its loss, and options that were found good. */
export interface FitRequest {
  readonly network: Network;
  readonly data: Checked;
  /** The weights that the caller gives the rows. */
  readonly sampleWeight: Dataset['sampleWeight'];
  /** Validation data of their own, with the weights of their rows. */
  readonly apart: (Checked & Pick<Dataset, 'sampleWeight'>) | undefined;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  /** Shortens gradients. */
  readonly clip: Parameters<typeof compileTraining>[1]['clip'];
  readonly seed: number;
  readonly shuffle: boolean;
  readonly options: FitOptions;
}

/**
 * Check the data and what options name.
 *
 * @throws DataError, ShapeError or ArgumentError for what does not fit.
 */
export function checkFit(
  network: Network,
  dataset: Dataset,
  options: FitOptions & { readonly loss: Loss },
): FitRequest {
  const { loss, validation, clipGradient, seed = 0, shuffle = true } = options;
  const data = check(network, dataset, loss);
  const apart =
    typeof validation === 'object'
      ? { ...check(network, validation, loss), sampleWeight: validation.sampleWeight }
      : undefined;
  return {
    network,
    data,
    sampleWeight: dataset.sampleWeight,
    apart,
    loss,
    optimizer: resolveOptimizer(options.optimizer),
    metrics: resolveMetrics(options.metrics ?? [], loss),
    clip: clipGradient === undefined ? undefined : gradientClipping(clipGradient),
    seed,
    shuffle,
    options,
  };
}
