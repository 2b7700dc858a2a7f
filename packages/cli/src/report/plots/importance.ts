import * as Plot from '@observablehq/plot';
import { formatQuantity } from '../../format/number.ts';
import { figure, table } from '../figure.ts';
import type { SafeHtml } from '../html.ts';
import { plotSvg } from '../plotSvg.ts';
import type { ImportanceSummary } from '../reportData.ts';
import { joinNames, leftMargin, shorten, tickLabel } from '../text.ts';
import { formatScore } from '../verdict.ts';

const barLimit = 20;

type Column = ImportanceSummary['columns'][number];

/** A fall of a percentage is told in percentage points. */
const formatFall = (fall: number, format: 'percent' | 'number'): string =>
  formatScore(fall, format).replace(
    /%$/,
    Math.abs(fall) === 0.01 ? ' percentage point' : ' percentage points',
  );

/** Draw how much the score falls when each column is shuffled, with one standard deviation either side. */
export function importanceFigure(importance: ImportanceSummary): SafeHtml {
  const ranked = [...importance.columns].sort((left, right) => right.meanDrop - left.meanDrop);
  const shown = ranked.slice(0, barLimit);
  const clear = ranked.filter(
    (column) => column.meanDrop > 2 * column.standardDeviation && column.meanDrop > 0,
  );
  const fall = (column: Column): string =>
    `${column.column} (by ${formatFall(column.meanDrop, importance.format)})`;
  const message =
    clear.length === 0
      ? `Shuffling any one column hardly changes the ${importance.metric}.`
      : `The ${importance.metric} falls most when ${joinNames(clear.slice(0, 2).map(fall))} ${clear.length === 1 ? 'is' : 'are'} shuffled${clear.length > 1 ? ', one at a time' : ''}.`;
  const hidden = ranked.length - shown.length;
  return figure({
    id: 'importance-bars',
    title: 'Permutation importance',
    message,
    full: true,
    legend: [
      {
        label: `mean fall over ${formatQuantity(importance.repeats, 'shuffle')}`,
        color: 'var(--series-1)',
        shape: 'square',
      },
      { label: 'one standard deviation either side', color: 'var(--ink)', shape: 'line' },
    ],
    note: `Measured on the ${importance.measuredOn}. A column that repeats another looks less important than it is.${hidden > 0 ? ` The ${shown.length} largest of ${ranked.length} columns are drawn; the table has all.` : ''}`,
    draw: (width, className) => draw(importance, shown, width, className, message),
    table: table(
      'Permutation importance',
      [
        { name: 'Column' },
        { name: `Mean fall of ${importance.metric}`, numeric: true },
        { name: 'Standard deviation', numeric: true },
      ],
      ranked.map((column) => [
        column.column,
        formatScore(column.meanDrop, importance.format),
        formatScore(column.standardDeviation, importance.format),
      ]),
    ),
  });
}

function draw(
  importance: ImportanceSummary,
  shown: readonly Column[],
  width: number,
  className: string,
  message: string,
): SafeHtml {
  const labels = shown.map((column) => shorten(column.column, width < 400 ? 14 : 30));
  const names = shown.map((_, index) => `n${index}`);
  const rows = shown.map((column, index) => ({
    name: names[index]!,
    drop: column.meanDrop,
    low: column.meanDrop - column.standardDeviation,
    high: column.meanDrop + column.standardDeviation,
  }));
  const ends = rows.flatMap((row) => [row.low, row.high, 0]);
  return plotSvg(message, className, {
    width,
    height: 50 + 28 * shown.length,
    marginLeft: leftMargin(labels),
    marginRight: 20,
    marginTop: 6,
    marginBottom: 42,
    style: { fontSize: '13px' },
    x: {
      label: `fall of ${importance.metric}`,
      grid: true,
      nice: true,
      domain: [Math.min(...ends), Math.max(...ends, 1e-9)],
      ticks: width < 400 ? 4 : 7,
      tickFormat: tickLabel(importance.format),
    },
    y: {
      label: null,
      domain: names,
      tickSize: 0,
      padding: 0.3,
      tickFormat: (name: string) => labels[Number(name.slice(1))] ?? '',
    },
    marks: [
      Plot.barX(rows, { x: 'drop', y: 'name', fill: 'var(--series-1)', rx: 2 }),
      Plot.link(rows, { x1: 'low', x2: 'high', y: 'name', stroke: 'var(--ink)', strokeWidth: 1.5 }),
      Plot.tickX(rows, {
        x: 'low',
        y: 'name',
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
        insetTop: 5,
        insetBottom: 5,
      }),
      Plot.tickX(rows, {
        x: 'high',
        y: 'name',
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
        insetTop: 5,
        insetBottom: 5,
      }),
      Plot.ruleX([0], { stroke: 'var(--ink)' }),
    ],
  });
}
