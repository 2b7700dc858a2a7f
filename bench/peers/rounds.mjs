// @ts-check
// The rounds: in each, every contestant runs every workload for a short while, one after the other.
import { availableParallelism } from 'node:os';
import { busySeconds } from './process.mjs';

/** The pause between two slices: threads that still spin for a moment have gone to sleep. */
const PAUSE = 20;
/** Share of the machine's processor time taken by others beyond which a slice is measured anew. */
export const DISTURBED = 0.1;
/** How often at most. */
const PATIENCE = 3;
/** How long a slice waits for whole cores, in milliseconds. */
export const WAIT = 1500;
/** Slices longer than this, in milliseconds, are not repeated. */
const LONG = 1500;
/** A contestant that took so long to get ready, in milliseconds, has been compiled. */
const WARM = 3000;
/** Steps of the check after the rounds: they fit into the timed rows for every batch size. */
const CHECK_STEPS = 25;

/**
 * @typedef {{ id: string, contestant: import('./contestants.mjs').Contestant, connection: import('./process.mjs').Connection, about: Record<string, any> }} Entrant
 * @typedef {{ before?: Record<string, any>, after?: Record<string, any>, times: number[], steps: number[], foreign: number[], whole: boolean[], error?: string | undefined }} Record_
 * @typedef {Map<string, Map<string, Record_>>} Records by workload and contestant
 */

const rest = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

/** @param {Entrant} entrant @param {import('./suite.mjs').PeerWorkload} workload */
const takesPart = ({ contestant }, workload) =>
  contestant.only === undefined || contestant.only === workload.kind;

/**
 * Ask for something that takes its time, and tell what share of the machine others took meanwhile.
 *
 * @param {Entrant} entrant
 * @param {object} message
 * @param {readonly Uint8Array[]} [bytes]
 */
export async function runSlice({ connection }, message, bytes = []) {
  const busy = busySeconds();
  const own = connection.processorSeconds();
  const began = performance.now();
  const reply = await connection.ask(message, bytes);
  const seconds = (performance.now() - began) / 1000;
  const ownAfter = connection.processorSeconds();
  const busyAfter = busySeconds();
  if (busy === undefined || own === undefined || ownAfter === undefined || busyAfter === undefined) {
    return { reply, foreign: Number.NaN, seconds };
  }
  const foreign = (busyAfter - busy - (ownAfter - own)) / (seconds * availableParallelism());
  return { reply, foreign: Math.max(0, foreign), seconds };
}

/**
 * A slice that others disturbed is measured anew, whatever it showed, and so is one before or after which the machine
 * had less than its cores; the least disturbed one counts.
 *
 * @param {Entrant} entrant
 * @param {object} message
 * @param {import('../wholeCores.mjs').CoreWatch} watch
 */
async function runQuietSlice(entrant, message, watch) {
  /** @type {(Awaited<ReturnType<typeof runSlice>> & { isWhole: boolean }) | undefined} */
  let best;
  for (let i = 0; i <= PATIENCE; i++) {
    await rest();
    const began = await watch.untilWhole(WAIT);
    const slice = await runSlice(entrant, message);
    const again = { ...slice, isWhole: watch.isWhole() && began };
    if (best === undefined || (again.reply.error === undefined && isBetter(again, best))) best = again;
    const isQuiet = best.isWhole && !(best.foreign > DISTURBED);
    if (isQuiet || best.seconds * 1000 >= LONG || best.reply.error !== undefined) break;
  }
  return /** @type {NonNullable<typeof best>} */ (best);
}

/** Whole cores come first, then what others took. */
const isBetter = (
  /** @type {{ isWhole: boolean, foreign: number }} */ a,
  /** @type {{ isWhole: boolean, foreign: number }} */ b,
) => (a.isWhole === b.isWhole ? a.foreign < b.foreign : a.isWhole);

/**
 * Let all contestants get ready, run the rounds, and check once more that all do the same.
 *
 * @param {object} options
 * @param {readonly Entrant[]} options.entrants
 * @param {readonly import('./suite.mjs').PeerWorkload[]} options.workloads
 * @param {number} options.rounds
 * @param {number} options.milliseconds how long a slice lasts
 * @param {number} options.leastSteps
 * @param {(text: string) => void} options.progress
 * @param {(records: Records, round: number) => void} options.onRound
 * @param {() => boolean} options.isStopped
 * @param {import('../wholeCores.mjs').CoreWatch} options.watch
 * @returns {Promise<Records>}
 */
export async function runRounds(options) {
  const { entrants, workloads, rounds, milliseconds, leastSteps, progress, onRound, isStopped, watch } =
    options;
  /** @type {Records} */
  const records = new Map(workloads.map(({ name }) => [name, new Map()]));
  for (const workload of workloads) {
    for (const entrant of entrants) {
      if (!takesPart(entrant, workload) || isStopped()) continue;
      progress(`getting ready: ${workload.name}, ${entrant.contestant.label}`);
      const began = performance.now();
      const before = await entrant.connection.ask({ type: 'prepare', workload });
      const isWarm = performance.now() - began > WARM;
      const record = { before, times: [], steps: [], foreign: [], whole: [], error: before.error };
      records.get(workload.name)?.set(entrant.id, record);
      // The first slice is left out: engines compile, threads start.
      if (record.error === undefined && !isWarm) {
        const warm = { type: 'run', name: workload.name, milliseconds: milliseconds / 2, leastSteps: 1 };
        record.error = (await entrant.connection.ask(warm)).error;
      }
    }
  }
  for (let round = 0; round < rounds && !isStopped(); round++) {
    for (const [index, { name }] of workloads.entries()) {
      for (let turn = 0; turn < entrants.length && !isStopped(); turn++) {
        // Nobody always follows the same other.
        const entrant = entrants[(turn + round + index) % entrants.length];
        const record = records.get(name)?.get(entrant.id);
        if (record === undefined || record.error !== undefined) continue;
        progress(`round ${round + 1} of ${rounds}: ${name}, ${entrant.contestant.label}`);
        const message = { type: 'run', name, milliseconds, leastSteps };
        const { reply, foreign, isWhole } = await runQuietSlice(entrant, message, watch);
        record.error = reply.error;
        record.times[round] = reply.error === undefined ? reply.microseconds : Number.NaN;
        record.steps[round] = reply.steps ?? 0;
        record.foreign[round] = foreign;
        record.whole[round] = isWhole;
      }
    }
    onRound(records, round + 1);
  }
  for (const workload of workloads) {
    if (workload.kind !== 'training') continue;
    for (const entrant of entrants) {
      const record = records.get(workload.name)?.get(entrant.id);
      if (record === undefined || record.error !== undefined || isStopped()) continue;
      // Whoever could not make all steps of the first check makes no more in this one.
      if (record.before?.['steps'] < workload.checkSteps) continue;
      progress(`checking once more: ${workload.name}, ${entrant.contestant.label}`);
      record.after = await entrant.connection.ask({ type: 'check', workload, steps: CHECK_STEPS });
    }
  }
  return records;
}

/**
 * How much processor time all contestants use while nobody is asked anything, in hundredths of a processor.
 *
 * @param {readonly Entrant[]} entrants
 */
export async function idleShare(entrants) {
  const used = () => entrants.map(({ connection }) => connection.processorSeconds());
  const before = used();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = used();
  const shares = after.map((seconds, i) => 100 * ((seconds ?? Number.NaN) - (before[i] ?? Number.NaN)));
  return shares.filter(Number.isFinite).reduce((a, b) => a + b, 0);
}
