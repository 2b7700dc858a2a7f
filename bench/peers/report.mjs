// @ts-check
// The table of a run, in Markdown: ratios first, then times, then who took part under which conditions.
import { figure, isMet, markdownTable, percent } from '../results.mjs';
import { AGREEMENT } from './judge.mjs';
import { DISTURBED } from './rounds.mjs';
import { chromiumTarget, mnistTargets, nodeTargets, pytorchTargets } from './targets.mjs';

/** @typedef {ReturnType<typeof import('./judge.mjs').judge>} Judged */
/** @typedef {import('./statistics.mjs').Spread & { other?: string | undefined }} Ratio */

const times = (/** @type {number} */ value) => `${figure(value)}×`;

/** A ratio with its quartiles. */
const ratioCell = (/** @type {Ratio | undefined} */ ratio) =>
  ratio === undefined ? '–' : `${times(ratio.median)} (${ratio.quartiles.map(figure).join('–')})`;

/** Whether the machine was left to the contestants; what was measured otherwise proves nothing. */
const isQuiet = (/** @type {import('./run.mjs').Document} */ { foreign, load, machine }) =>
  foreign === undefined ? Number(load.before) < machine.cores / 2 : foreign.quartiles[1] <= DISTURBED;

/**
 * A ratio beside what is asked of it.
 *
 * @param {Ratio | undefined} ratio
 * @param {number} target
 * @param {boolean} proves
 */
function askedCells(ratio, target, proves) {
  const isReached =
    ratio !== undefined && isMet({ what: '', value: ratio.median, target, unit: '', least: true });
  return [
    ratioCell(ratio),
    `≥ ${target}× ${ratio === undefined || !proves ? '' : isReached ? '✓' : '✗'}`.trim(),
  ];
}

/** @param {Judged} judged */
const bestLabel = ({ best, rows }) =>
  (rows.find(({ id }) => id === best)?.label ?? '–').replace(/^Gradus, /, '');

/** @param {readonly Judged[]} judged @param {boolean} proves */
const nodeTable = (judged, proves) => ({
  title: 'How many times faster the best executor of Gradus is',
  header: [
    'workload',
    'best executor',
    'PyTorch',
    'asked',
    'scikit-learn',
    'TensorFlow.js',
    'asked',
    'jax-js',
    'asked',
  ],
  rows: judged.map((one) => [
    one.workload.name,
    bestLabel(one),
    ...askedCells(one.ratios['pytorch'], pytorchTargets[one.workload.name], proves),
    ratioCell(one.ratios['scikit-learn']),
    ...askedCells(one.ratios['tensorflow.js'], nodeTargets['tensorflow.js'], proves),
    ...askedCells(one.ratios['jax-js'], nodeTargets['jax-js'], proves),
  ]),
  note: 'Median over the rounds of the ratio within a round, quartiles in brackets. Of PyTorch plain and with fused Adam, and of each library on several versions of Node, the faster counts.',
});

/** @param {readonly Judged[]} judged @param {boolean} proves */
const chromiumTable = (judged, proves) => ({
  title: 'In Chromium: how many times faster the best executor of Gradus is',
  header: ['workload', 'best executor', 'TensorFlow.js', 'asked', 'jax-js', 'asked'],
  rows: judged.map((one) => [
    one.workload.name,
    bestLabel(one),
    ...askedCells(one.ratios['tensorflow.js'], chromiumTarget('tensorflow.js', one.workload.name), proves),
    ...askedCells(one.ratios['jax-js'], chromiumTarget('jax-js', one.workload.name), proves),
  ]),
});

/** Times of everybody; a mark says who does not agree with the others. @param {readonly Judged[]} judged @param {string} title */
function timeTable(judged, title) {
  const ids = [...new Map(judged.flatMap(({ rows }) => rows.map(({ id, label }) => [id, label])))];
  const cell = (/** @type {Judged} */ { rows }, /** @type {string} */ id) => {
    const row = rows.find((one) => one.id === id);
    if (row?.microseconds === undefined) return row?.error === undefined ? '' : 'failed';
    return `${figure(row.microseconds.median)}${row.agrees === false ? ' (differs)' : ''}`;
  };
  return {
    title,
    header: ['', ...judged.map(({ workload }) => workload.name)],
    rows: ids.map(([id, label]) => [label, ...judged.map((one) => cell(one, id))]),
    note: `Microseconds a step of training, or a prediction of all rows: medians over the rounds. A slice lasts at least one step; the slowest peers make no more.`,
  };
}

/** @param {readonly Judged[]} judged */
function agreementTable(judged) {
  const rows = judged.map(({ workload, rows: all }) => {
    const compared = all.filter((row) => row.agreement !== undefined);
    const worst = Math.max(...compared.map((row) => row.agreement?.distance ?? 0));
    const differing = compared.filter(({ agrees }) => agrees === false).map(({ label }) => label);
    const unchecked = all.filter((row) => row.agreement === undefined).map(({ label }) => label);
    const fewest = Math.min(...compared.map((row) => row.agreement?.steps ?? 0));
    return [
      workload.name,
      String(compared.length),
      compared.length === 0 ? '–' : worst.toExponential(1),
      workload.kind === 'training' && compared.length > 0 ? String(fewest) : '',
      differing.join('; ') || 'none',
      unchecked.join('; '),
    ];
  });
  return {
    title: 'Whether all computed the same',
    header: ['workload', 'compared', 'greatest distance', 'fewest steps', 'differ', 'not comparable'],
    rows,
    note: `Mean loss from the same first weights on the same rows, before the rounds (against the recorded losses of PyTorch) and after them, or the predictions: at most ${AGREEMENT} relative. A network of two classes has one logistic output in scikit-learn.`,
  };
}

/** @param {NonNullable<import('./run.mjs').Document['mnist']>} mnist @param {boolean} proves */
const mnistTable = (mnist, proves) => ({
  title: 'MNIST from pixels to test accuracy: 784-100-10, Adam, batches of 128, ten epochs',
  header: ['', 'seconds', 'test accuracy', 'times as fast as PyTorch'],
  rows: mnist.rows.map((row) => [
    row.label,
    row.seconds === undefined ? `failed: ${row.error}` : figure(row.seconds.median),
    row.accuracies.length === 0
      ? '–'
      : `${row.accuracies.map((one) => `${(100 * one).toFixed(2)} %`).join(', ')} ${Math.min(...row.accuracies) >= mnistTargets.accuracy ? '✓' : '✗'}`,
    row.label.startsWith('Gradus')
      ? askedCells(row.againstPytorch, mnistTargets.ratio, proves).join(', asked ')
      : ratioCell(row.againstPytorch),
  ]),
  note: `Asked of the best of Gradus: at least ${(100 * mnistTargets.accuracy).toFixed(1)} %, and ${mnistTargets.ratio}× the faster of both PyTorchs. Runs alternate; importing the libraries is left out, everything from bytes in memory to the labels of the test rows is in.`,
});

/** @param {import('./run.mjs').Document} document */
function conditions(document) {
  const { machine, load, options, tuning, versions, idle, foreign, whole, peak } = document;
  const lines = [
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}.`,
    `Load average ${load.before} before and ${load.after ?? '…'} after. Contestants waiting: ${figure(idle)} % of a processor, all together.`,
    foreign === undefined
      ? 'What other programs took of the machine could not be told.'
      : `Other programs took ${percent(foreign.median)} of the machine's processor time in the median slice (upper quartile ${percent(foreign.quartiles[1])}).`,
    `All cores were there before and after ${percent(whole)} of the slices.`,
    `${options.rounds} rounds, slices of ${options.milliseconds} ms, ${options.threads} threads where a contestant has threads.`,
    peak === undefined
      ? 'The multiply-add peak was not measured.'
      : `Multiply-add peak of WebAssembly: ${peak.map((one) => `${figure(one.gflops)} GFLOP/s on ${one.threads}`).join(', ')} thread(s).`,
  ];
  if (tuning !== undefined) {
    const tried = tuning.tried.map(({ name, gflops }) => `${name} ${figure(gflops)}`).join(', ');
    lines.push(
      `BLAS of the Python peers: ${tuning.chosen}, the fastest of: ${tried} (GFLOP/s of one thread, geometric mean over four products).`,
    );
  }
  return [
    '**Conditions**',
    '',
    ...lines.map((line) => `- ${line}`),
    '',
    '**Versions**',
    '',
    ...Object.entries(versions).map(([name, text]) => `- ${name}: ${text}`),
    '',
  ].join('\n');
}

/**
 * Write a run as Markdown.
 *
 * @param {import('./run.mjs').Document} document
 */
export function toMarkdown(document) {
  const { node, chromium, mnist, absent, date, isComplete, name } = document;
  return `${[
    `# Gradus and its peers, ${date}${isComplete ? '' : ' (not finished)'}`,
    '',
    `Made by \`npm run bench:peers${name === 'peers' ? '' : ' -- …'}\`; bench/README.md says how. All contestants alternate in one run.`,
    '',
    ...(isQuiet(document)
      ? []
      : [
          `**Disturbed: these ratios prove nothing.** Other programs were at work: in a quarter of the slices or more they took over ${percent(DISTURBED)} of the machine, or the load was high before the run. Libraries whose threads wait for each other (OpenMP under PyTorch and scikit-learn) are then slowed down many times over, far more than one thread by itself. Run again on a quiet machine.`,
          '',
        ]),
    ...(node.length > 0
      ? [markdownTable(nodeTable(node, isQuiet(document))), markdownTable(timeTable(node, 'Times'))]
      : []),
    ...(mnist === undefined ? [] : [markdownTable(mnistTable(mnist, isQuiet(document)))]),
    ...(chromium.length > 0
      ? [
          markdownTable(chromiumTable(chromium, isQuiet(document))),
          markdownTable(timeTable(chromium, 'Times in Chromium')),
        ]
      : []),
    ...(node.length > 0 ? [markdownTable(agreementTable(node))] : []),
    ...(chromium.length > 0 ? [markdownTable({ ...agreementTable(chromium), title: 'In Chromium' })] : []),
    conditions(document),
    ...(absent.length === 0 ? [] : ['**Left out**', '', ...absent.map((line) => `- ${line}`), '']),
  ].join('\n')}`.replace(/\n+$/, '\n');
}
