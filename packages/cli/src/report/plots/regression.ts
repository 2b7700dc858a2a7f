import * as Plot from '@observablehq/plot';
import { formatCount, formatNumber, formatPercent, formatQuantity } from '../../format/number.ts';
import { figure, table, thinningNote, thinRows } from '../figure.ts';
import type { SafeHtml } from '../html.ts';
import { plotSvg } from '../plotSvg.ts';
import type { ReportData } from '../reportData.ts';
import { sampleIndices } from '../sample.ts';
import { tickLabel } from '../text.ts';

const pointLimit = 2000;
const tableRows = 200;

interface Pair {
  readonly actual: number;
  readonly predicted: number;
  readonly residual: number;
}

/** The target's unit as it stands beside an axis label and in a sentence. */
interface Unit {
  readonly axis: string;
  readonly sentence: string;
}

const tick = tickLabel('number');

const frame = (width: number, ratio: number): Plot.PlotOptions => ({
  width,
  height: Math.round(width * ratio),
  marginLeft: 62,
  marginTop: 30,
  marginRight: 16,
  marginBottom: 42,
  style: { fontSize: '12px' },
});

const quantile = (sorted: readonly number[], level: number): number => {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * level;
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (position - low);
};

/** Draw predicted against actual, residuals against predicted, and the histogram of residuals. */
export function regressionFigures(data: ReportData): SafeHtml[] {
  const source = data.predictions ?? { actual: [], predicted: [] };
  const pairs: Pair[] = [];
  for (const [index, actual] of source.actual.entries()) {
    const predicted = source.predicted[index]!;
    if (Number.isFinite(actual) && Number.isFinite(predicted))
      pairs.push({ actual, predicted, residual: actual - predicted });
  }
  if (pairs.length === 0) return [];
  const sample = sampleIndices(pairs.length, pointLimit, data.run.seed).map((index) => pairs[index]!);
  const sampled =
    sample.length < pairs.length
      ? `The points are a random sample of ${formatCount(sample.length)} of ${formatCount(pairs.length)} test rows (seed ${data.run.seed}).`
      : undefined;
  const unit: Unit =
    data.targetUnit === undefined
      ? { axis: '', sentence: '' }
      : { axis: ` (${data.targetUnit})`, sentence: ` ${data.targetUnit}` };
  return [
    predictedFigure(data.target, unit, sample, pairs, sampled),
    residualFigure(unit, sample, pairs, sampled),
    histogramFigure(unit, pairs),
  ];
}

function predictedFigure(
  target: string,
  unit: Unit,
  sample: readonly Pair[],
  pairs: readonly Pair[],
  note: string | undefined,
): SafeHtml {
  const errors = pairs.map((pair) => Math.abs(pair.residual)).sort((left, right) => left - right);
  const message = `Half of the predictions miss by less than ${formatNumber(quantile(errors, 0.5), 3)}${unit.sentence}, nine in ten by less than ${formatNumber(quantile(errors, 0.9), 3)}.`;
  const values = sample.flatMap((pair) => [pair.actual, pair.predicted]);
  const domain = [Math.min(...values), Math.max(...values)];
  return figure({
    id: 'predicted-actual',
    title: 'Predicted against actual',
    message,
    note,
    legend: [
      { label: 'test row', color: 'var(--series-1)', shape: 'dot' },
      { label: 'a perfect prediction', color: 'var(--ink)', shape: 'dashed' },
    ],
    draw: (width, className) =>
      plotSvg(message, className, {
        ...frame(width, width < 400 ? 0.95 : 0.8),
        x: {
          label: `actual ${target}${unit.axis}`,
          domain,
          nice: true,
          grid: true,
          ticks: 5,
          tickFormat: tick,
        },
        y: {
          label: `predicted ${target}${unit.axis}`,
          domain,
          nice: true,
          grid: true,
          ticks: 5,
          tickFormat: tick,
        },
        marks: [
          points(sample, 'actual', 'predicted'),
          Plot.line(
            [domain, domain].map((ends, index) => [ends[index]!, ends[index]!]),
            { stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '6 4' },
          ),
        ],
      }),
    table: pairTable('Actual and predicted values', sample, pairs.length),
  });
}

function residualFigure(
  unit: Unit,
  sample: readonly Pair[],
  pairs: readonly Pair[],
  note: string | undefined,
): SafeHtml {
  const mean = pairs.reduce((sum, pair) => sum + pair.residual, 0) / pairs.length;
  const squares = pairs.reduce((sum, pair) => sum + (pair.residual - mean) ** 2, 0);
  const standardError =
    pairs.length > 1 ? Math.sqrt(squares / (pairs.length - 1) / pairs.length) : Number.POSITIVE_INFINITY;
  const side = mean > 0 ? 'low' : 'high';
  const lean =
    Math.abs(mean) <= 2 * standardError
      ? 'Taken together, the predictions are clearly neither too high nor too low.'
      : `On average the predictions are ${formatNumber(Math.abs(mean), 3)}${unit.sentence} too ${side}.`;
  const message = `${lean} A point above the line was predicted too low, one below it too high.`;
  return figure({
    id: 'residuals',
    title: 'Residuals against predicted',
    message,
    note,
    draw: (width, className) =>
      plotSvg(message, className, {
        ...frame(width, width < 400 ? 0.85 : 0.62),
        x: { label: `predicted${unit.axis}`, grid: true, nice: true, ticks: 5, tickFormat: tick },
        y: {
          label: `residual: actual − predicted${unit.axis}`,
          grid: true,
          nice: true,
          ticks: 5,
          tickFormat: tick,
        },
        marks: [
          points(sample, 'predicted', 'residual'),
          Plot.ruleY([0], { stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '6 4' }),
        ],
      }),
    table: pairTable('Predictions and residuals', sample, pairs.length),
  });
}

interface Bin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Bins of a round width, about as many as √n, at least 5 and at most 40; the far tails share the end bins. */
function bins(values: readonly number[]): Bin[] {
  const sorted = [...values].sort((left, right) => left - right);
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  if (first === last) return [{ low: first - 0.5, high: first + 0.5, count: values.length }];
  const wanted = Math.min(40, Math.max(5, Math.round(Math.sqrt(values.length))));
  const rough = (last - first) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const width = ([1, 2, 5, 10].find((step) => step * power >= rough) ?? 10) * power;
  const start = Math.floor(first / width);
  const counts = new Array<number>(Math.floor(last / width) - start + 1).fill(0);
  for (const value of sorted)
    counts[Math.min(counts.length - 1, Math.max(0, Math.floor(value / width) - start))]!++;
  return counts.map((count, index) => ({
    low: (start + index) * width,
    high: (start + index + 1) * width,
    count,
  }));
}

function histogramFigure(unit: Unit, pairs: readonly Pair[]): SafeHtml {
  const residuals = pairs.map((pair) => pair.residual);
  const found = bins(residuals);
  const sorted = [...residuals].sort((left, right) => left - right);
  const message = `The middle 80% of the residuals lie between ${formatNumber(quantile(sorted, 0.1), 3)} and ${formatNumber(quantile(sorted, 0.9), 3)}${unit.sentence}.`;
  return figure({
    id: 'residual-histogram',
    title: 'Distribution of residuals',
    message,
    draw: (width, className) =>
      plotSvg(message, className, {
        ...frame(width, width < 400 ? 0.72 : 0.62),
        x: { label: `residual: actual − predicted${unit.axis}`, ticks: 6, tickFormat: tick },
        y: { label: 'test rows', grid: true, ticks: 5, tickFormat: tick },
        marks: [
          Plot.rectY(found, { x1: 'low', x2: 'high', y: 'count', fill: 'var(--series-1)', inset: 0.5 }),
          Plot.ruleY([0]),
          Plot.ruleX([0], { stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '6 4' }),
        ],
      }),
    table: table(
      'Distribution of residuals',
      [
        { name: 'From', numeric: true },
        { name: 'To', numeric: true },
        { name: 'Test rows', numeric: true },
        { name: 'Share', numeric: true },
      ],
      found.map((bin) => [
        formatNumber(bin.low),
        formatNumber(bin.high),
        formatCount(bin.count),
        formatPercent(bin.count / pairs.length),
      ]),
    ),
  });
}

const points = (sample: readonly Pair[], x: keyof Pair, y: keyof Pair): Plot.Markish =>
  Plot.dot(sample, {
    x,
    y,
    r: sample.length > 500 ? 2 : 3,
    fill: 'var(--series-1)',
    fillOpacity: sample.length > 500 ? 0.45 : 0.65,
    clip: false,
  });

function pairTable(caption: string, sample: readonly Pair[], total: number): SafeHtml {
  const shown = thinRows(sample.length, tableRows);
  const note = thinningNote(shown.length, total, formatQuantity(total, 'test row').replace(/^[\d,]+ /, ''));
  return table(
    note === undefined ? caption : `${caption} (${note.replace(/\.$/, '')})`,
    [
      { name: 'Actual', numeric: true },
      { name: 'Predicted', numeric: true },
      { name: 'Residual', numeric: true },
    ],
    shown.map((index) => {
      const { actual, predicted, residual } = sample[index]!;
      return [formatNumber(actual), formatNumber(predicted), formatNumber(residual)];
    }),
    { showCaption: note !== undefined },
  );
}
