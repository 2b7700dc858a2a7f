import * as Plot from '@observablehq/plot';
import { formatCount, formatPercent, formatQuantity } from '../../format/number.ts';
import { confusions, lumpClasses } from '../classMeasures.ts';
import { figure, table } from '../figure.ts';
import type { SafeHtml } from '../html.ts';
import { plotSvg } from '../plotSvg.ts';
import type { ConfusionMatrix } from '../reportData.ts';
import { leftMargin, shorten } from '../text.ts';

const classLimit = 20;
/** A narrow screen has room for fewer. */
const narrowClassLimit = 10;

interface Cell {
  readonly row: string;
  readonly column: string;
  readonly count: number;
  /** Share of the actual class's rows. */
  readonly share: number;
  /** `mixed`: the corner of lumped classes, where right and wrong cannot be told apart. */
  readonly kind: 'right' | 'wrong' | 'mixed';
}

const fills = { right: 'var(--heat-right)', wrong: 'var(--heat-wrong)', mixed: 'var(--heat-mixed)' } as const;

const rowSizes = (counts: readonly (readonly number[])[]): number[] =>
  counts.map((row) => row.reduce((sum, count) => sum + count, 0));

/** Draw the confusion matrix of the test rows as a heat map of row shares with the counts in it. */
export function confusionFigure(matrix: ConfusionMatrix): SafeHtml {
  const shown = lumpClasses(matrix, classLimit);
  const total = matrix.counts.flat().reduce((sum, count) => sum + count, 0);
  const worst = confusions(matrix);
  const wrong = worst.reduce((sum, confusion) => sum + confusion.count, 0);
  const message =
    worst.length === 0
      ? `All ${formatCount(total)} test rows are on the diagonal: none was mistaken.`
      : `${formatCount(wrong)} of ${formatQuantity(total, 'test row')} ${wrong === 1 ? 'is' : 'are'} off the diagonal; most often ${worst[0]!.actual} was taken for ${worst[0]!.predicted} (${formatCount(worst[0]!.count)}).`;
  const sizes = rowSizes(shown.counts);
  return figure({
    id: 'confusion-matrix',
    title: 'Confusion matrix',
    message,
    full: shown.classes.length > 6,
    legend: [
      { label: 'right', color: 'var(--heat-right)', shape: 'square' },
      { label: 'wrong', color: 'var(--heat-wrong)', shape: 'square' },
    ],
    note: `Numbers count test rows; the stronger the colour, the larger the share of the actual class.${lumpingNote(matrix.classes.length)}`,
    draw: (width, className) => draw(matrix, width, className, message),
    table: table(
      'Confusion matrix: counts, and the share of the actual class',
      [
        { name: 'Actual ↓ predicted →' },
        ...shown.classes.map((name) => ({ name: shorten(name, 40), numeric: true })),
        { name: 'All', numeric: true },
      ],
      shown.counts.map((row, index) => [
        shorten(shown.classes[index]!, 40),
        ...row.map((count) =>
          count === 0 ? '0' : `${formatCount(count)} (${formatPercent(count / sizes[index]!)})`,
        ),
        formatCount(sizes[index]!),
      ]),
    ),
  });
}

function lumpingNote(classes: number): string {
  if (classes <= narrowClassLimit) return '';
  const where = classes <= classLimit ? ' On a narrow screen the' : ' The';
  return `${where} most frequent classes stand alone; the last row and column lump the rest, and their corner counts right and wrong alike.`;
}

function draw(matrix: ConfusionMatrix, width: number, className: string, message: string): SafeHtml {
  const narrow = width < 400;
  const { classes, counts } = lumpClasses(matrix, narrow ? narrowClassLimit : classLimit);
  const lumped = classes.length < matrix.classes.length;
  const sizes = rowSizes(counts);
  const names = classes.map((_, index) => `n${index}`);
  const labels = classes.map((name) => shorten(name, narrow ? 9 : 18));
  const label = (name: string): string => labels[Number(name.slice(1))] ?? '';
  const cells: Cell[] = counts.flatMap((row, from) =>
    row.map((count, to) => ({
      row: names[from]!,
      column: names[to]!,
      count,
      share: sizes[from] === 0 ? 0 : count / sizes[from]!,
      kind: from !== to ? 'wrong' : lumped && from === classes.length - 1 ? 'mixed' : 'right',
    })),
  );
  const left = leftMargin(labels) + 18;
  const longest = Math.max(...labels.map((text) => text.length));
  const cellWidth = (right: number): number =>
    Math.min(narrow ? 84 : 96, (width - left - right) / classes.length);
  const tilted = longest * 7.2 > cellWidth(8) - 4;
  // A tilted label leans out over the last column.
  const cell = cellWidth(tilted ? 32 : 8);
  const top = tilted ? Math.round(longest * 5 + 46) : 50;
  const height = Math.round(Math.max(cell * 0.62, Math.min(cell, 26)) * classes.length) + top + 6;
  const roomForShare = cell >= 54;
  const size = cell >= 40 ? 14 : cell >= 26 ? 11 : 8.5;
  return plotSvg(message, className, {
    width,
    height,
    marginLeft: left,
    marginTop: top,
    marginBottom: 6,
    marginRight: Math.max(8, width - left - cell * classes.length),
    style: { fontSize: '13px' },
    x: {
      axis: 'top',
      domain: names,
      label: null,
      tickSize: 0,
      tickFormat: label,
      tickRotate: tilted ? -40 : 0,
      padding: 0.04,
    },
    y: { domain: names, label: null, tickSize: 0, tickFormat: label, padding: 0.06 },
    color: { type: 'identity' },
    marks: [
      axisName('predicted →', 0, 12 - top),
      axisName('actual ↓', 4 - left, tilted ? -14 : -16),
      Plot.cell(cells, {
        x: 'column',
        y: 'row',
        fill: (entry: Cell) => fills[entry.kind],
        // A single mistake in a large class must still be seen.
        fillOpacity: (entry: Cell) => (entry.count === 0 ? 0 : 0.15 + 0.85 * entry.share),
        stroke: 'var(--rule)',
        rx: 3,
      }),
      countText(
        cells.filter((entry) => entry.count > 0),
        { fill: 'var(--ink)', fontSize: size, dy: roomForShare ? -8 : 0 },
      ),
      countText(
        cells.filter((entry) => entry.count === 0),
        { fill: 'var(--muted)', fontSize: size },
      ),
      Plot.text(roomForShare ? cells.filter((entry) => entry.count > 0) : [], {
        x: 'column',
        y: 'row',
        text: (entry: Cell) => formatPercent(entry.share),
        fill: 'var(--ink)',
        fontSize: 11,
        dy: 9,
      }),
    ],
    opacity: { type: 'identity' },
  });
}

/** Stands in the margin, in a corner of its own: the two names of a matrix with few classes would meet elsewhere. */
const axisName = (name: string, dx: number, dy: number): Plot.Markish =>
  Plot.text([name], {
    frameAnchor: 'top-left',
    textAnchor: 'start',
    dx,
    dy,
    text: (text: string) => text,
    fill: 'var(--muted)',
  });

const countText = (cells: readonly Cell[], options: Plot.TextOptions): Plot.Markish =>
  Plot.text(cells, {
    x: 'column',
    y: 'row',
    text: (entry: Cell) => formatCount(entry.count),
    fontWeight: 600,
    ...options,
  });
