import { chooseExecutor } from '../models/fit/executor.ts';
import type { ComputeOptions, EvaluationOptions } from '../models/fit/options.ts';
import { checkWeighed } from '../models/fit/plan.ts';
import { load, release } from '../models/inputs/checkedData.ts';
import type { Dataset } from '../models/inputs/inputs.ts';
import { insideOf, type Model } from '../models/model.ts';
import { compileEvaluation, lossGraph } from '../models/network/graphs.ts';
import { resolveLoss } from '../nn/losses/named.ts';
import { Pace } from '../train/pace.ts';
import { type NamedTensor, writeTensors } from '../train/state.ts';
import { BLOCK_ROWS, streamRows } from '../train/streamRows.ts';
import type { Direction } from './directions.ts';

/** Measures the loss for other weights; the model keeps its own. */
export interface LossAt {
  /** The weights that the model had. */
  readonly weights: readonly NamedTensor[];
  /** The parameters that training changes. */
  readonly trainable: ReadonlySet<string>;
  /** The loss with other weights. */
  ofWeights(weights: readonly NamedTensor[]): Promise<number>;
  /** The loss at the model's weights + Σ stepₖ·directionₖ. */
  along(steps: readonly number[], directions: readonly Direction[]): Promise<number>;
  dispose(): void;
}

/** Prepare to measure the loss of `evaluate`, with row weights: no dropout, fixed running statistics. */
export async function prepareLoss(
  model: Model,
  data: Dataset,
  options: ComputeOptions & Pick<EvaluationOptions, 'loss'>,
): Promise<LossAt> {
  const loss = resolveLoss(options.loss);
  const { network, weights } = insideOf(model);
  const executor = chooseExecutor(options, weights);
  const checked = checkWeighed(network, data, loss);
  const { rows } = checked;
  const program = compileEvaluation(
    lossGraph(network, loss, checked.targets, false, checked.weights && 'rows'),
  );
  const store = weights.copyOn(executor);
  const rowCapacity = Math.min(BLOCK_ROWS, rows);
  const session = executor.createSession(program, { store, rowCapacity });
  const loaded = load(executor, checked);
  const pace = new Pace(rowCapacity * store.layout.size);
  const start = weights.read();
  const measure = async (): Promise<number> => {
    const { means } = await streamRows({ session, rows, inputs: loaded, pace });
    return means[0];
  };
  return {
    weights: start,
    trainable: new Set(store.layout.segments.filter((s) => s.trainable).map(({ name }) => name)),
    ofWeights(tensors) {
      writeTensors(store, tensors);
      return measure();
    },
    along(steps, directions) {
      for (const { name, values } of start) {
        const moved = Float64Array.from(values);
        directions.forEach((direction, k) => {
          const change = direction.get(name);
          if (change !== undefined) for (let i = 0; i < moved.length; i++) moved[i] += steps[k] * change[i];
        });
        store.write(name, moved);
      }
      return measure();
    },
    dispose() {
      session.dispose();
      store.dispose();
      release(loaded);
    },
  };
}
