/** What a heap of numbers looks like; those that are not finite are counted and left out. */
export interface Statistics {
  /** How many numbers there are. */
  readonly count: number;
  /** Σx/n. */
  readonly mean: number;
  /** √(Σ(x − mean)²/n). */
  readonly deviation: number;
  /** √(Σx²/n), the size of a typical number. */
  readonly rootMeanSquare: number;
  /** The smallest, the quarters and the largest: quantiles 0, 0.05, 0.25, 0.5, 0.75, 0.95 and 1. */
  readonly quantiles: readonly number[];
  /** Share of exact zeros. */
  readonly zeros: number;
  /** How many are NaN or infinite. */
  readonly notFinite: number;
}

const QUANTILES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/** Summarise numbers; NaN where there is none that is finite. Quantiles lie between neighbours, as NumPy's do. */
export function summarize(numbers: Float32Array | Float64Array): Statistics {
  const values = numbers.filter(Number.isFinite);
  const { length } = values;
  let [sum, squares, zeros] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const x = values[i];
    sum += x;
    squares += x * x;
    if (x === 0) zeros++;
  }
  const mean = sum / length;
  let spread = 0;
  for (let i = 0; i < length; i++) spread += (values[i] - mean) * (values[i] - mean);
  values.sort();
  const quantile = (share: number): number => {
    const place = share * (length - 1);
    const below = Math.floor(place);
    const next = values[Math.min(below + 1, length - 1)];
    return length === 0 ? Number.NaN : values[below] + (place - below) * (next - values[below]);
  };
  return {
    count: numbers.length,
    mean,
    deviation: Math.sqrt(spread / length),
    rootMeanSquare: Math.sqrt(squares / length),
    quantiles: QUANTILES.map(quantile),
    zeros: zeros / length,
    notFinite: numbers.length - length,
  };
}
