// @ts-check
// From times to ratios: who counts as PyTorch, which executor is the best, whether all computed the same.
import { ratios, spread } from './statistics.mjs';
import { recordedLosses } from './suite.mjs';

/** Losses may differ by so much, relative; predictions by so much of the largest. */
export const AGREEMENT = 1e-3;

/** @typedef {import('./rounds.mjs').Records} Records */
/** @typedef {import('./rounds.mjs').Entrant} Entrant */

const relative = (/** @type {number} */ value, /** @type {number} */ truth) =>
  Math.abs(value - truth) / Math.abs(truth);

/** @param {readonly number[]} values */
const logSoftmax = (values) => {
  const sum = values.reduce((total, value) => total + Math.exp(value), 0);
  return values.map((value) => value - Math.log(sum));
};

/** Greatest distance of predictions; scikit-learn's are logarithms of probabilities, so both are brought to that. */
function outputDistance(
  /** @type {readonly number[]} */ ours,
  /** @type {readonly number[]} */ theirs,
  /** @type {number} */ width,
) {
  let distance = 0;
  for (let at = 0; at + width <= Math.min(ours.length, theirs.length); at += width) {
    const a = logSoftmax(ours.slice(at, at + width));
    const b = logSoftmax(theirs.slice(at, at + width));
    a.forEach((value, i) => {
      distance = Math.max(distance, Math.abs(value - b[i]) / Math.max(1, Math.abs(b[i])));
    });
  }
  return distance;
}

/**
 * How far a contestant is from PyTorch: its losses before and after the rounds, or its predictions.
 *
 * @param {import('./suite.mjs').PeerWorkload} workload
 * @param {import('./rounds.mjs').Record_} record
 * @param {import('./rounds.mjs').Record_ | undefined} reference
 * @returns {{ distance: number, steps: number } | undefined} nothing where there is nothing to compare
 */
function agreement(workload, record, reference) {
  if (workload.kind === 'inference') {
    if (reference?.before?.['outputs'] === undefined || record.before?.['outputs'] === undefined)
      return undefined;
    const width = workload.layers[workload.layers.length - 1];
    return {
      distance: outputDistance(record.before['outputs'], reference.before['outputs'], width),
      steps: 0,
    };
  }
  const distances = [];
  let steps = 0;
  const recorded = recordedLosses.get(workload.name) ?? [];
  const recordedMean = (/** @type {number} */ n) => recorded.slice(0, n).reduce((a, b) => a + b, 0) / n;
  if (record.before?.['steps'] > 0) {
    distances.push(relative(record.before?.['meanLoss'], recordedMean(record.before?.['steps'])));
    steps += record.before?.['steps'];
  }
  const theirs = reference?.after;
  const isAsLong = theirs?.['steps'] === record.after?.['steps'];
  const after =
    theirs?.['means']?.[record.after?.['steps'] - 1] ?? (isAsLong ? theirs?.['meanLoss'] : undefined);
  if (record.after?.['steps'] > 0 && after !== undefined) {
    distances.push(relative(record.after?.['meanLoss'], after));
    steps += record.after?.['steps'];
  }
  // Math.max lets a NaN through, and a NaN never agrees.
  return distances.length === 0 ? undefined : { distance: Math.max(...distances), steps };
}

/**
 * Put everything that was measured about a workload together.
 *
 * @param {import('./suite.mjs').PeerWorkload} workload
 * @param {readonly Entrant[]} entrants
 * @param {Records} records
 */
export function judge(workload, entrants, records) {
  const all = records.get(workload.name) ?? new Map();
  // Where there is no PyTorch, as in a browser, its recorded losses hold, and else all must agree with Gradus.
  const gradus = entrants.find(({ contestant }) => contestant.family === 'gradus');
  const reference = all.get('pytorch') ?? all.get(gradus?.id ?? '');
  const rows = entrants.flatMap(({ id, contestant }) => {
    const record = all.get(id);
    if (record === undefined) return [];
    const time = spread(record.times);
    const distance = agreement(workload, record, reference);
    const agrees = distance === undefined ? undefined : distance.distance <= AGREEMENT;
    return [{ id, contestant, record, time, agreement: distance, agrees }];
  });
  /** The fastest of a family by its median; whoever computes something else does not count. */
  const fastest = (/** @type {string} */ family) =>
    rows
      .filter(
        ({ contestant, time, agrees }) =>
          contestant.family === family && time !== undefined && agrees !== false,
      )
      .reduce(
        (/** @type {typeof rows[number] | undefined} */ best, row) =>
          best === undefined || (row.time?.median ?? 0) < (best.time?.median ?? 0) ? row : best,
        undefined,
      );
  const against = (/** @type {string} */ family, /** @type {typeof rows[number] | undefined} */ row) => {
    const other = fastest(family);
    return other === undefined || row === undefined
      ? undefined
      : ratios(other.record.times, row.record.times);
  };
  const best = fastest('gradus');
  return {
    workload,
    best: best?.id,
    rows: rows.map((row) => ({
      id: row.id,
      label: row.contestant.label,
      family: row.contestant.family,
      microseconds: row.time,
      againstPytorch: against('pytorch', row),
      leastSteps: row.record.steps.length > 0 ? Math.min(...row.record.steps) : 0,
      foreign: spread(row.record.foreign)?.median,
      agreement: row.agreement,
      agrees: row.agrees,
      ...(row.record.error === undefined ? {} : { error: row.record.error }),
      times: row.record.times,
    })),
    /** How many times faster the best of Gradus is than each of the others, round by round. */
    ratios: Object.fromEntries(
      ['pytorch', 'scikit-learn', 'tensorflow.js', 'jax-js'].flatMap((family) => {
        const ratio = against(family, best);
        return ratio === undefined ? [] : [[family, { ...ratio, other: fastest(family)?.contestant.label }]];
      }),
    ),
  };
}
