// @ts-check
// A run: who is there, the rounds in Node and in Chromium, MNIST, and the files with what came out.
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { findChromium, withoutChromium } from '../../scripts/chromium.mjs';
import { findNewestNode, withoutNewestNode } from '../../scripts/newestNode.mjs';
import { folder, progress, writeWhole } from '../results.mjs';
import { watchCores } from '../wholeCores.mjs';
import { childProgram, contestantsInChromium, contestantsInNode } from './contestants.mjs';
import { judge } from './judge.mjs';
import { runMnist } from './mnistRuns.mjs';
import { startProcess } from './process.mjs';
import { contestantCommand, missingModule, plainEnvironment, tunePython } from './python.mjs';
import { toMarkdown } from './report.mjs';
import { idleShare, runRounds } from './rounds.mjs';
import { spread } from './statistics.mjs';
import { suite } from './suite.mjs';

/**
 * @typedef {{ name: string, rounds: number, milliseconds: number, leastSteps: number, threads: number, mnistRuns: number, quick: boolean, node: boolean, chromium: boolean, workloads: readonly string[], peers: readonly string[] }} Options
 * @typedef {import('./contestants.mjs').Contestant} Contestant
 * @typedef {import('./rounds.mjs').Entrant} Entrant
 */

/** What a run found. */
const emptyDocument = (/** @type {Options} */ options) => ({
  name: options.name,
  date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  isComplete: false,
  options,
  machine: {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  },
  load: { before: loadavg()[0].toFixed(2), after: /** @type {string | undefined} */ (undefined) },
  idle: Number.NaN,
  foreign: /** @type {import('./statistics.mjs').Spread | undefined} */ (undefined),
  /** Share of the slices before and after which all cores were there. */
  whole: Number.NaN,
  peak: /** @type {{ threads: number, gflops: number }[] | undefined} */ (undefined),
  tuning: /** @type {{ chosen: string, tried: { name: string, gflops: number }[] } | undefined} */ (
    undefined
  ),
  versions: /** @type {Record<string, string>} */ ({}),
  abouts: /** @type {Record<string, object>} */ ({}),
  node: /** @type {ReturnType<typeof judge>[]} */ ([]),
  chromium: /** @type {ReturnType<typeof judge>[]} */ ([]),
  mnist:
    /** @type {{ rows: NonNullable<Extract<Awaited<ReturnType<typeof runMnist>>, { rows: object }>['rows']> } | undefined} */ (
      undefined
    ),
  absent: /** @type {string[]} */ ([]),
});

/** @typedef {ReturnType<typeof emptyDocument>} Document */

const rounded = (/** @type {string} */ _, /** @type {unknown} */ value) =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value;

/** @param {Document} document */
function save(document) {
  writeWhole(new URL(`${document.name}.json`, folder), `${JSON.stringify(document, rounded, 1)}\n`);
  writeWhole(new URL(`${document.name}.md`, folder), toMarkdown(document));
}

/** Numbers and words that say what a contestant is. */
function describe(/** @type {Record<string, any>} */ about) {
  const { gemm, build, parallel, ...rest } = about;
  const rates =
    gemm === undefined
      ? []
      : [
          `GFLOP/s ${Object.entries(gemm)
            .map(([size, rate]) => `${size} ${rate}`)
            .join(', ')}`,
        ];
  return [...Object.entries(rest).map(([key, value]) => `${key} ${value}`), ...rates].join('; ');
}

/** @param {Contestant} contestant @param {Options} options */
const isWanted = ({ id, family, full }, { peers, quick }) =>
  peers.length > 0 ? peers.some((name) => id.startsWith(name) || family === name) : !(quick && full === true);

/** Measure what the machine's processors can do at most in WebAssembly, where that measurement is there. */
async function measurePeaks(/** @type {number} */ threads) {
  try {
    const { measurePeak } = await import(new URL('../peak.mjs', import.meta.url).href);
    const peaks = [];
    for (const count of new Set([1, threads])) {
      const { fused } = await measurePeak({ threads: count });
      peaks.push({ threads: count, gflops: fused });
    }
    return peaks;
  } catch {
    return undefined;
  }
}

/**
 * Connect contestants; whoever cannot take part is named in the document.
 *
 * @param {readonly Contestant[]} contestants
 * @param {(contestant: Contestant) => Promise<import('./process.mjs').Connection | string>} connect gives a connection or a reason
 * @param {Document} document
 * @returns {Promise<Entrant[]>}
 */
async function gather(contestants, connect, document) {
  const entrants = [];
  for (const contestant of contestants) {
    progress(`starting ${contestant.label}`);
    const connection = await connect(contestant);
    const about =
      typeof connection === 'string' ? { error: connection } : await connection.ask({ type: 'about' });
    if (typeof connection === 'string' || about.error !== undefined) {
      if (typeof connection !== 'string') connection.close();
      document.absent.push(`${contestant.label}: ${about.error}`);
      continue;
    }
    document.abouts[contestant.label] = about;
    document.versions[contestant.label] = describe(about);
    entrants.push({ id: contestant.id, contestant, connection, about });
  }
  return entrants;
}

/** @param {Options} options @param {Document} document */
async function connectorInNode(options, document) {
  const newest = findNewestNode();
  const missing = {
    pytorch: missingModule('torch'),
    scikitLearn: missingModule('sklearn'),
  };
  const usesPython = contestantsInNode(options.threads).some(
    (one) => one.place.python !== undefined && isWanted(one, options),
  );
  let env = plainEnvironment();
  if (usesPython && missing.pytorch === undefined) {
    const { env: tuned, ...tuning } = await tunePython(progress);
    env = /** @type {typeof env} */ (tuned);
    document.tuning = tuning;
  }
  return async (/** @type {Contestant} */ { place, options: own }) => {
    if (place.python !== undefined) {
      const reason = missing[place.python];
      return reason ?? startProcess(contestantCommand(place.python, own), { env });
    }
    const program = place.node === 'newest' ? newest : process.execPath;
    if (program === undefined) return withoutNewestNode;
    return startProcess([program, childProgram, JSON.stringify(own)], { env: plainEnvironment() });
  };
}

/**
 * Run everything that is asked for, and write the results as they come.
 *
 * @param {Options} options
 * @param {() => boolean} isStopped
 */
export async function runPeers(options, isStopped) {
  const document = emptyDocument(options);
  const workloads = suite.filter(
    ({ name }) => options.workloads.length === 0 || options.workloads.includes(name),
  );
  const wanted = (/** @type {readonly Contestant[]} */ all) => all.filter((one) => isWanted(one, options));
  document.peak = await measurePeaks(options.threads);
  const watch = await watchCores();
  const foreign = /** @type {number[]} */ ([]);
  const whole = /** @type {boolean[]} */ ([]);
  const rounds = async (
    /** @type {'node' | 'chromium'} */ where,
    /** @type {readonly Entrant[]} */ entrants,
  ) => {
    const update = (/** @type {import('./rounds.mjs').Records} */ records, round = 0) => {
      const all = [...records.values()].flatMap((some) => [...some.values()]);
      document.foreign = spread([...foreign, ...all.flatMap((one) => one.foreign)]);
      const slices = [...whole, ...all.flatMap((one) => one.whole)];
      document.whole = slices.filter(Boolean).length / slices.length;
      document[where] = workloads.map((workload) => judge(workload, entrants, records));
      save(document);
      if (round > 0 && !process.stderr.isTTY)
        process.stderr.write(`${label}round ${round} of ${options.rounds}\n`);
    };
    const label = where === 'node' ? '' : 'Chromium: ';
    const { milliseconds, leastSteps } = options;
    const common = {
      entrants,
      workloads,
      rounds: options.rounds,
      milliseconds,
      leastSteps,
      isStopped,
      watch,
    };
    const records = await runRounds({
      ...common,
      progress: (text) => progress(`${label}${text}`),
      onRound: update,
    });
    update(records);
    for (const record of [...records.values()].flatMap((all) => [...all.values()])) {
      foreign.push(...record.foreign);
      whole.push(...record.whole);
    }
  };
  const inChromium = async () => {
    const program = findChromium();
    if (program === undefined) throw new Error(`it ${withoutChromium}`);
    const { openChromium } = await import('./chromium.mjs');
    progress('bundling the page');
    const browser = await openChromium(program);
    document.versions['browser'] = browser.version;
    try {
      const connect = (/** @type {Contestant} */ { id, options: own }) => browser.connect(id, own);
      await rounds(
        'chromium',
        await gather(wanted(contestantsInChromium(options.threads)), connect, document),
      );
    } finally {
      await browser.close();
    }
  };
  if (options.node) {
    const connect = await connectorInNode(options, document);
    const entrants = await gather(wanted(contestantsInNode(options.threads)), connect, document);
    try {
      await rounds('node', entrants);
      document.idle = await idleShare(entrants);
      if (options.mnistRuns > 0 && !isStopped()) {
        const mnist = await runMnist(entrants, options.mnistRuns, progress, watch);
        if ('missing' in mnist) document.absent.push(`MNIST: ${mnist.missing}`);
        else {
          foreign.push(...mnist.taken);
          document.foreign = spread(foreign);
          document.mnist = mnist;
        }
        save(document);
      }
    } finally {
      for (const { connection } of entrants) connection.close();
    }
  }
  if (options.chromium && !isStopped()) {
    await inChromium().catch((/** @type {unknown} */ reason) => {
      document.absent.push(`Chromium: ${reason instanceof Error ? reason.message : reason}`);
    });
  }
  document.absent.push(
    'tfjs-node: its native part is fetched by an install script, which this benchmark does not run',
  );
  await watch.close();
  document.load.after = loadavg()[0].toFixed(2);
  document.isComplete = !isStopped();
  save(document);
  progress('');
  return document;
}
