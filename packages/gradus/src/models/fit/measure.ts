import type { Loss } from '../../nn/losses/index.ts';
import type { Data, Executor, ParameterStore, Reals } from '../../runtime/executor.ts';
import type { Metric } from '../../train/metrics.ts';
import { Pace } from '../../train/pace.ts';
import { BLOCK_ROWS, streamRows } from '../../train/streamRows.ts';
import { allRows } from '../inputs/checkedData.ts';
import type { Targets } from '../inputs/targets.ts';
import { compileEvaluation, type LossGraph } from '../network/graphs.ts';
import { toLabels, toProbabilities } from '../predict/outputs.ts';

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
export function prepareMeasuring(parts: MeasuringParts): Measuring {
  const { graph, executor, store, loss, targets, data, rows, metrics } = parts;
  const rowCapacity = Math.min(BLOCK_ROWS, countOfRows(rows));
  const session = executor.createSession(compileEvaluation(graph), { store, rowCapacity });
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
