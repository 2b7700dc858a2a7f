/** Statistics of values; those that are not finite are counted and left out. */
export interface Statistics {
  /** How many values there are. */
  readonly count: number;
  /** Σx/n. */
  readonly mean: number;
  /** √(Σ(x − mean)²/n). */
  readonly deviation: number;
  /** √(Σx²/n), the root mean square. */
  readonly rootMeanSquare: number;
  /**
   * The smallest, the quarters and the largest: quantiles 0, 0.05, 0.25, 0.5, 0.75, 0.95 and 1; between the ends those of
   * a sample where there are more than 30,000 numbers.
   */
  readonly quantiles: readonly number[];
  /** Share of exact zeros. */
  readonly zeros: number;
  /** How many are NaN or infinite. */
  readonly notFinite: number;
}

const QUANTILES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/** The maximum number of values to sort: the rank of a quantile is then off by less than a hundredth. */
const MOST_SORTED = 30_000;

/** Summarise values; NaN if none is finite. Quantiles are interpolated, as in NumPy. */
export function summarize(numbers: Float32Array | Float64Array): Statistics {
  let [count, sum, squares, zeros] = [0, 0, 0, 0];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i];
    if (!Number.isFinite(x)) continue;
    count++;
    sum += x;
    squares += x * x;
    if (x === 0) zeros++;
    if (x < least) least = x;
    if (x > most) most = x;
  }
  const mean = sum / count;
  // One number of each block, at a place that looks random: every second or third might always be of the same unit.
  const block = Math.max(1, Math.ceil(count / MOST_SORTED));
  const sorted = new Float64Array(Math.floor(count / block));
  let [spread, place, blocks, wanted] = [0, 0, 0, 0];
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i];
    if (!Number.isFinite(x)) continue;
    spread += (x - mean) * (x - mean);
    if (place === wanted && blocks < sorted.length) {
      sorted[blocks++] = x;
      wanted = blocks * block + ((Math.imul(blocks, 0x9e3779b1) >>> 0) % block);
    }
    place++;
  }
  sorted.sort();
  if (count > 0) [sorted[0], sorted[sorted.length - 1]] = [least, most];
  return {
    count: numbers.length,
    mean,
    deviation: Math.sqrt(spread / count),
    rootMeanSquare: Math.sqrt(squares / count),
    quantiles: QUANTILES.map((share) => quantileOf(sorted, share)),
    zeros: zeros / count,
    notFinite: numbers.length - count,
  };
}

function quantileOf(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (place - below) * (next - sorted[below]);
}
