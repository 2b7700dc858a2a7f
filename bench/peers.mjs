// @ts-check
// npm run bench:peers: PyTorch, scikit-learn, TensorFlow.js, jax-js and Gradus side by side; bench/README.md says how.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { provideChromium } from '../scripts/chromium.mjs';
import { provideNewestNode } from '../scripts/newestNode.mjs';
import { installFrom, isInstalled, SetupError, setupOrExit } from '../scripts/setup.mjs';
import { orUsage, readArguments, readCount, requireNames, UsageError } from './arguments.mjs';
import { contestantsInChromium, contestantsInNode } from './peers/contestants.mjs';
import { workloadNames } from './workloadNames.mjs';

const usage = `npm run bench:peers -- [options]
  --quick             three short rounds without the rarer contestants: a few minutes
  --rounds N          how many rounds (9)
  --milliseconds N    how long a slice lasts (300)
  --workloads a,b     only these (below); none leaves MNIST from end to end alone
  --peers a,b         only these contestants: families (pytorch, gradus, …) or beginnings of their names
  --threads N         threads where a contestant has threads (2, or as many as there are processors)
  --mnist N           runs of MNIST from end to end (3; 0 leaves it out)
  --only node|chromium
                      one of the two places (both)
  --no-setup          takes everything as it has been built
  --output NAME       bench/results/NAME.json and NAME.md (peers; peersPart when something is left out)

Workloads: ${workloadNames.join(', ')}
`;

const { values } = orUsage(usage, () =>
  readArguments({
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      milliseconds: { type: 'string' },
      workloads: { type: 'string', default: '' },
      peers: { type: 'string', default: '' },
      threads: { type: 'string' },
      mnist: { type: 'string' },
      only: { type: 'string' },
      'no-setup': { type: 'boolean', default: false },
      output: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }),
);
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const list = (/** @type {string} */ text) => text.split(',').filter((one) => one !== '');
/** Read a count that an option gives. */
const count = (
  /** @type {'rounds' | 'milliseconds' | 'threads' | 'mnist'} */ option,
  /** @type {number} */ otherwise,
  least = 1,
) => readCount(`--${option}`, values[option], otherwise, least);
const { quick } = values;
const [rounds, milliseconds, mnistRuns] = orUsage(usage, () => [
  count('rounds', quick ? 3 : 9),
  count('milliseconds', quick ? 120 : 300),
  count('mnist', quick ? 1 : 3, 0),
]);
const isSelection = values.workloads !== '' || values.peers !== '' || values.only !== undefined;
const isWhole = !isSelection && rounds >= 9 && milliseconds >= 300 && mnistRuns >= 3;
const options = {
  name: values.output ?? (isWhole ? 'peers' : 'peersPart'),
  quick,
  rounds,
  milliseconds,
  leastSteps: 1,
  threads: orUsage(usage, () => count('threads', Math.min(2, availableParallelism()))),
  mnistRuns,
  node: values.only !== 'chromium',
  chromium: values.only !== 'node',
  workloads: list(values.workloads),
  peers: list(values.peers),
};
orUsage(usage, () => {
  const { threads, workloads, peers } = options;
  requireNames('place', values.only === undefined ? [] : [values.only], ['node', 'chromium']);
  // `none` selects nothing, which leaves MNIST.
  requireNames('workload', workloads, [...workloadNames, 'none']);
  const all = [...contestantsInNode(threads), ...contestantsInChromium(threads)];
  const families = [...new Set(all.map(({ family }) => family))];
  requireNames('peer', peers, families, (name) =>
    all.some(({ id, family }) => family === name || id.startsWith(name)),
  );
  if (!/^[\w.-]+$/.test(options.name)) {
    throw new UsageError(`--output ${options.name}. Expected a name of letters, digits and dashes.`);
  }
});

if (!values['no-setup']) {
  await setupOrExit();
  await provideNewestNode();
  await provideChromium();
}
const peersFolder = fileURLToPath(new URL('./peers/', import.meta.url));
if (!isInstalled(peersFolder)) {
  process.stderr.write('Installing the JavaScript peers into bench/peers …\n');
  try {
    await installFrom(peersFolder);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.output}${error.message} Without them the run goes on.\n`);
  }
}

let isStopped = false;
const stop = () => {
  if (isStopped) process.exit(130);
  isStopped = true;
  process.stderr.write('\nEnding after this slice; again to end at once.\n');
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
// Imported here: what it needs is built only now.
const { runPeers } = await import('./peers/run.mjs');
const { toMarkdown } = await import('./peers/report.mjs');
const document = await runPeers(options, () => isStopped);
process.stdout.write(`${toMarkdown(document)}\nbench/results/${options.name}.md\n`);
process.exit(isStopped ? 130 : 0);
