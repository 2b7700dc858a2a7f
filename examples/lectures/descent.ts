/**
 * Steepest descent and its successors on the surfaces of deck 001: their gradients, their critical points told apart by
 * the eigenvalues of the Hessian, and the path of every optimizer over the contours.
 */
import * as Plot from '@observablehq/plot';
import { adadelta, adagrad, adam, adamW, lbfgs, nadam, type Optimizer, rmsProp, sgd } from 'gradus';
import {
  add,
  constant,
  criticalPoint,
  type DescentPath,
  evaluate,
  exp,
  grad,
  minimize,
  multiply,
  pow,
  square,
  subtract,
  type Tensor,
} from 'gradus/tensor';
import { colors, INK, plotSvg } from '../../scripts/plotSvg.mjs';
import { atMost, type Experiment, exactly, type Figure, near } from './experiment.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A function of two numbers, with all that is known about it in closed form. */
interface Surface {
  readonly name: string;
  readonly f: (at: { readonly x: Tensor; readonly y: Tensor }) => Tensor;
  readonly start: Place;
  /** Half the width of what is drawn. */
  readonly reach: number;
  readonly contours: readonly number[];
  readonly critical: readonly (Place & {
    readonly kind: 'minimum' | 'maximum' | 'saddle' | 'degenerate';
    readonly value: number;
    readonly eigenvalues: readonly [number, number];
  })[];
  /** The minimum that the descents lead to; undefined where there is none. */
  readonly end: Place | undefined;
}

const PEAK = Math.exp(-1);
const range = (least: number, most: number, step: number): number[] =>
  Array.from({ length: Math.round((most - least) / step) + 1 }, (_, i) => least + i * step);

const surfaces: readonly Surface[] = [
  {
    name: '3x³ + 10y²',
    f: ({ x, y }) => add(multiply(3, pow(x, 3)), multiply(10, square(y))),
    start: { x: 1, y: 4 },
    reach: 4.2,
    contours: [-100, -50, -20, -5, 0, 5, 20, 50, 100, 150, 200, 300],
    critical: [{ x: 0, y: 0, kind: 'degenerate', value: 0, eigenvalues: [0, 20] }],
    end: undefined,
  },
  {
    name: '2x³ − 6xy + 3y²',
    f: ({ x, y }) =>
      add(subtract(multiply(2, pow(x, 3)), multiply(6, multiply(x, y))), multiply(3, square(y))),
    start: { x: 0.2, y: 0.25 },
    reach: 2,
    contours: [-30, -10, -5, -2, -0.9, -0.5, 0, 1, 3, 6, 10, 20, 40],
    critical: [
      { x: 0, y: 0, kind: 'saddle', value: 0, eigenvalues: [3 - 3 * Math.sqrt(5), 3 + 3 * Math.sqrt(5)] },
      { x: 1, y: 1, kind: 'minimum', value: -1, eigenvalues: [9 - 3 * Math.sqrt(5), 9 + 3 * Math.sqrt(5)] },
    ],
    end: { x: 1, y: 1 },
  },
  {
    name: 'xy·exp(−(x² + y²)/2)',
    f: ({ x, y }) => multiply(multiply(x, y), exp(multiply(-0.5, add(square(x), square(y))))),
    start: { x: 0.6, y: 0.4 },
    reach: 2,
    contours: range(-0.35, 0.35, 0.05),
    critical: [
      { x: 0, y: 0, kind: 'saddle', value: 0, eigenvalues: [-1, 1] },
      { x: 1, y: 1, kind: 'maximum', value: PEAK, eigenvalues: [-2 * PEAK, -2 * PEAK] },
      { x: -1, y: -1, kind: 'maximum', value: PEAK, eigenvalues: [-2 * PEAK, -2 * PEAK] },
      { x: 1, y: -1, kind: 'minimum', value: -PEAK, eigenvalues: [2 * PEAK, 2 * PEAK] },
      { x: -1, y: 1, kind: 'minimum', value: -PEAK, eigenvalues: [2 * PEAK, 2 * PEAK] },
    ],
    end: { x: 1, y: -1 },
  },
];

/** Every optimizer with a rate at which its path can be told from the others. */
const optimizers: readonly (readonly [string, Optimizer])[] = [
  ['steepest', sgd({ learningRate: 0.03 })],
  ['momentum', sgd({ learningRate: 0.03, momentum: 0.8 })],
  ['Nesterov', sgd({ learningRate: 0.03, momentum: 0.8, nesterov: true })],
  ['Adagrad', adagrad({ learningRate: 0.4 })],
  ['RMSProp', rmsProp({ learningRate: 0.02 })],
  ['Adadelta', adadelta({ learningRate: 0.1, epsilon: 1e-4 })],
  ['Adam', adam({ learningRate: 0.05 })],
  ['AdamW', adamW({ learningRate: 0.05, weightDecay: 1e-3 })],
  ['Nadam', nadam({ learningRate: 0.05 })],
  ['L-BFGS', lbfgs()],
];
const STEPS = 500;

/** How near all must come to the minimum. RMSProp circles it within half a step; AdamW's decay keeps a little off it. */
const BOUND = 0.01;

export const experiment: Experiment = {
  name: 'descent',
  deck: 'deck 001',
  title: 'Descents on three surfaces',
  needs: [],
  minutes: 0.1,
  about:
    'The gradient of 3x³ + 10y² at (1, 4) is (9, 80); the deck prints (9, 30). The surface has no minimum: where it is level, at (0, 0), one eigenvalue of the Hessian is 0, and descents slow down without end. ' +
    `The others have minima, which every optimizer reaches within ${STEPS} steps, L-BFGS within a dozen; the paths are those of \`minimize\`, whose steps are the steps of training.`,
  run({ progress, plot }) {
    const figures: Figure[] = [];
    const { x, y } = grad(surfaces[0].f)({ x: 1, y: 4 });
    figures.push(
      exactly('∂/∂x of 3x³ + 10y² at (1, 4)', x, 9),
      exactly('∂/∂y of 3x³ + 10y² at (1, 4)', y, 80),
    );
    const plots = surfaces.map((surface) => {
      progress(surface.name);
      figures.push(...criticalFigures(surface));
      const paths = optimizers.map(([name, optimizer]) => {
        const path = minimize(surface.f, surface.start, { optimizer, steps: STEPS });
        if (surface.end !== undefined) {
          const last = path.points[path.points.length - 1];
          const distance = Math.sqrt((last.x - surface.end.x) ** 2 + (last.y - surface.end.y) ** 2);
          figures.push(atMost(`${name} on ${surface.name}, distance from the minimum`, distance, BOUND));
        }
        return path;
      });
      return { heading: surface.name, options: contourPlot(surface, paths) };
    });
    plot(
      'paths',
      plotSvg('Descents over the contours of deck 001', plots, {
        columns: 3,
        width: 380,
        height: 360,
        legend: optimizers.map(([name]) => name),
      }),
      `${STEPS} steps of every optimizer from one start. Dots are minima, triangles maxima, crosses saddles; the square is level without being any of them.`,
    );
    return Promise.resolve(figures);
  },
};

/** Values, kinds and eigenvalues at the critical points, beside the closed forms. */
function criticalFigures({ name, f, critical }: Surface): Figure[] {
  const found = critical.map((expected) => ({
    expected,
    ...criticalPoint(f)({ x: expected.x, y: expected.y }),
  }));
  const values = found.map(({ expected: { x, y, kind, value }, ...ours }) =>
    near(`${name}: ${kind} at (${x}, ${y})`, ours.value, value, 1e-14, { digits: 6 }),
  );
  const deviations = found.flatMap(({ expected, eigenvalues }) =>
    eigenvalues.map((value, i) => Math.abs(value - expected.eigenvalues[i])),
  );
  const mistaken = found.filter(({ kind, expected }) => kind !== expected.kind).length;
  return [
    ...values,
    atMost(`${name}: points taken for another kind`, mistaken, 0, { digits: 0 }),
    atMost(`${name}: an eigenvalue’s distance from its closed form`, Math.max(...deviations), 1e-13, {
      digits: 14,
    }),
  ];
}

const symbols = { minimum: 'circle', maximum: 'triangle', saddle: 'times', degenerate: 'square' } as const;
const GRID = 72;

function contourPlot(
  { f, reach, contours, critical }: Surface,
  paths: readonly DescentPath<Place>[],
): Plot.PlotOptions {
  const axis = range(-reach, reach, (2 * reach) / (GRID - 1));
  const heights = evaluate(
    f({ x: constant(axis.flatMap(() => axis)), y: constant(axis.flatMap((y) => axis.map(() => y))) }),
  ) as number[];
  const isInside = ({ x, y }: Place): boolean => Math.abs(x) <= reach && Math.abs(y) <= reach;
  // Steps that nobody could see, at the end of a path, are not drawn.
  const visible = (points: readonly Place[]): Place[] => {
    const kept: Place[] = [];
    for (const { x, y } of points.filter(isInside)) {
      const last = kept[kept.length - 1];
      if (last === undefined || Math.abs(x - last.x) + Math.abs(y - last.y) > reach / 200)
        kept.push({ x, y });
    }
    return kept;
  };
  return {
    marginLeft: 30,
    x: { domain: [-reach, reach], label: null },
    y: { domain: [-reach, reach], label: null },
    color: {
      type: 'linear',
      domain: [contours[0], contours[contours.length - 1]],
      range: ['#dbe4ee', '#8a97a8'],
    },
    marks: [
      Plot.contour(heights, {
        width: GRID,
        height: GRID,
        x1: -reach,
        y1: -reach,
        x2: reach,
        y2: reach,
        thresholds: [...contours],
        stroke: '#94a3b8',
        strokeWidth: 0.7,
      }),
      ...paths.map(({ points }, i) =>
        Plot.line(visible(points), {
          x: 'x',
          y: 'y',
          stroke: colors[i % colors.length],
          strokeWidth: 1.4,
        }),
      ),
      ...critical.map(({ x, y, kind }) =>
        Plot.dot([{ x, y }], { x: 'x', y: 'y', symbol: symbols[kind], stroke: INK, fill: '#ffffff', r: 4 }),
      ),
    ],
  };
}
