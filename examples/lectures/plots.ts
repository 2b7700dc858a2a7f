/** The plots that most experiments need. Others call `plotSvg` of scripts/plotSvg.mjs with options of Observable Plot. */
import * as Plot from '@observablehq/plot';
import { colors, plotSvg } from '../../scripts/plotSvg.mjs';

/** A curve: a value for each epoch, from 1 on. */
export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
}

/** Draw curves over epochs. The values of `published` of the same name stand behind them as circles. */
export function curvesSvg(
  title: string,
  curves: readonly Curve[],
  {
    published = [],
    y,
    x = 'epoch',
    log = false,
  }: {
    readonly published?: readonly Curve[];
    readonly y: string;
    readonly x?: string;
    readonly log?: boolean;
  },
): string {
  const points = ({ values }: Curve) => values.map((value, i) => ({ x: i + 1, y: value }));
  const color = ({ name }: Curve) => colors[curves.findIndex((curve) => curve.name === name) % colors.length];
  const options: Plot.PlotOptions = {
    marginLeft: 52,
    marginRight: 16,
    marginBottom: 38,
    x: { label: `${x} →` },
    y: { label: `↑ ${y}`, grid: true, type: log ? 'log' : 'linear' },
    marks: [
      ...published.map((curve) => Plot.dot(points(curve), { x: 'x', y: 'y', stroke: color(curve), r: 3.5 })),
      ...curves.map((curve) =>
        Plot.line(points(curve), { x: 'x', y: 'y', stroke: color(curve), strokeWidth: 1.5 }),
      ),
    ],
  };
  const legend = curves.length > 1 || published.length > 0 ? { legend: curves.map(({ name }) => name) } : {};
  const note = published.length > 0 ? { note: 'circles: published' } : {};
  return plotSvg(title, [{ options }], { width: 640, height: 360, ...legend, ...note });
}

/** Draw what classifiers of the plane answer: a probability from 0 to 1 over a grid, and the points of two classes. */
export async function regionsSvg(
  title: string,
  { x, y }: { readonly x: readonly (readonly [number, number])[]; readonly y: readonly number[] },
  classifiers: readonly {
    readonly heading: string;
    readonly predict: (grid: readonly (readonly number[])[]) => Promise<readonly number[]>;
  }[],
): Promise<string> {
  const cells = 60;
  const range = (axis: 0 | 1): readonly [number, number] => {
    const values = x.map((point) => point[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [low - 0.05 * (high - low), high + 0.05 * (high - low)];
  };
  const [[left, right], [bottom, top]] = [range(0), range(1)];
  const [width, height] = [(right - left) / cells, (top - bottom) / cells];
  const grid = Array.from({ length: cells * cells }, (_, i) => [
    left + ((i % cells) + 0.5) * width,
    bottom + (Math.floor(i / cells) + 0.5) * height,
  ]);
  const plots = await Promise.all(
    classifiers.map(async ({ heading, predict }) => {
      const answers = await predict(grid);
      const options: Plot.PlotOptions = {
        marginLeft: 36,
        x: { domain: [left, right], label: null },
        y: { domain: [bottom, top], label: null },
        color: { type: 'linear', domain: [0, 1], range: ['#9cc3ee', '#f7b793'] },
        marks: [
          Plot.contour(answers, {
            width: cells,
            height: cells,
            x1: left,
            x2: right,
            y1: bottom,
            y2: top,
            fill: Plot.identity,
            thresholds: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
          }),
          Plot.contour(answers, {
            width: cells,
            height: cells,
            x1: left,
            x2: right,
            y1: bottom,
            y2: top,
            stroke: '#475569',
            thresholds: [0.5],
          }),
          Plot.dot(x, { x: '0', y: '1', fill: (_, i) => colors[y[i]], r: 2 }),
        ],
      };
      return { heading, options };
    }),
  );
  return plotSvg(title, plots, { columns: plots.length, width: 340, height: 320 });
}

/** A picture of grey values, 0 black to 1 white, row after row. */
export interface Picture {
  readonly width: number;
  readonly values: ArrayLike<number>;
  readonly caption?: string;
}

/** Draw pictures in rows; each row has a heading. */
export function picturesSvg(
  title: string,
  rows: readonly { readonly heading: string; readonly pictures: readonly Picture[] }[],
): string {
  const cell = 64;
  const perRow = Math.max(...rows.map(({ pictures }) => pictures.length));
  const pixels = (picture: Picture) =>
    Array.from(picture.values, (value, i) => ({
      x: i % picture.width,
      y: Math.floor(i / picture.width),
      value: Math.min(1, Math.max(0, value)),
    })).filter(({ value }) => value >= 1 / 32);
  const plots = rows.flatMap(({ heading, pictures }) =>
    Array.from({ length: perRow }, (_, i) => {
      const picture = pictures[i];
      const width = picture?.width ?? 1;
      const options: Plot.PlotOptions = {
        margin: 2,
        axis: null,
        x: { domain: [0, width] },
        y: { domain: [width, 0] },
        marks:
          picture === undefined
            ? []
            : [
                Plot.rect([0], { x1: 0, x2: width, y1: 0, y2: width, fill: '#000000' }),
                Plot.rect(pixels(picture), {
                  x1: 'x',
                  x2: ({ x }: { x: number }) => x + 1,
                  y1: 'y',
                  y2: ({ y }: { y: number }) => y + 1,
                  fill: ({ value }: { value: number }) => grey(value),
                  shapeRendering: 'crispEdges',
                }),
              ],
      };
      const text = picture?.caption ?? (i === 0 ? heading : undefined);
      return text === undefined ? { options } : { options, heading: text };
    }),
  );
  return plotSvg(title, plots, { columns: perRow, width: cell, height: cell });
}

const grey = (value: number): string => {
  const level = Math.round(value * 31) * 8;
  return `rgb(${level},${level},${level})`;
};
