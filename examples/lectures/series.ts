/**
 * Deck 002's question about a time series: conventional models, linear (AR) and polynomial, or a network? All three
 * predict the next value from values before it; the network is a nonlinear autoregression.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { adam, dense, earlyStopping, type FitOptions, type Model, sequential } from 'gradus';
import { lagMatrix } from 'gradus/data';
import { LinearRegression } from 'gradus/estimators';
import { meanSquaredError } from 'gradus/metrics';
import { colors, plotSvg } from '../../scripts/plotSvg.mjs';
import { atMost, type Experiment, type Figure, stated } from './experiment.ts';

/** A series, and how it is looked at. */
interface Series {
  readonly file: string;
  readonly name: string;
  readonly unit: string;
  readonly lags: number | readonly number[];
  /** Steps that are forecast without looking. */
  readonly horizon: number;
  /** The naive forecast repeats the value of so many steps ago. */
  readonly season: number;
  /** What the models see: its values, their roots (the larger, the wilder), or the changes of their logarithms. */
  readonly view: 'values' | 'roots' | 'growth';
}

const allSeries: readonly Series[] = [
  { file: 'monthly-sunspots', name: 'sunspots', unit: '', lags: 24, horizon: 24, season: 1, view: 'roots' },
  {
    file: 'airline-passengers',
    name: 'passengers',
    unit: 'thousand',
    lags: [1, 2, 11, 12, 13],
    horizon: 12,
    season: 12,
    view: 'growth',
  },
  {
    file: 'daily-min-temperatures',
    name: 'temperatures',
    unit: '°C',
    lags: 10,
    horizon: 7,
    season: 1,
    view: 'values',
  },
];

/** Predicts the next value from its features; both in the scale of the training. */
type NextValue = (features: readonly number[]) => number;

/** Features and, a column wide, targets. */
interface Rows {
  readonly x: readonly number[][];
  readonly y: readonly number[][];
}

const HIDDEN = 16;

/** The parts of a series in the order of time: 60 % to learn from, 20 % to stop by, 20 % to test on. */
interface Parts {
  readonly values: readonly number[];
  /** Where the validation begins, and where the test. */
  readonly validation: number;
  readonly test: number;
}

function readSeries(data: string, file: string): Parts {
  const lines = readFileSync(join(data, 'timeseries', `${file}.csv`), 'utf8')
    .trim()
    .split('\n');
  const values = lines.slice(1).map((line) => Number(line.split(',')[1]));
  return { values, validation: Math.floor(0.6 * values.length), test: Math.floor(0.8 * values.length) };
}

const averageOf = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

/** The view of a series that the models have: what is predicted, scaled by what lies before the test. */
class View {
  readonly lags: readonly number[];
  readonly scaled: readonly number[];
  readonly #series: Series;
  readonly #levels: readonly number[];
  readonly #mean: number;
  readonly #deviation: number;

  constructor(series: Series, { values, test }: Parts) {
    const { lags, view } = series;
    this.#series = series;
    this.lags = typeof lags === 'number' ? Array.from({ length: lags }, (_, i) => i + 1) : lags;
    this.#levels = values.map({ values: (value: number) => value, roots: Math.sqrt, growth: Math.log }[view]);
    // A change belongs to the step that it leads to; the first one is not known.
    const changes = this.#levels.map((level, k) => (k === 0 ? 0 : level - this.#levels[k - 1]));
    const seen = view === 'growth' ? changes : this.#levels;
    const known = seen.slice(0, test);
    this.#mean = averageOf(known);
    this.#deviation = Math.sqrt(averageOf(known.map((value) => (value - this.#mean) ** 2)));
    this.scaled = seen.map((value) => (value - this.#mean) / this.#deviation);
  }

  /** The values that follow step `from`, each predicted from what was forecast before it, or from what was measured. */
  forecast(next: NextValue, from: number, steps: number, looking: boolean): number[] {
    const { view } = this.#series;
    const scaled = [...this.scaled.slice(0, from)];
    let level = this.#levels[from - 1];
    return Array.from({ length: steps }, (_, i) => {
      const k = from + i;
      const predicted = next(this.lags.map((lag) => scaled[k - lag]));
      scaled.push(looking ? this.scaled[k] : predicted);
      const own = this.#mean + this.#deviation * predicted;
      const reached = view === 'growth' ? level + own : own;
      level = looking ? this.#levels[k] : reached;
      if (view === 'values') return reached;
      return view === 'growth' ? Math.exp(reached) : Math.max(0, reached) ** 2;
    });
  }
}

/** All products of two features, and the features themselves. */
const secondOrder = (features: readonly number[]): number[] => [
  ...features,
  ...features.flatMap((a, i) => features.slice(i).map((b) => a * b)),
];

function learnLinear({ x, y }: Rows, expand: (row: readonly number[]) => number[]): NextValue {
  const { weights, bias } = new LinearRegression({ penalty: 1e-3 }).fit(
    x.map(expand),
    y.map(([value]) => value),
  );
  return (features) => expand(features).reduce((sum, value, i) => sum + weights[i] * value, bias);
}

/**
 * A network learns the change from the last value, where what it sees is no change already: beyond the values that it
 * was trained on a sigmoid stands still, and the last value does not. How long to train is found out on the validation
 * part; then it is trained on both parts for so long.
 */
async function learnNetwork(
  { learn, validation, both }: Readonly<Record<'learn' | 'validation' | 'both', Rows>>,
  fromLast: boolean,
  seed: number,
): Promise<NextValue> {
  const changes = ({ x, y }: Rows): Rows => ({
    x,
    y: fromLast ? y.map(([value], i) => [value - x[i][0]]) : y,
  });
  const train = async (
    rows: Rows,
    options: Partial<FitOptions>,
  ): Promise<{ model: Model; epochs: number }> => {
    const model = sequential([dense(HIDDEN, { activation: 'sigmoid' }), dense(1)]);
    const { bestEpoch } = await model.fit(changes(rows), {
      loss: 'meanSquaredError',
      optimizer: adam({ learningRate: 3e-3 }),
      batchSize: 32,
      seed,
      numerics: 'portable',
      ...options,
    });
    return { model, epochs: bestEpoch };
  };
  const { epochs } = await train(learn, {
    epochs: 400,
    validation: changes(validation),
    callbacks: [earlyStopping({ patience: 40 })],
  });
  const { model } = await train(both, { epochs });
  const predictor = await model.predictor();
  return (features) => (fromLast ? features[0] : 0) + predictor.predict(features)[0];
}

/** One way to forecast, with its root mean squared errors. */
interface Forecast {
  readonly name: string;
  /** Error of the next value, all before it known. */
  readonly oneStep: number;
  /** Error over whole horizons, forecast one after another from the beginning of the test, without looking. */
  readonly free: number;
  /** Those horizons. */
  readonly values: readonly number[];
}

async function forecastAll(
  series: Series,
  parts: Parts,
  seeds: readonly number[],
): Promise<readonly Forecast[]> {
  const { values, validation, test } = parts;
  const { horizon, season } = series;
  const view = new View(series, parts);
  const { x, y, first } = lagMatrix(view.scaled.slice(series.view === 'growth' ? 1 : 0), { lags: view.lags });
  const firstStep = first + (series.view === 'growth' ? 1 : 0);
  const rowsBetween = (from: number, to: number): Rows => {
    const chosen = Array.from({ length: to - from }, (_, i) => from + i - firstStep);
    return {
      x: chosen.map((row) => [...x.values.subarray(row * x.width, (row + 1) * x.width)]),
      y: chosen.map((row) => [y[row]]),
    };
  };
  const both = rowsBetween(firstStep, test);
  const rootOf = (truth: readonly number[], predicted: readonly number[]): number =>
    Math.sqrt(meanSquaredError(truth, predicted));
  const origins: number[] = [];
  for (let origin = test; origin + horizon <= values.length; origin += horizon) origins.push(origin);
  const judged = (
    name: string,
    ahead: (from: number, steps: number, looking: boolean) => number[],
  ): Forecast => ({
    name,
    oneStep: rootOf(values.slice(test), ahead(test, values.length - test, true)),
    free: rootOf(
      origins.flatMap((origin) => values.slice(origin, origin + horizon)),
      origins.flatMap((origin) => ahead(origin, horizon, false)),
    ),
    values: origins.flatMap((origin) => ahead(origin, horizon, false)),
  });
  const byModel = (name: string, next: NextValue): Forecast =>
    judged(name, (from, steps, looking) => view.forecast(next, from, steps, looking));
  const networks = [];
  for (const seed of seeds) {
    const known = {
      learn: rowsBetween(firstStep, validation),
      validation: rowsBetween(validation, test),
      both,
    };
    networks.push(byModel('network', await learnNetwork(known, series.view !== 'growth', seed)));
  }
  return [
    judged('naive', (from, steps, looking) =>
      Array.from({ length: steps }, (_, i) => values[(looking ? from + i : from + (i % season)) - season]),
    ),
    byModel(
      'AR',
      learnLinear(both, (row) => [...row]),
    ),
    byModel('polynomial', learnLinear(both, secondOrder)),
    {
      name: 'network',
      oneStep: averageOf(networks.map(({ oneStep }) => oneStep)),
      free: averageOf(networks.map(({ free }) => free)),
      values: networks[0].values,
    },
  ];
}

/** Draw the last horizons of the test. */
function forecastsSvg(
  all: readonly { readonly series: Series; readonly parts: Parts; readonly forecasts: readonly Forecast[] }[],
): string {
  const shown = ['AR', 'polynomial', 'network'];
  const plots = all.map(({ series, parts, forecasts }) => {
    const { horizon, name, unit } = series;
    const whole = forecasts[0].values.length;
    const from = Math.max(0, whole - 8 * horizon);
    const line = (values: readonly number[], stroke: string, width: number) => {
      const points = values.slice(from, whole).map((value, i) => ({
        step: parts.test + from + i,
        value,
        origin: Math.floor((from + i) / horizon),
      }));
      return Plot.line(points, { x: 'step', y: 'value', z: 'origin', stroke, strokeWidth: width });
    };
    const options: Plot.PlotOptions = {
      marginLeft: 46,
      x: { label: 'step →', tickFormat: 'd' },
      y: { label: unit === '' ? null : `↑ ${unit}`, grid: true },
      marks: [
        Plot.line(
          parts.values
            .slice(parts.test + from, parts.test + whole)
            .map((value, i) => ({ step: parts.test + from + i, value })),
          { x: 'step', y: 'value', stroke: '#94a3b8', strokeWidth: 3 },
        ),
        ...forecasts.flatMap((forecast) => {
          const place = shown.indexOf(forecast.name);
          return place === -1 ? [] : [line(forecast.values, colors[place], 1.2)];
        }),
      ],
    };
    return { heading: `${name}, ${horizon} steps without looking`, options };
  });
  return plotSvg('Forecasts of the last years, beside what came (grey)', plots, {
    width: 720,
    height: 240,
    legend: shown,
  });
}

export const experiment: Experiment = {
  name: 'series',
  deck: 'deck 002',
  title: 'Time series: AR, polynomial, or a network',
  needs: allSeries.map(({ file }) => `timeseries/${file}.csv`),
  minutes: 0.3,
  about:
    'Monthly sunspots (roots of the values, 24 lags), airline passengers (changes of the logarithm, lags 1, 2, 11, 12, 13) and daily minimum temperatures (10 lags). The last fifth is the test, seen once. AR and the polynomial of second order are least squares on the first four fifths, with a penalty of 0.001; the network has 16 sigmoid units and trains on the same rows, for as many epochs as did best on the fourth fifth after training on three. The naive forecast repeats the last value, or that of a year before for passengers. Root mean squared errors: of the next value, and over horizons of 24 months, 12 months and 7 days in which a forecast is fed back. The deck asks the question and prints no figures.',
  async run({ data, seeds, progress, plot }) {
    const figures: Figure[] = [];
    const all = [];
    for (const series of allSeries) {
      progress(series.name);
      const parts = readSeries(data, series.file);
      const forecasts = await forecastAll(series, parts, seeds);
      all.push({ series, parts, forecasts });
      const options = { digits: 2, unit: series.unit };
      const [naive] = forecasts;
      for (const { name, oneStep, free } of forecasts) {
        const isNetwork = name === 'network';
        const figure = (what: string, own: number, bound: number): Figure =>
          isNetwork
            ? atMost(`${what}; the bound is the naive error`, own, Number(bound.toFixed(2)), options)
            : stated(what, own, options);
        figures.push(
          figure(`${series.name}, ${name}: next value`, oneStep, naive.oneStep),
          figure(`${series.name}, ${name}: ${series.horizon} steps`, free, naive.free),
        );
      }
    }
    plot(
      'forecasts',
      forecastsSvg(all),
      'From the beginning of each piece on, a model sees its own forecasts only. Network: the first seed.',
    );
    return figures;
  },
};
