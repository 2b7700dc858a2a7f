import { ArgumentError, meantName } from 'gradus';
import { confusionMatrix } from 'gradus/metrics';
import { rowsWithTarget } from 'gradus/preprocess';
import type { ParsedArguments } from '../arguments/flag.ts';
import { hasFlag, textFlag } from '../arguments/values.ts';
import { inFile } from '../exitCode.ts';
import { exitCodes } from '../exitCodes.ts';
import { loadTable } from '../files/loadTable.ts';
import { formatCount, formatNumber, formatPercent, formatQuantity } from '../format/number.ts';
import { loadPredictor } from '../model/loadPredictor.ts';
import type { Predictions } from '../model/predictor.ts';
import { type NamedScore, type Scores, scorePredictions, type Truth, truthOf } from '../model/scores.ts';
import { printableLine } from '../progress/textWidth.ts';
import { formatInterval, formatScore } from '../report/verdict.ts';
import type { Command } from './command.ts';

/** `gradus evaluate`: score a model on rows whose truth is known. */
export const evaluate: Command = {
  usage: 'RUN --data FILE [flags]',
  operands: [{ name: 'RUN', description: 'a run folder, a model file, or latest' }],
  flags: [
    {
      name: 'data',
      value: 'FILE',
      description: 'A CSV or TSV file with the target, or - for standard input',
    },
    {
      name: 'min',
      value: 'SCORE=X',
      description: 'Exit with 5 where a score is below X, such as accuracy=0.95; may stand several times',
    },
    { name: 'json', description: 'Print the scores as JSON' },
  ],
  notes: [
    'Scores of classes: accuracy, balancedAccuracy, f1, logLoss, and rocAuc where there are two. Scores of numbers: r2, rootMeanSquaredError, meanAbsoluteError. For errors and losses --min names the most that is allowed.',
  ],
  examples: [
    {
      line: 'gradus evaluate model.safetensors --data test.csv --min accuracy=0.95',
      meaning: 'fail where the score is too low, as in a build',
    },
  ],
  run: async (args, context) => {
    const [run, ...more] = args.operands;
    const data = textFlag(args, 'data') ?? more.shift();
    if (run === undefined || data === undefined || more.length > 0) {
      throw new ArgumentError({
        received: run === undefined ? 'no run' : data === undefined ? 'no --data' : `also ${more.join(', ')}`,
        expected: 'gradus evaluate RUN --data FILE',
        remedy: 'For example: gradus evaluate latest --data test.csv',
      });
    }
    const gates = readGates(args);
    const predictor = await loadPredictor(run, context);
    const { preprocessor } = predictor;
    const loaded = await loadTable(data, context, { standardInput: true, embedded: true });
    try {
      const rows = rowsWithTarget(preprocessor.schema, loaded.table);
      const left = loaded.table.rowCount - rows.length;
      if (left > 0) context.stderr.write(`note: ${formatQuantity(left, 'row')} without a target left out\n`);
      const table = left === 0 ? loaded.table : loaded.table.select(rows);
      const truth = truthOf(preprocessor, table);
      const predictions = await predictor.predict(table);
      for (const warning of predictions.warnings) context.stderr.write(`note: ${warning}\n`);
      const scores = scorePredictions(predictions, truth, 0);
      const missed = gates.filter((gate) => !passes(gate, scores));
      const text = hasFlag(args, 'json')
        ? `${JSON.stringify(scoresJson(scores))}\n`
        : evaluationText(
            scores,
            predictions,
            truth,
            preprocessor.labels.map(printableLine),
            printableLine(preprocessor.schema.target.name),
          );
      context.stdout.write(text);
      for (const gate of missed) context.stderr.write(`gradus: ${missText(gate, scores)}\n`);
      return missed.length > 0 ? exitCodes.gateMissed : exitCodes.done;
    } catch (error) {
      throw inFile(loaded.name, error);
    }
  },
};

interface Gate {
  readonly key: string;
  readonly limit: number;
}

function readGates({ flags }: ParsedArguments): Gate[] {
  return (flags.get('min') ?? []).map((text) => {
    const [key, value, ...rest] = text.split('=');
    const limit = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
    if (rest.length === 0 && key !== '' && Number.isFinite(limit)) return { key, limit };
    throw new ArgumentError({
      received: `--min ${text}`,
      expected: 'SCORE=X, X being a number',
      remedy: 'For example --min accuracy=0.95',
    });
  });
}

const allScores = ({ main, others }: Scores): NamedScore[] => [main, ...others];

function scoreNamed(key: string, scores: Scores): NamedScore {
  const found = allScores(scores).find((score) => score.key === key);
  if (found !== undefined) return found;
  const names = allScores(scores).map((score) => score.key);
  const nearest = meantName(key, names);
  throw new ArgumentError({
    received: `--min ${key}`,
    expected: `one of ${names.join(', ')}`,
    ...(nearest === undefined ? {} : { remedy: `Did you mean ${nearest}?` }),
  });
}

function passes({ key, limit }: Gate, scores: Scores): boolean {
  const { value, higherIsBetter } = scoreNamed(key, scores);
  return higherIsBetter ? value >= limit : value <= limit;
}

function missText({ key, limit }: Gate, scores: Scores): string {
  const { value, higherIsBetter } = scoreNamed(key, scores);
  if (Number.isNaN(value))
    return `${key} cannot be told from ${formatQuantity(scores.rows, 'row')}; --min asks for ${limit}`;
  return `${key} is ${formatNumber(value)}, ${higherIsBetter ? 'below' : 'above'} the ${limit} asked for by --min`;
}

const scoresJson = (scores: Scores) => ({
  rows: scores.rows,
  metric: scores.main.key,
  interval: {
    lower: scores.interval.lower,
    upper: scores.interval.upper,
    confidence: scores.interval.confidence,
  },
  ...Object.fromEntries(allScores(scores).map(({ key, value }) => [key, value])),
});

function evaluationText(
  scores: Scores,
  predictions: Predictions,
  truth: Truth,
  labels: readonly string[],
  target: string,
): string {
  const { main, interval, others, rows } = scores;
  const counted = scores.correct === undefined ? '' : ` (${formatCount(scores.correct)} right)`;
  const lines = [
    Number.isNaN(main.value)
      ? `${main.name} of ${target}: cannot tell, as it needs two rows or more`
      : `${main.name} of ${target}: ${formatScore(main.value, main.format)} on ${formatQuantity(rows, 'row')}${counted}, ${formatPercent(interval.confidence)} interval ${formatInterval(interval.lower, interval.upper, main.format)}`,
    ...others.map(({ name, value, format }) => `${name}: ${formatScore(value, format)}`),
  ];
  if (predictions.kind === 'number') return `${lines.join('\n')}\n`;
  return `${[...lines, '', ...confusionLines(truth, predictions.classes, labels)].join('\n')}\n`;
}

/** Most classes of which the whole table is printed. */
const classesShown = 20;

function confusionLines(truth: Truth, predicted: Int32Array, labels: readonly string[]): string[] {
  const { matrix } = confusionMatrix(truth, predicted, { labels: [...labels.keys()] });
  if (labels.length > classesShown) {
    const right = matrix.map(
      (row, index) => [labels[index], row[index], row.reduce((a, b) => a + b, 0)] as const,
    );
    return [
      'right of each class:',
      ...right.map(([label, correct, all]) => `  ${label}: ${correct} of ${all}`),
    ];
  }
  const header = ['actual \\ predicted', ...labels];
  const rows = [header, ...matrix.map((counts, index) => [labels[index], ...counts.map(String)])];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  '),
  );
}
