import { ArgumentError, GradusError } from '../util/errors.ts';
import { exp, log1p, sigmoid } from '../util/math.ts';
import { requireCount, requireRange } from '../util/options.ts';
import { createStream } from '../util/random.ts';
import { softmaxInPlace } from '../util/softmax.ts';
import type { Rows } from './labelledRows.ts';

/** The function of the weighted sum, which determines the cost: squared error for the identity, else cross-entropy. */
export type Neuron = 'identity' | 'logistic' | 'softmax';

/** Rows, what each should give, and what learns it. */
export interface LinearTask extends Rows {
  readonly neuron: Neuron;
  /** rows × units targets. */
  readonly targets: Float64Array | Uint8Array;
  readonly units: number;
  /** λ of (λ/2) Σw² in the cost. */
  readonly penalty: number;
  /** Whether the penalty holds for biases too. */
  readonly penalizeBias: boolean;
  /** Whether the costs of the rows are averaged or added up. */
  readonly reduction: 'mean' | 'sum';
}

/** How to descend along a gradient. */
export interface DescentOptions {
  /** Step size η of w ← w − η ∂C/∂w. Default 0.01. */
  readonly learningRate?: number | undefined;
  /** How often all rows are seen. Default 100. */
  readonly epochs?: number | undefined;
  /** Rows a step: 1 is pattern by pattern (online). Default all rows, the whole gradient. */
  readonly batchSize?: number | undefined;
  /** Whether the rows are shuffled anew every epoch. Default true. */
  readonly shuffle?: boolean | undefined;
  /** The seed of the shuffling. Default 0. */
  readonly seed?: number | undefined;
  /** Give the rows of an epoch (0 for the first) an order of your own. Default none. */
  readonly order?: ((epoch: number) => ArrayLike<number>) | undefined;
}

/** Every option of a descent. */
export const descentOptions: Readonly<Record<keyof DescentOptions, true>> = {
  learningRate: true,
  epochs: true,
  batchSize: true,
  shuffle: true,
  seed: true,
  order: true,
};

/** Refuse options that no descent can have. */
export function requireDescent({
  learningRate = 0.01,
  epochs = 1,
  batchSize = 1,
  seed = 0,
}: DescentOptions): void {
  requireRange('learningRate', learningRate, { least: 0, below: Number.POSITIVE_INFINITY });
  requireCount('epochs', epochs, 1);
  requireCount('batchSize', batchSize, 1);
  requireCount('seed', seed, Number.MIN_SAFE_INTEGER);
}

/** Turn the sums of a row into its outputs; return the cost for the targets that begin at `first`. */
type Answer = (sums: Float64Array, targets: Float64Array | Uint8Array, first: number) => number;

const answers: Readonly<Record<Neuron, Answer>> = {
  identity(sums, targets, first) {
    let cost = 0;
    for (let unit = 0; unit < sums.length; unit++) {
      const error = sums[unit] - targets[first + unit];
      cost += error * error;
    }
    return cost;
  },
  // −t ln σ(z) − (1 − t) ln(1 − σ(z)) = max(z, 0) − zt + ln(1 + e^−|z|)
  logistic(sums, targets, first) {
    let cost = 0;
    for (let unit = 0; unit < sums.length; unit++) {
      const sum = sums[unit];
      cost += Math.max(sum, 0) - sum * targets[first + unit] + log1p(exp(-Math.abs(sum)));
      sums[unit] = sigmoid(sum);
    }
    return cost;
  },
  // −Σ t ln softmax(z) = ln Σ eᶻ − Σ tz, as the targets of a row add up to 1
  softmax(sums, targets, first) {
    let aimed = 0;
    for (let unit = 0; unit < sums.length; unit++) aimed += sums[unit] * targets[first + unit];
    return softmaxInPlace(sums) - aimed;
  },
};

/**
 * Compute the outputs of all units for each row.
 *
 * @param point - units × width weights, unit after unit, then one bias a unit.
 * @returns rows × units outputs.
 */
export function answersOf(neuron: Neuron, { values, rows, width }: Rows, point: Float64Array): Float64Array {
  const units = point.length / (width + 1);
  const result = new Float64Array(rows * units);
  const nothing = new Float64Array(units);
  for (let row = 0; row < rows; row++) {
    const sums = result.subarray(row * units, (row + 1) * units);
    sumInputs(values, row * width, width, point, sums);
    answers[neuron](sums, nothing, 0);
  }
  return result;
}

/**
 * Give the cost of some rows, and write its gradient by the delta rule, ∂C/∂w = (output − target)·x: the same for all
 * neurons, as each has the cost that belongs to it; the squared error, without ½, doubles it.
 *
 * @param point - units × width weights, unit after unit, then one bias a unit.
 * @param gradient - Receives the gradient, in the same order.
 * @param chosen - The rows. Default all.
 */
export function costAndGradient(
  task: LinearTask,
  point: Float64Array,
  gradient: Float64Array,
  chosen?: ArrayLike<number>,
): number {
  const { values, width, targets, units, neuron, penalty, penalizeBias } = task;
  const biases = units * width;
  const count = chosen?.length ?? task.rows;
  const sums = new Float64Array(units);
  let cost = 0;
  gradient.fill(0);
  for (let at = 0; at < count; at++) {
    const row = chosen?.[at] ?? at;
    sumInputs(values, row * width, width, point, sums);
    cost += answers[neuron](sums, targets, row * units);
    for (let unit = 0; unit < units; unit++) {
      const error = sums[unit] - targets[row * units + unit];
      for (let i = 0; i < width; i++) gradient[unit * width + i] += error * values[row * width + i];
      gradient[biases + unit] += error;
    }
  }
  const share = task.reduction === 'mean' ? 1 / count : 1;
  const factor = neuron === 'identity' ? 2 * share : share;
  const penalized = penalizeBias ? point.length : biases;
  let squares = 0;
  for (let i = 0; i < point.length; i++) {
    gradient[i] *= factor;
    if (i >= penalized) continue;
    gradient[i] += penalty * point[i];
    squares += point[i] * point[i];
  }
  return cost * share + (penalty / 2) * squares;
}

/** Wx + b of one row. */
function sumInputs(
  values: Rows['values'],
  start: number,
  width: number,
  point: Float64Array,
  sums: Float64Array,
): void {
  const biases = sums.length * width;
  for (let unit = 0; unit < sums.length; unit++) {
    let sum = point[biases + unit];
    for (let i = 0; i < width; i++) sum += point[unit * width + i] * values[start + i];
    sums[unit] = sum;
  }
}

/**
 * Descend from weights of 0.
 *
 * @returns Weights and biases, and after each epoch the cost of a row, averaged over all rows, without the penalty.
 */
export function descend(
  task: LinearTask,
  options: DescentOptions,
): { readonly point: Float64Array; readonly costs: number[] } {
  const { rows, width, units } = task;
  const { learningRate = 0.01, epochs = 100, batchSize = rows, shuffle = true, seed = 0, order } = options;
  const point = new Float64Array(units * (width + 1));
  const gradient = new Float64Array(point.length);
  const plain: LinearTask = { ...task, penalty: 0, reduction: 'mean' };
  const natural = Int32Array.from({ length: rows }, (_, row) => row);
  const costs: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (shuffle && order === undefined) createStream(seed, 'shuffle').split(epoch).shuffle(natural);
    const places = order === undefined ? natural : checkOrder(order(epoch), rows, epoch);
    for (let first = 0; first < rows; first += batchSize) {
      costAndGradient(task, point, gradient, places.subarray(first, first + batchSize));
      for (let i = 0; i < point.length; i++) point[i] -= learningRate * gradient[i];
    }
    const cost = costAndGradient(plain, point, gradient);
    if (!Number.isFinite(cost)) {
      throw new GradusError('diverged', {
        received: `a cost of ${cost} after epoch ${epoch + 1}`,
        expected: 'steps that lead downhill',
        remedy: `Lower the learning rate of ${learningRate}, or scale the features`,
      });
    }
    costs.push(cost);
  }
  return { point, costs };
}

function checkOrder(order: ArrayLike<number>, rows: number, epoch: number): Int32Array {
  const isRow = (row: number): boolean => Number.isInteger(row) && row >= 0 && row < rows;
  if (order.length === rows && Array.from(order).every(isRow)) return Int32Array.from(order);
  throw new ArgumentError({
    received: `an order of ${order.length} rows for epoch ${epoch + 1}`,
    expected: `${rows} row indices from 0 to ${rows - 1}`,
  });
}
