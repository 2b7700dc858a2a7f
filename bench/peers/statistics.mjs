// @ts-check
// What many rounds say together.

/** @typedef {{ median: number, quartiles: [number, number], count: number }} Spread */

/** @param {readonly number[]} sorted @param {number} share */
function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** The median and the quartiles of what is a number. @param {readonly number[]} values @returns {Spread | undefined} */
export function spread(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  return {
    median: quantile(sorted, 0.5),
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
    count: sorted.length,
  };
}

/**
 * How many times faster one side was than another, round by round.
 *
 * @param {readonly number[]} others times of the slower side, by round; NaN where there is none
 * @param {readonly number[]} own
 */
export const ratios = (others, own) => spread(own.map((time, round) => others[round] / time));
