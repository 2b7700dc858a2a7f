import type { Loss } from '../nn/losses.ts';
import { resolveClipping, resolveOptimizer } from '../optim/resolve.ts';
import type { Data, Executor, ParameterStore } from '../runtime/executor.ts';
import { BLOCK_ROWS, streamRows } from '../train/evaluate.ts';
import type { History } from '../train/events.ts';
import { type Metric, resolveMetrics, validationName } from '../train/metrics.ts';
import { Pace } from '../train/pace.ts';
import { hashNumbers, requireSameRun, type TrainingFingerprint } from '../train/state.ts';
import type { Measures } from '../train/task.ts';
import { runTraining } from '../train/trainer.ts';
import { createStream } from '../util/random.ts';
import { compileEvaluation, compileTraining, type LossGraph, lossGraph, TARGET, WEIGHT } from './graphs.ts';
import { holdOut } from './holdOut.ts';
import { type Dataset, type InputSize, type Matrix, type Targets, toInputs, toTargets } from './inputs.ts';
import type { Network } from './network.ts';
import type { EvaluationOptions, FitOptions, WeightingOptions } from './options.ts';
import { toLabels, toProbabilities } from './predictions.ts';
import { warnAboutOneClass, warnAboutSoftmax } from './warnings.ts';

/** Checked data: the inputs by name, and the targets. */
export interface Checked {
  readonly matrices: ReadonlyMap<string, Matrix>;
  readonly targets: Targets;
  readonly rows: number;
  /** What each row weighs; undefined where all weigh 1. */
  readonly weights?: Float64Array | undefined;
}

const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const allRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

/** The inputs of a network with what it says about each. */
export const inputWidths = (network: Network): InputSize[] =>
  network.architecture.inputs.map(({ name, shape }, i) => ({
    name,
    width: countOf(shape),
    readers: network.readersOf(i),
  }));

/** Check data for a network and a loss. */
export function check(network: Network, { x, y }: Dataset, loss: Loss): Checked {
  const { matrices, rows } = toInputs(x, inputWidths(network));
  return { matrices, rows, targets: toTargets(y, loss, countOf(network.outputShape), rows) };
}

/** Move data to an executor. */
export function load(executor: Executor, { matrices, targets, weights }: Checked): Map<string, Data> {
  const loaded = new Map<string, Data>();
  for (const [name, matrix] of matrices) loaded.set(name, executor.createData(matrix));
  loaded.set(TARGET, executor.createData(targets));
  if (weights !== undefined) loaded.set(WEIGHT, executor.createData({ values: weights, width: 1 }));
  return loaded;
}

/** Let go of data that was loaded. */
export const release = (loaded: ReadonlyMap<string, Data>): void => {
  for (const data of loaded.values()) data.dispose();
};

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
 * Give rows their weights. Where there are none it is done at once, so that the data is taken before the caller goes on;
 * what weights need is loaded for them.
 *
 * @param rows - The rows of the first part among which classes are counted.
 */
function weigh(
  parts: readonly Weighable[],
  rows: Int32Array,
  { loss, classWeight, meanOver }: WeightingOptions & { readonly loss: Loss },
  outputs: number,
): Checked[] | Promise<Checked[]> {
  const isWeighted =
    classWeight !== undefined || parts.some(({ sampleWeight }) => sampleWeight !== undefined);
  if (!isWeighted) return parts.map(({ part }) => part);
  return import('./rowWeights.ts').then(({ weighRows }) => {
    const named = parts.map(({ part: { targets }, sampleWeight, measured }, i) => ({
      targets,
      sampleWeight,
      measured,
      name: i === 0 ? 'sampleWeight' : 'sampleWeight of the validation',
    }));
    const weights = weighRows({ parts: named, rows, loss, outputs, classWeight, meanOver });
    return parts.map(({ part }, i) => ({ ...part, weights: weights[i] }));
  });
}

/** Score metrics on predictions for some rows of the data. */
function scoreAll(
  metrics: readonly Metric[],
  loss: Loss,
  targets: Targets,
  rows: Int32Array | number,
  outputs: Float32Array | Float64Array,
): Record<string, number> {
  const { width } = targets.kind === 'labels' ? { width: outputs.length / countOfRows(rows) } : targets;
  const indices = typeof rows === 'number' ? allRows(rows) : rows;
  const { scale = 1, shift = 0 } = targets.kind === 'labels' ? {} : targets;
  const isByte = targets.values instanceof Uint8Array;
  const truth = new Float64Array(indices.length * targets.width);
  indices.forEach((row, i) => {
    for (let k = 0; k < targets.width; k++) {
      const value = targets.values[row * targets.width + k];
      truth[i * targets.width + k] = isByte ? scale * value + shift : value;
    }
  });
  const trueLabels = (): ArrayLike<number> =>
    targets.kind === 'labels'
      ? truth
      : loss.task === 'classes'
        ? toLabels(truth, width, { task: 'classes', probabilities: 'identity' })
        : truth.map((t) => (t > 0.5 ? 1 : 0));
  return Object.fromEntries(
    metrics.map((metric) => {
      const reads = metric.reads ?? (loss.task === 'values' ? 'values' : 'labels');
      if (reads === 'values') return [metric.name, metric.score(truth, outputs)];
      if (reads === 'probabilities') {
        const labels = loss.task === 'values' ? truth : trueLabels();
        return [metric.name, metric.score(labels, toProbabilities(outputs, width, loss.probabilities))];
      }
      return [metric.name, metric.score(trueLabels(), toLabels(outputs, width, loss))];
    }),
  );
}

const countOfRows = (rows: Int32Array | number): number => (typeof rows === 'number' ? rows : rows.length);

/** A compiled measuring of rows, bound to data. */
interface Measuring {
  readonly graph: LossGraph;
  readonly executor: Executor;
  readonly store: ParameterStore;
  readonly loss: Loss;
  readonly targets: Targets;
  readonly data: ReadonlyMap<string, Data>;
  readonly rows: Int32Array | number;
  readonly metrics: readonly Metric[];
}

/** Prepare the measuring of rows; the function measures with the weights as they are then. */
function measuring(parts: Measuring): {
  readonly measure: () => Promise<{ loss: number; metrics: Record<string, number> }>;
  readonly dispose: () => void;
} {
  const { graph, executor, store, loss, targets, data, rows, metrics } = parts;
  const rowCapacity = Math.min(BLOCK_ROWS, countOfRows(rows));
  const session = executor.createSession(compileEvaluation(graph), { store, rowCapacity });
  const pace = new Pace(rowCapacity * store.layout.size);
  return {
    async measure() {
      const output = metrics.length > 0 ? { output: 'prediction' } : {};
      const { means, values } = await streamRows({ session, rows, inputs: data, pace, ...output });
      const scored = metrics.length > 0 ? scoreAll(metrics, loss, targets, rows, values) : {};
      return { loss: means[0], metrics: scored };
    },
    dispose: () => session.dispose(),
  };
}

/** Where a model stands: its network, its numbers, what computes. */
export interface Workplace {
  readonly network: Network;
  readonly executor: Executor;
  readonly storeFor: (slots: number) => ParameterStore;
}

/** Train a network on data. */
export async function fitNetwork(
  place: Workplace,
  dataset: Dataset,
  options: FitOptions & { readonly loss: Loss },
): Promise<History> {
  const { network, executor } = place;
  const start = new Pace(1);
  const { epochs = 1, seed = 0, shuffle = true, validation, callbacks = [] } = options;
  const { onEvent, signal, checkpoint, resume, order, clipGradient } = options;
  const { loss } = options;
  const optimizer = await resolveOptimizer(options.optimizer);
  const clip = clipGradient === undefined ? undefined : await resolveClipping(clipGradient);
  const metrics = resolveMetrics(options.metrics ?? [], loss);
  const unweighted = check(network, dataset, loss);
  const { targets } = unweighted;
  const held =
    typeof validation === 'number'
      ? holdOut(
          unweighted.rows,
          validation,
          targets.kind === 'labels' ? targets.values : undefined,
          createStream(seed, 'split'),
        )
      : undefined;
  const apart = typeof validation === 'object' ? check(network, validation, loss) : undefined;
  const rows = held?.training ?? allRows(unweighted.rows);
  const weighed = weigh(
    [
      {
        part: unweighted,
        sampleWeight: dataset.sampleWeight,
        measured: held?.validation ?? new Int32Array(0),
      },
      ...(apart === undefined ? [] : [wholly(apart, validation as Dataset)]),
    ],
    rows,
    options,
    countOf(network.outputShape),
  );
  const [data, other] = weighed instanceof Promise ? await weighed : weighed;
  const { meanOver = 'rows' } = options;
  const batchSize = Math.min(options.batchSize ?? 32, rows.length);
  let known: TrainingFingerprint | undefined;
  const fingerprint = (): TrainingFingerprint => {
    known ??= {
      batchSize,
      seed,
      shuffle,
      rows: rows.length,
      data: hashNumbers([data, other].flatMap((part) => (part === undefined ? [] : arraysOf(part)))),
      loss: loss.config(),
      optimizer: optimizer.config(),
      ...(clipGradient && { clipGradient }),
      executor: executor.name,
      ...(data.weights && { meanOver }),
    };
    return known;
  };
  if (resume !== undefined) requireSameRun(resume, fingerprint());

  const store = place.storeFor(optimizer.slots);
  const graph = lossGraph(network, loss, targets, true, data.weights && meanOver);
  const withAccuracy = metrics.some(({ name }) => name === 'accuracy');
  const { program, recorded } = compileTraining(graph, {
    loss,
    optimizer,
    layout: store.layout,
    withAccuracy,
    clip,
  });
  const session = executor.createSession(program, { store, rowCapacity: batchSize, seed });
  const loaded = load(executor, data);
  const otherLoaded = other === undefined ? undefined : load(executor, other);
  // Without validation rows, metrics that the program does not record are measured on the training rows.
  const open = validation === undefined ? metrics.filter(({ name }) => !recorded.includes(name)) : metrics;
  const measured =
    validation === undefined && open.length === 0
      ? undefined
      : measuring({
          graph: lossGraph(
            network,
            loss,
            other?.targets ?? targets,
            false,
            (other ?? data).weights && 'rows',
          ),
          executor,
          store,
          loss,
          targets: other?.targets ?? targets,
          data: otherLoaded ?? loaded,
          rows: other?.rows ?? held?.validation ?? rows,
          metrics: open,
        });
  const measure = async (): Promise<Measures> => {
    const result = await measured!.measure();
    if (validation === undefined) return { metrics: result.metrics };
    const named = Object.entries(result.metrics).map(([name, value]) => [validationName(name), value]);
    return { validationLoss: result.loss, metrics: Object.fromEntries(named) };
  };
  warnAboutSoftmax(graph, loss, onEvent);
  warnAboutOneClass(targets, rows, loss, onEvent);
  try {
    if (program.unreached.length > 0) {
      const { reportUnreached } = await import('./unreached.ts');
      reportUnreached(graph.loss, program.unreached, onEvent);
    }
    // The data are the executor's by now: what the caller does to the arrays no longer matters.
    await start.rest();
    return await runTraining({
      session,
      store,
      executorName: executor.name,
      inputs: loaded,
      optimizer,
      epochs,
      batchSize,
      rows,
      validationRows: other?.rows ?? held?.validation.length ?? 0,
      seed,
      shuffle,
      ...(order === undefined ? {} : { order }),
      recorded,
      measured: open.map(({ name }) => (validation === undefined ? name : validationName(name))),
      measure: measured === undefined ? undefined : measure,
      fingerprint,
      explain: async (failed) => {
        // Seldom needed, and large: it brings all maths of the reference executor with it.
        const { diagnose } = await import('../train/diagnose.ts');
        return diagnose({ loss: graph.loss, store, seed, failed, inputs: batchOf(data, failed.rows) });
      },
      callbacks,
      onEvent,
      signal,
      checkpoint,
      resume,
    });
  } finally {
    session.dispose();
    measured?.dispose();
    release(loaded);
    if (otherLoaded !== undefined) release(otherLoaded);
  }
}

const arraysOf = ({
  matrices,
  targets,
  weights,
}: Checked): (Float32Array | Float64Array | Uint8Array | Int32Array)[] => [
  ...[...matrices.values()].map(({ values }) => values),
  targets.values,
  ...(weights === undefined ? [] : [weights]),
];

/** The numbers of some rows, as a program gathers them. */
function batchOf({ matrices, targets, weights }: Checked, rows: Int32Array): Record<string, Float64Array> {
  const pick = ({
    values,
    width,
    scale = 1,
    shift = 0,
  }: Omit<Matrix, 'rows' | 'values'> & { values: ArrayLike<number> }) => {
    const isByte = values instanceof Uint8Array;
    return Float64Array.from({ length: rows.length * width }, (_, i) => {
      const value = values[rows[Math.floor(i / width)] * width + (i % width)];
      return isByte ? scale * value + shift : value;
    });
  };
  return Object.fromEntries([
    ...[...matrices].map(([name, matrix]) => [name, pick(matrix)]),
    [TARGET, pick(targets)],
    ...(weights === undefined ? [] : [[WEIGHT, pick({ values: weights, width: 1 })]]),
  ]);
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
  const part = wholly(check(network, dataset, loss), dataset);
  const [data] = await weigh([part], part.measured, options, countOf(network.outputShape));
  const loaded = load(executor, data);
  const { measure, dispose } = measuring({
    graph: lossGraph(network, loss, data.targets, false, data.weights && 'rows'),
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
