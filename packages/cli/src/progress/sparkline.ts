const unicodeLevels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const asciiLevels = ['_', '.', '-', '=', '*', '#'];

/**
 * Draw numbers as a line of text, low to high. More numbers than `width` are averaged in buckets; one that is not
 * finite shows as `×` (`x` in ASCII).
 *
 * @param values - Numbers in order.
 * @param width - Most characters to use.
 * @param scale - Range that the lowest and the highest level stand for; default that of the values.
 */
export function sparkline(
  values: readonly number[],
  width: number,
  options: { readonly unicode?: boolean; readonly scale?: readonly [number, number] } = {},
): string {
  const levels = options.unicode === false ? asciiLevels : unicodeLevels;
  const missing = options.unicode === false ? 'x' : '×';
  const heights = bucketMeans(values, width);
  const [low, high] = options.scale ?? finiteRange(values);
  return heights
    .map((height) => {
      if (!Number.isFinite(height)) return missing;
      const share = high > low ? (height - low) / (high - low) : 0;
      return levels[Math.min(levels.length - 1, Math.max(0, Math.floor(share * levels.length)))];
    })
    .join('');
}

/** Find the least and the greatest finite number; [0, 0] when there is none. */
export function finiteRange(...series: readonly (readonly number[])[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of series)
    for (const value of values)
      if (Number.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  return low <= high ? [low, high] : [0, 0];
}

function bucketMeans(values: readonly number[], width: number): number[] {
  if (width <= 0) return [];
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, bucket) => {
    const from = Math.floor((bucket * values.length) / width);
    const to = Math.floor(((bucket + 1) * values.length) / width);
    let sum = 0;
    for (let index = from; index < to; index++) sum += values[index]!;
    return sum / (to - from);
  });
}
