import { resolveLoss } from '../../nn/losses/named.ts';
import { resolveOptimizer } from '../../optim/named.ts';
import { requireSteps } from '../../optim/optimizer.ts';
import { DivergedError } from '../../train/divergedError.ts';
import { ArgumentError } from '../../util/errors.ts';
import { pow } from '../../util/math.ts';
import { requireCount, requireOptions, requireRange } from '../../util/options.ts';
import { createStream, type RandomStream } from '../../util/random.ts';
import {
  type BatchTrainer,
  type BatchTrainerOptions,
  batchTrainer,
  batchTrainerOptions,
} from '../fit/batchTrainer.ts';
import { requireDataset } from '../fit/checkOptions.ts';
import { allRows, batchOf, type Checked, check } from '../inputs/checkedData.ts';
import type { Dataset } from '../inputs/inputs.ts';
import { insideOf, type Model } from '../model.ts';
import { TARGET } from '../network/graphs.ts';

/** Options of `findLearningRate`. */
export interface FindLearningRateOptions extends BatchTrainerOptions {
  /** The first learning rate. Default 1e-6. */
  readonly from?: number | undefined;
  /** The last learning rate. Default 10. */
  readonly to?: number | undefined;
  /** How many steps, at least 3. Default 100. */
  readonly steps?: number | undefined;
}

/** What a range test has found. */
export interface LearningRateCurve {
  /** The learning rates that were tried, rising by the same factor each step. */
  readonly learningRates: readonly number[];
  /** The loss of each step's batch, before the step. */
  readonly losses: readonly number[];
  /** The losses, smoothed: a mean in which each weighs 0.9 times as much as the next. */
  readonly smoothed: readonly number[];
  /** Where the loss falls fastest, a good rate to begin with; undefined when it never falls. */
  readonly suggestion: number | undefined;
}

const KEPT = 0.9;
/** The test ends when the loss has grown this many times. */
const BLOWN_UP = 4;

/**
 * Try learning rates from small to large, one a step, and tell how the loss goes: the range test.
 *
 * Step i of n has the rate from·(to/from)^(i/(n − 1)); rows come in shuffled batches. It ends when the smoothed loss is
 * four times its least, or not finite. The model has its weights back afterwards.
 * Source: Smith 2017, section 3.3. The suggestion is the middle of the fifth of the steps in which a straight line through
 * the losses falls most over the logarithm of the rate: batches differ by more than one step changes.
 *
 * @param model - A model that is built: its input shape known, or trained before.
 * @param data - Inputs and targets.
 * @param options - Loss, optimizer, batch size, first and last rate, steps.
 * @returns The curve and a suggestion.
 * @throws ArgumentError for options that cannot be; DataError for data that cannot be trained on.
 * @example
 * import { dense, findLearningRate, sequential } from 'gradus';
 * const model = sequential([dense(8, { activation: 'tanh' }), dense(1)], { inputShape: [1] });
 * const x = Array.from({ length: 64 }, (_, i) => [i / 32 - 1]);
 * const data = { x, y: x.map(([a]) => a * a) };
 * const { suggestion } = await findLearningRate(model, data, { loss: 'meanSquaredError', optimizer: 'sgd' });
 * (suggestion ?? 0) > 1e-4; // true
 */
export async function findLearningRate(
  model: Model,
  data: Dataset,
  options: FindLearningRateOptions,
): Promise<LearningRateCurve> {
  requireOptions(options, { ...batchTrainerOptions, from: true, to: true, steps: true }, 'findLearningRate');
  const { from = 1e-6, to = 10, steps = 100, ...training } = options;
  requireRange('from', from, { least: Number.MIN_VALUE, below: Number.POSITIVE_INFINITY });
  requireRange('to', to, { least: from, below: Number.POSITIVE_INFINITY });
  requireCount('steps', steps, 3);
  requireDataset(data);
  if (data.sampleWeight !== undefined) {
    throw new ArgumentError({
      received: 'data with sampleWeight to find a learning rate',
      expected: 'x and y',
      remedy: 'Leave the weights out: the rate hangs little on them',
    });
  }
  const loss = resolveLoss(options.loss);
  const optimizer = requireSteps(resolveOptimizer(options.optimizer));
  const { seed = 0, batchSize = 32 } = training;
  const rates = Array.from({ length: steps }, (_, i) => from * pow(to / from, i / (steps - 1)));
  const trainer = await batchTrainer(model, {
    ...training,
    loss,
    optimizer: { ...optimizer, learningRate: (step) => rates[step] },
  });
  const weights = model.getWeights();
  const losses: number[] = [];
  const smoothed: number[] = [];
  try {
    const checked = check(insideOf(model).network, data, loss);
    const order = new Order(checked.rows, seed);
    let [sum, share, least] = [0, 0, Number.POSITIVE_INFINITY];
    for (let i = 0; i < steps; i++) {
      const value = lossOf(trainer, rowsOf(checked, order.take(batchSize)));
      if (value === undefined) break;
      losses.push(value);
      sum = KEPT * sum + (1 - KEPT) * value;
      share = KEPT * share + (1 - KEPT);
      smoothed.push(sum / share);
      least = Math.min(least, smoothed[i]);
      if (smoothed[i] > BLOWN_UP * least) break;
    }
  } finally {
    trainer.dispose();
    model.setWeights(weights);
  }
  return {
    learningRates: rates.slice(0, losses.length),
    losses,
    smoothed,
    suggestion: steepest(rates, losses, steps),
  };
}

/** The rows in shuffled order, again and again; a batch does not reach over an end. */
class Order {
  readonly #stream: RandomStream;
  readonly #rows: Int32Array;
  #at: number;

  constructor(rows: number, seed: number) {
    this.#stream = createStream(seed, 'shuffle');
    this.#rows = allRows(rows);
    this.#at = rows;
  }

  take(count: number): Int32Array {
    if (this.#at >= this.#rows.length) {
      this.#stream.shuffle(this.#rows);
      this.#at = 0;
    }
    const batch = this.#rows.subarray(this.#at, this.#at + count);
    this.#at += count;
    return batch;
  }
}

/** Some rows of the data, as a trainer takes them. */
function rowsOf(checked: Checked, rows: Int32Array): Pick<Dataset, 'x' | 'y'> {
  const { matrices, targets } = checked;
  const numbers = batchOf(checked, rows);
  const inputs = [...matrices].map(([name, { width }]) => [name, { values: numbers[name], width }] as const);
  const y =
    targets.kind === 'labels' || targets.width === 1
      ? numbers[TARGET]
      : { values: numbers[TARGET], width: targets.width };
  return { x: inputs.length === 1 ? inputs[0][1] : Object.fromEntries(inputs), y };
}

/** Make a step; undefined where the loss or a gradient is not finite. */
function lossOf(trainer: BatchTrainer, batch: Pick<Dataset, 'x' | 'y'>): number | undefined {
  try {
    return trainer.step(batch);
  } catch (error) {
    if (error instanceof DivergedError) return undefined;
    throw error;
  }
}

/**
 * The rate at which losses fall fastest. The slope around a step is that of the line through k losses on either side,
 * Σ j·(l(i + j) − l(i − j)) / 2Σ j²: that of a single pair would be the noise of the batches.
 */
function steepest(rates: readonly number[], losses: readonly number[], steps: number): number | undefined {
  const reach = Math.max(1, Math.min(Math.round(steps / 10), Math.floor((losses.length - 1) / 2)));
  let best: number | undefined;
  let most = 0;
  for (let i = reach; i + reach < losses.length; i++) {
    let fall = 0;
    for (let j = 1; j <= reach; j++) fall += j * (losses[i - j] - losses[i + j]);
    if (fall <= most) continue;
    most = fall;
    best = rates[i];
  }
  return best;
}
