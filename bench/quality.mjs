// @ts-check
// Measures what `gradus train` reaches without being told anything: the test score of five tables, seeds 0 to 9,
// beside the baselines. Needs a built checkout, and GRADUS_DATA for all tables but the embedded one.
// node bench/quality.mjs [--seeds 0-9] [--sets penguins,mpg] [flags of gradus train]
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '@gradus/cli';
import { writeFileAtomically } from 'gradus/node';

const sets = [
  { name: 'penguins', args: ['penguins'], goal: 0.985 },
  {
    name: 'titanic',
    file: 'seaborn/titanic.csv',
    args: ['--target', 'survived', '--drop', 'alive,class,who,adult_male,embark_town,alone,deck'],
    goal: 0.79,
  },
  { name: 'mpg', file: 'seaborn/mpg.csv', args: ['--target', 'mpg', '--drop', 'name'], goal: 0.85 },
  {
    name: 'california_housing',
    file: 'sklearn-toy/california_housing.csv',
    args: ['--target', 'MedHouseVal'],
    goal: 0.76,
  },
  { name: 'digits', file: 'sklearn-toy/digits.csv', args: ['--target', 'target'], goal: 0.965 },
  // Small and noisy tables, where a network is easily worse than a straight line; no figure is asked of them.
  { name: 'tips', file: 'seaborn/tips.csv', args: ['--target', 'tip'] },
  { name: 'diabetes', file: 'sklearn-toy/diabetes.csv', args: ['--target', 'target'] },
  { name: 'wine', file: 'sklearn-toy/wine.csv', args: ['--target', 'target'] },
  { name: 'breast_cancer', file: 'sklearn-toy/breast_cancer.csv', args: ['--target', 'target'] },
];

const { values, positionals, tokens } = parseArgs({
  options: { seeds: { type: 'string', default: '0-9' }, sets: { type: 'string' } },
  strict: false,
  tokens: true,
});
const own = new Set(['seeds', 'sets']);
const passed = tokens.flatMap((token) => {
  if (token.kind === 'option' && !own.has(token.name)) {
    return token.value === undefined ? [token.rawName] : [token.rawName, token.value];
  }
  return token.kind === 'positional' ? [token.value] : [];
});
void positionals;
const [first, last = first] = String(values.seeds).split('-').map(Number);
const wanted = typeof values.sets === 'string' ? values.sets.split(',') : undefined;

/**
 * Train once, and give what the command prints as JSON.
 *
 * @param {string[]} args
 */
async function train(args) {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-quality-'));
  const began = performance.now();
  let output = '';
  let errors = '';
  try {
    const code = await run(['train', ...args, '--out', join(folder, 'run'), '--json'], {
      stdout: { write: (text) => (output += text) },
      stderr: { write: (text) => (errors = text) },
      readStandardInput: async () => new Uint8Array(),
      environment: {},
      folder,
      writeFile: writeFileAtomically,
      signal: new AbortController().signal,
      onExit: () => () => undefined,
      today: () => new Date(),
      clock: () => performance.now(),
    });
    if (code !== 0) throw new Error(errors);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { result: JSON.parse(output), seconds: (performance.now() - began) / 1000 };
}

/** @param {readonly number[]} numbers */
const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

let isMissed = false;
console.log('set                 seeds  mean    least   greatest  linear  trivial  goal   epochs  longest');
for (const set of sets) {
  if (wanted !== undefined && !wanted.includes(set.name)) continue;
  const folder = process.env['GRADUS_DATA'];
  // The command runs in a folder of its own.
  const data = folder === undefined ? undefined : resolve(folder);
  const path = set.file === undefined ? undefined : join(data ?? '', set.file);
  if (path !== undefined && (data === undefined || !existsSync(path))) {
    console.log(`${set.name.padEnd(18)}  left out: GRADUS_DATA is not set or lacks ${set.file}`);
    continue;
  }
  const scores = [];
  const linear = [];
  const trivial = [];
  const epochs = [];
  const seconds = [];
  for (let seed = first; seed <= last; seed++) {
    const args = [...(path === undefined ? [] : [path]), ...set.args, '--seed', String(seed), ...passed];
    const { result, seconds: taken } = await train(args);
    scores.push(result.test.value);
    trivial.push(result.baselines[0].value);
    linear.push(result.baselines[1].value);
    epochs.push(result.training.epochs);
    seconds.push(taken);
  }
  const reached = set.goal === undefined || (mean(scores) >= set.goal && mean(scores) >= mean(linear) - 0.01);
  if (!reached) isMissed = true;
  const cells = [
    set.name.padEnd(18),
    `${first}–${last}`.padEnd(5),
    mean(scores).toFixed(4).padEnd(6),
    Math.min(...scores)
      .toFixed(4)
      .padEnd(6),
    Math.max(...scores)
      .toFixed(4)
      .padEnd(8),
    mean(linear).toFixed(4).padEnd(6),
    mean(trivial).toFixed(4).padEnd(7),
    String(set.goal ?? '').padEnd(5),
    mean(epochs).toFixed(0).padEnd(6),
    `${Math.max(...seconds).toFixed(1)} s`,
    ...(reached ? [] : ['  MISSED']),
  ];
  console.log(cells.join('  '));
}
if (isMissed) process.exitCode = 1;
