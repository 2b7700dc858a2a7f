import type { Loss } from '../nn/losses/index.ts';
import {
  type Data,
  type Executor,
  openSession,
  type ParameterStore,
  type Reals,
} from '../runtime/executor.ts';
import { BLOCK_ROWS, streamRows } from '../train/evaluate.ts';
import { accuracyTensor, type Metric, resolveMetrics, validationName } from '../train/metrics.ts';
import { Pace } from '../train/pace.ts';
import { createStream } from '../util/random.ts';
import { allRows, type Checked, check, countOf, load, release, type Workplace } from './checkedData.ts';
import { compileEvaluation } from './compileEvaluation.ts';
import { type LossGraph, lossGraph, placesOf } from './graphs.ts';
import { holdOut } from './holdOut.ts';
import type { Dataset, Targets } from './inputs.ts';
import type { Network } from './network.ts';
import type { EvaluationOptions, FitOptions, WeightingOptions } from './options.ts';
import { toLabels, toProbabilities } from './predictions.ts';

/*
 * What training can do without: rows held out or apart, metrics, weights of rows. A training that asks for none of them
 * never loads this file.
 */

export { accuracyTensor, validationName };

/** Checked data with the weights that the caller gives its rows. */
interface Weighable extends Pick<Dataset, 'sampleWeight'> {
  readonly part: Checked;
  /** The rows whose loss is measured as a whole. */
  readonly measured: Int32Array;
}

/** Data of which all rows are measured. */
const wholly = (part: Checked, { sampleWeight }: Dataset): Weighable => ({
  part,
  sampleWeight,
  measured: allRows(part.rows),
});

/**
 * Give rows their weights; undefined where all weigh 1.
 *
 * @param rows - The rows of the first part among which classes are counted.
 */
async function weigh(
  parts: readonly Weighable[],
  rows: Int32Array,
  { loss, classWeight, meanOver }: WeightingOptions & { readonly loss: Loss },
  outputs: number,
): Promise<readonly (Float64Array | undefined)[]> {
  const isWeighted =
    classWeight !== undefined || parts.some(({ sampleWeight }) => sampleWeight !== undefined);
  if (!isWeighted) return parts.map(() => undefined);
  const { weighRows } = await import('./rowWeights.ts');
  const named = parts.map(({ part: { targets }, sampleWeight, measured }, i) => ({
    targets,
    sampleWeight,
    measured,
    name: i === 0 ? 'sampleWeight' : 'sampleWeight of the validation',
  }));
  return weighRows({ parts: named, rows, loss, outputs, classWeight, meanOver });
}

/** Which rows are trained on and which are held out, what else is measured, and what rows weigh. */
export interface TrainingPlan {
  readonly rows: Int32Array;
  readonly held: Int32Array | undefined;
  readonly metrics: readonly Metric[];
  /** What the rows of the data weigh. */
  readonly weights: Float64Array | undefined;
  /** What the rows of validation data of their own weigh. */
  readonly validationWeights: Float64Array | undefined;
}

/** Plan a training that asks for more than its loss. */
export async function planTraining(
  data: Checked,
  apart: Checked | undefined,
  dataset: Dataset,
  options: FitOptions & { readonly loss: Loss },
  outputs: number,
): Promise<TrainingPlan> {
  const { loss, validation, seed = 0 } = options;
  const metrics = resolveMetrics(options.metrics ?? [], loss);
  const { targets } = data;
  const labels = targets.kind === 'labels' && targets.width === 1 ? targets.values : undefined;
  const held =
    typeof validation === 'number'
      ? holdOut(data.rows, validation, labels, createStream(seed, 'split'))
      : undefined;
  const rows = held?.training ?? allRows(data.rows);
  const measured = held?.validation ?? new Int32Array(0);
  const [weights, validationWeights] = await weigh(
    [
      { part: data, sampleWeight: dataset.sampleWeight, measured },
      ...(apart === undefined ? [] : [wholly(apart, validation as Dataset)]),
    ],
    rows,
    options,
    outputs,
  );
  return { rows, held: held?.validation, metrics, weights, validationWeights };
}

/** Score metrics on predictions for some rows of the data; `width` outputs belong together, and are a place. */
function scoreAll(
  metrics: readonly Metric[],
  loss: Loss,
  targets: Targets,
  rows: Int32Array | number,
  prediction: Reals,
  width: number,
  mask: Reals | undefined,
): Record<string, number> {
  const indices = typeof rows === 'number' ? allRows(rows) : rows;
  const { scale = 1, shift = 0 } = targets.kind === 'labels' ? {} : targets;
  const isByte = targets.values instanceof Uint8Array;
  const whole = new Float64Array(indices.length * targets.width);
  indices.forEach((row, i) => {
    for (let k = 0; k < targets.width; k++) {
      const value = targets.values[row * targets.width + k];
      whole[i * targets.width + k] = isByte ? scale * value + shift : value;
    }
  });
  // Places that do not count are left out.
  const counted = (values: Reals): Reals => {
    const size = values.length / (mask?.length ?? 1);
    return mask === undefined
      ? values
      : Float64Array.from(values).filter((_, i) => mask[Math.floor(i / size)] > 0);
  };
  const [truth, outputs] = [counted(whole), counted(prediction)];
  const trueLabels = (): ArrayLike<number> =>
    targets.kind === 'labels'
      ? truth
      : loss.task === 'classes'
        ? toLabels(truth, width, { task: 'classes', probabilities: 'identity' })
        : truth.map((t) => (t > 0.5 ? 1 : 0));
  return Object.fromEntries(
    metrics.map((metric) => {
      const reads = metric.reads ?? (loss.task === 'values' ? 'values' : 'labels');
      const classes = loss.task === 'classes' ? width : loss.task === 'bits' ? 2 : 1;
      if (reads === 'values') return [metric.name, metric.score(truth, outputs, classes)];
      if (reads === 'probabilities') {
        const labels = loss.task === 'values' ? truth : trueLabels();
        return [
          metric.name,
          metric.score(labels, toProbabilities(outputs, width, loss.probabilities), classes),
        ];
      }
      return [metric.name, metric.score(trueLabels(), toLabels(outputs, width, loss), classes)];
    }),
  );
}

const countOfRows = (rows: Int32Array | number): number => (typeof rows === 'number' ? rows : rows.length);

/** What a measuring of rows needs. */
interface MeasuringParts {
  readonly graph: LossGraph;
  readonly executor: Executor;
  readonly store: ParameterStore;
  readonly loss: Loss;
  readonly targets: Targets;
  readonly data: ReadonlyMap<string, Data>;
  readonly rows: Int32Array | number;
  readonly metrics: readonly Metric[];
}

/** A compiled measuring of rows, bound to data. */
export interface Measuring {
  /** Measure with the weights of the network as they are now. */
  measure(): Promise<{ loss: number; metrics: Record<string, number> }>;
  dispose(): void;
}

/** Prepare the measuring of rows. */
export async function prepareMeasuring(parts: MeasuringParts): Promise<Measuring> {
  const { graph, executor, store, loss, targets, data, rows, metrics } = parts;
  const rowCapacity = Math.min(BLOCK_ROWS, countOfRows(rows));
  const session = await openSession(executor, compileEvaluation(graph), { store, rowCapacity });
  const [, width] = graph.prediction.shape;
  const pace = new Pace(rowCapacity * store.layout.size);
  return {
    async measure() {
      const outputs = metrics.length === 0 ? [] : graph.mask ? ['prediction', 'mask'] : ['prediction'];
      const { means, values } = await streamRows({ session, rows, inputs: data, pace, outputs });
      const [prediction, mask] = values;
      const scored = prediction ? scoreAll(metrics, loss, targets, rows, prediction, width, mask) : {};
      return { loss: means[0], metrics: scored };
    },
    dispose: () => session.dispose(),
  };
}

/** Check data that is measured as a whole, and give its rows their weights. */
export async function checkWeighed(
  network: Network,
  dataset: Dataset,
  loss: Loss,
  weighting: WeightingOptions = {},
): Promise<Checked> {
  const part = check(network, dataset, loss);
  const whole = wholly(part, dataset);
  const options = { ...weighting, loss };
  const outputs = countOf(network.outputShape) / placesOf(loss, network.outputShape);
  const [weights] = await weigh([whole], whole.measured, options, outputs);
  return { ...part, weights };
}

/** Measure loss and metrics of a network on data. */
export async function evaluateNetwork(
  place: Workplace,
  dataset: Dataset,
  options: EvaluationOptions & { readonly loss: Loss },
): Promise<Record<string, number>> {
  const { network, executor, storeFor } = place;
  const { loss } = options;
  const metrics = resolveMetrics(options.metrics ?? [], loss);
  const data = await checkWeighed(network, dataset, loss, options);
  const loaded = load(executor, data);
  const { measure, dispose } = await prepareMeasuring({
    graph: lossGraph(network, loss, data.targets, false, data.weights && (options.meanOver ?? 'rows')),
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
