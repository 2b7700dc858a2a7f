// @ts-check
// MNIST from end to end: some contestants train and test on the real pictures, one after the other, several times.
import { mnistRun, readMnist } from './mnist.mjs';
import { runSlice, WAIT } from './rounds.mjs';
import { ratios, spread } from './statistics.mjs';

/**
 * @param {readonly import('./rounds.mjs').Entrant[]} entrants
 * @param {number} runs
 * @param {(text: string) => void} progress
 * @param {import('../wholeCores.mjs').CoreWatch} watch
 */
export async function runMnist(entrants, runs, progress, watch) {
  const read = readMnist();
  if ('missing' in read) return { missing: read.missing };
  const { parts } = read;
  /** @type {number[]} */
  const taken = [];
  const entries = entrants
    .filter(({ contestant }) => contestant.mnist === true)
    .map((entrant) => ({
      entrant,
      seconds: /** @type {number[]} */ ([]),
      accuracies: /** @type {number[]} */ ([]),
      error: /** @type {string | undefined} */ (undefined),
    }));
  for (let run = 0; run < runs; run++) {
    for (const entry of entries) {
      const { contestant } = entry.entrant;
      progress(`MNIST, run ${run + 1} of ${runs}: ${contestant.label}`);
      const bytes = parts.map(({ length }) => length);
      const message = { type: 'mnist', ...mnistRun, seed: run + 1, bytes };
      await watch.untilWhole(WAIT);
      const { reply, foreign } = await runSlice(entry.entrant, message, parts);
      taken.push(foreign);
      entry.error = reply.error;
      entry.seconds[run] = reply.error === undefined ? reply.seconds : Number.NaN;
      if (reply.error === undefined) entry.accuracies.push(reply.accuracy);
    }
  }
  const pytorch = entries
    .filter(({ entrant }) => entrant.contestant.family === 'pytorch')
    .sort((a, b) => (spread(a.seconds)?.median ?? Infinity) - (spread(b.seconds)?.median ?? Infinity))[0];
  return {
    taken,
    rows: entries.map(({ entrant, seconds, accuracies, error }) => ({
      id: entrant.id,
      label: entrant.contestant.label,
      seconds: spread(seconds),
      accuracies,
      error,
      againstPytorch: pytorch === undefined ? undefined : ratios(pytorch.seconds, seconds),
    })),
  };
}
