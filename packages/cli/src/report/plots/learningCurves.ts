import * as Plot from '@observablehq/plot';
import { formatDuration } from '../../format/duration.ts';
import { formatNumber } from '../../format/number.ts';
import { figure, type LegendEntry, table, thinningNote, thinRows } from '../figure.ts';
import type { SafeHtml } from '../html.ts';
import { plotSvg } from '../plotSvg.ts';
import type { EpochRecord, TrainingSummary } from '../reportData.ts';
import { tickLabel } from '../text.ts';
import { formatScore } from '../verdict.ts';

const tableRows = 200;

/** Epochs that are drawn, at most: more than a plot has columns. */
const pointsDrawn = 2000;

interface Point {
  readonly epoch: number;
  readonly value: number;
}

function points(
  { history, bestEpoch }: TrainingSummary,
  pick: (record: EpochRecord) => number | null,
): Point[] {
  const best = history.findIndex(({ epoch }) => epoch === bestEpoch);
  return thinRows(history.length, pointsDrawn, [best]).flatMap((index) => {
    const record = history[index]!;
    const value = pick(record);
    return value === null || !Number.isFinite(value) ? [] : [{ epoch: record.epoch, value }];
  });
}

/** Draw training and validation loss by epoch, with the epoch whose weights were kept. */
export function lossFigure(training: TrainingSummary): SafeHtml {
  const train = points(training, (record) => record.loss);
  const validation = points(training, (record) => record.validationLoss);
  const all = [...train, ...validation].map((point) => point.value);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const logarithmic = low > 0 && high / low > 50;
  const best = validation.find((point) => point.epoch === training.bestEpoch);
  const legend: LegendEntry[] = [{ label: 'training rows', color: 'var(--series-1)', shape: 'line' }];
  if (validation.length > 0)
    legend.push({ label: 'validation rows', color: 'var(--series-2)', shape: 'dashed' });
  const start = validation[0] ?? train[0];
  const end = best ?? train.find((point) => point.epoch === training.bestEpoch) ?? train.at(-1);
  const where = validation.length > 0 ? 'validation rows' : 'training rows';
  const message =
    start === undefined || end === undefined
      ? 'No loss was recorded.'
      : `The loss on ${where} went from ${formatNumber(start.value, 3)} to ${formatNumber(end.value, 3)} at epoch ${end.epoch}, whose weights were kept.`;
  return figure({
    id: 'loss-curve',
    title: 'Loss by epoch',
    message,
    legend,
    note: logarithmic ? 'The vertical axis is logarithmic.' : undefined,
    draw: (width, className) =>
      plotSvg(message, className, {
        ...frame(width),
        x: epochAxis(training),
        y: {
          label: training.loss,
          grid: true,
          nice: true,
          ...(logarithmic ? { type: 'log' } : { zero: low >= 0 }),
          ticks: 5,
          tickFormat: tickLabel('number'),
        },
        marks: [
          ...bestEpochMarks(training),
          Plot.line(train, { x: 'epoch', y: 'value', stroke: 'var(--series-1)', strokeWidth: 2 }),
          ...validationMarks(validation, best),
        ],
      }),
    table: historyTable(training, 'Losses by epoch'),
  });
}

/** Draw the validation metric by epoch; undefined when none was measured. */
export function metricFigure(training: TrainingSummary): SafeHtml | undefined {
  const metric = points(training, (record) => record.validationMetric);
  if (metric.length === 0) return undefined;
  const best = metric.find((point) => point.epoch === training.bestEpoch);
  const text = (value: number): string => formatScore(value, training.metricFormat);
  const message =
    best === undefined
      ? `The validation ${training.metric} ended at ${text(metric.at(-1)!.value)}.`
      : `The validation ${training.metric} was ${text(best.value)} at epoch ${best.epoch}, whose weights were kept.`;
  const values = metric.map((point) => point.value);
  const flat = values.every((value) => value === values[0]);
  const domain = flat ? { domain: [values[0]! - 0.05, Math.min(values[0]! + 0.05, 1)] } : {};
  return figure({
    id: 'metric-curve',
    title: `Validation ${training.metric} by epoch`,
    message,
    legend: [{ label: 'validation rows', color: 'var(--series-2)', shape: 'dashed' }],
    draw: (width, className) =>
      plotSvg(message, className, {
        ...frame(width),
        x: epochAxis(training),
        y: {
          label: training.metric,
          grid: true,
          nice: true,
          ...domain,
          ticks: 5,
          tickFormat: tickLabel(training.metricFormat),
        },
        marks: [...bestEpochMarks(training), ...validationMarks(metric, best)],
      }),
    table: historyTable(training, 'Validation metric by epoch'),
  });
}

/** A dashed line, with a dot at the epoch that was kept. */
const validationMarks = (values: readonly Point[], best: Point | undefined): Plot.Markish[] => [
  Plot.line(values, {
    x: 'epoch',
    y: 'value',
    stroke: 'var(--series-2)',
    strokeWidth: 2,
    strokeDasharray: '6 4',
  }),
  Plot.dot(best === undefined ? [] : [best], {
    x: 'epoch',
    y: 'value',
    fill: 'var(--series-2)',
    stroke: 'var(--page)',
    r: 5,
  }),
];

const frame = (width: number): Plot.PlotOptions => ({
  width,
  height: Math.round(width * (width < 400 ? 0.72 : 0.56)),
  marginLeft: 52,
  marginTop: 42,
  marginRight: 16,
  marginBottom: 40,
  style: { fontSize: '12px' },
});

function epochAxis(training: TrainingSummary): Plot.ScaleOptions {
  // Epochs come in order.
  const { history, bestEpoch } = training;
  const first = Math.min(history[0]?.epoch ?? bestEpoch, bestEpoch);
  const last = Math.max(history.at(-1)?.epoch ?? bestEpoch, bestEpoch);
  const whole = (value: number): string => (Number.isInteger(value) ? String(value) : '');
  return {
    label: 'epoch',
    domain: first === last ? [first - 1, last + 1] : [first, last],
    ticks: 6,
    tickFormat: whole,
  };
}

/** The label flips to the left of the line in the right half, so that it never leaves the frame. */
function bestEpochMarks(training: TrainingSummary): Plot.Markish[] {
  const last = training.history.at(-1)?.epoch ?? 0;
  const right = training.bestEpoch > last / 2;
  return [
    Plot.ruleX([training.bestEpoch], { stroke: 'var(--muted)', strokeDasharray: '2 3' }),
    Plot.text([training.bestEpoch], {
      x: (epoch: number) => epoch,
      frameAnchor: 'top',
      textAnchor: right ? 'end' : 'start',
      lineAnchor: 'bottom',
      dx: right ? 4 : -4,
      dy: -5,
      text: () => `kept: epoch ${training.bestEpoch}`,
      fill: 'var(--muted)',
    }),
  ];
}

function historyTable(training: TrainingSummary, caption: string): SafeHtml {
  const { history } = training;
  const bestIndex = history.findIndex((record) => record.epoch === training.bestEpoch);
  const shown = thinRows(history.length, tableRows, [bestIndex]);
  const note = thinningNote(shown.length, history.length, 'epochs');
  return table(
    note === undefined ? caption : `${caption} (${note.replace(/\.$/, '')})`,
    [
      { name: 'Epoch', numeric: true },
      { name: 'Training loss', numeric: true },
      { name: 'Validation loss', numeric: true },
      { name: `Validation ${training.metric}`, numeric: true },
      { name: 'Learning rate', numeric: true },
      { name: 'Time', numeric: true },
    ],
    shown.map((index) => {
      const record = history[index]!;
      const kept = record.epoch === training.bestEpoch ? ' (kept)' : '';
      return [
        `${record.epoch}${kept}`,
        formatNumber(record.loss),
        formatNumber(record.validationLoss),
        formatScore(record.validationMetric, training.metricFormat),
        formatNumber(record.learningRate),
        formatDuration(record.seconds),
      ];
    }),
    { showCaption: note !== undefined },
  );
}
