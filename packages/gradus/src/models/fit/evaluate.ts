import type { Loss } from '../../nn/losses/index.ts';
import { resolveMetrics } from '../../train/metrics.ts';
import { load, release, type Workplace } from '../inputs/checkedData.ts';
import type { Dataset } from '../inputs/inputs.ts';
import { lossGraph } from '../network/graphs.ts';
import { prepareMeasuring } from './measure.ts';
import type { EvaluationOptions } from './options.ts';
import { checkWeighed } from './plan.ts';

/** Measure loss and metrics of a network on data. */
export async function evaluateNetwork(
  { network, executor, storeFor }: Workplace,
  dataset: Dataset,
  options: EvaluationOptions & { readonly loss: Loss },
): Promise<Record<string, number>> {
  const { loss, meanOver = 'rows' } = options;
  const metrics = resolveMetrics(options.metrics ?? [], loss);
  const data = checkWeighed(network, dataset, loss, options);
  const loaded = load(executor, data);
  const { measure, dispose } = prepareMeasuring({
    graph: lossGraph(network, loss, data.targets, false, data.weights && meanOver),
    executor,
    store: storeFor(0),
    loss,
    targets: data.targets,
    data: loaded,
    rows: data.rows,
    metrics,
  });
  try {
    const result = await measure();
    return { loss: result.loss, ...result.metrics };
  } finally {
    dispose();
    release(loaded);
  }
}
