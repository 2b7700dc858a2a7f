import * as Plot from '@observablehq/plot';
import { formatPercent } from '../../format/number.ts';
import { figure, table } from '../figure.ts';
import type { SafeHtml } from '../html.ts';
import { plotSvg } from '../plotSvg.ts';
import type { ReportData } from '../reportData.ts';
import { capitalise, leftMargin, shorten, tickLabel } from '../text.ts';
import { compareWithBaseline, comparisonPhrase, formatInterval, formatScore } from '../verdict.ts';

interface Entry {
  readonly label: string;
  readonly value: number;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly own: boolean;
}

/** Draw the test score and its interval beside the baselines. */
export function scoreFigure(data: ReportData): SafeHtml {
  const { score } = data;
  const entries: Entry[] = [
    { label: 'This model', value: score.value, lower: score.lower, upper: score.upper, own: true },
    ...data.baselines.map(({ name, value, lower, upper }) => ({
      label: capitalise(name),
      value,
      lower,
      upper,
      own: false,
    })),
  ];
  const text = (value: number): string => formatScore(value, score.format);
  const confidence = formatPercent(score.confidence ?? 0.95);
  const count = data.baselines.length;
  const message =
    count === 0
      ? `This model scores ${text(score.value)}; there is no baseline to stand beside it.`
      : `This model scores ${text(score.value)}: ${data.baselines
          .map(
            (baseline) =>
              `${comparisonPhrase(compareWithBaseline(score, baseline))} ${baseline.name} (${text(baseline.value)})`,
          )
          .join(', ')}.`;
  return figure({
    id: 'score-comparison',
    title: `Test ${score.metric} beside the baselines`,
    message,
    full: true,
    legend: [
      { label: 'this model', color: 'var(--series-1)', shape: 'dot' },
      { label: 'baseline', color: 'var(--ink)', shape: 'ring' },
      { label: `${confidence} interval`, color: 'var(--muted)', shape: 'line' },
    ],
    draw: (width, className) => draw(data, entries, width, className, message),
    table: table(
      `Test ${score.metric} of the model and the baselines`,
      [
        { name: 'Predictor' },
        { name: capitalise(score.metric), numeric: true },
        { name: `${confidence} interval`, numeric: true },
      ],
      entries.map((entry) => [
        entry.label,
        text(entry.value),
        entry.lower === undefined || entry.upper === undefined
          ? '–'
          : formatInterval(entry.lower, entry.upper, score.format),
      ]),
    ),
  });
}

function draw(
  data: ReportData,
  entries: readonly Entry[],
  width: number,
  className: string,
  message: string,
): SafeHtml {
  const { score } = data;
  const letters = width < 400 ? 16 : 34;
  const labels = entries.map((entry) => shorten(entry.label, letters));
  // Two predictors whose shortened names coincide keep rows of their own.
  const names = labels.map((_, index) => `n${index}`);
  const rows = entries.map((entry, index) => ({ ...entry, name: names[index]! }));
  const withInterval = rows.filter((row) => row.lower !== undefined && row.upper !== undefined);
  return plotSvg(message, className, {
    width,
    height: 56 + 44 * entries.length,
    marginLeft: leftMargin(labels),
    marginRight: 58,
    marginTop: 8,
    marginBottom: 42,
    style: { fontSize: '13px' },
    x: {
      label: score.metric,
      grid: true,
      inset: 8,
      domain: scoreDomain(entries, score.format, score.higherIsBetter !== false),
      ticks: width < 400 ? 3 : 6,
      tickFormat: tickLabel(score.format),
    },
    y: {
      label: null,
      domain: names,
      tickSize: 0,
      tickFormat: (name: string) => labels[Number(name.slice(1))] ?? '',
    },
    marks: [
      Plot.link(withInterval, {
        x1: 'lower',
        x2: 'upper',
        y: 'name',
        stroke: (row: Entry) => (row.own ? 'var(--series-1)' : 'var(--muted)'),
        strokeWidth: 3,
        strokeOpacity: 0.6,
        strokeLinecap: 'butt',
      }),
      Plot.dot(rows, {
        x: 'value',
        y: 'name',
        r: 6.5,
        fill: (row: Entry) => (row.own ? 'var(--series-1)' : 'var(--page)'),
        stroke: (row: Entry) => (row.own ? 'var(--series-1)' : 'var(--ink)'),
        strokeWidth: 2,
      }),
      Plot.text(rows, {
        frameAnchor: 'right',
        y: 'name',
        textAnchor: 'start',
        dx: 10,
        fill: 'currentColor',
        fontWeight: 600,
        text: (row: Entry) => formatScore(row.value, score.format).replace(/^-/, '−'),
      }),
    ],
    color: { type: 'identity' },
  });
}

/** Shares stand on the whole of 0 to 100 %, scores of at most 1 reach it, and errors start at 0. */
function scoreDomain(
  entries: readonly Entry[],
  format: 'percent' | 'number',
  higherIsBetter: boolean,
): [number, number] {
  if (format === 'percent') return [0, 1];
  const values = entries
    .flatMap((entry) => [entry.value, entry.lower ?? entry.value, entry.upper ?? entry.value])
    .filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...values), Math.max(...values)];
  return [low, higherIsBetter ? Math.max(1, high) : high];
}
