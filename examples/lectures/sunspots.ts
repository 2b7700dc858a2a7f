/**
 * A recurrent network predicts the next value of a series: the monthly sunspot numbers, 1749 to 1983. A gated recurrent
 * unit reads 36 months and tells how the next one differs from the last; beside it stand the forecast that nothing
 * changes and a linear one from the same 36 months.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adam, dense, gru, sequential } from 'gradus';
import { LinearRegression } from 'gradus/estimators';
import { atMost, type Experiment, stated } from './experiment.ts';
import { curvesSvg } from './plots.ts';

const MONTHS = 36;
/** Of the series, from its beginning; the rest is for the test. */
const TRAINING_SHARE = 0.8;
/** Of the sunspot numbers, so that they are about 1. */
const SCALE = 50;

/** Every run of months with what follows it. */
interface Windows {
  readonly x: number[][];
  readonly change: number[];
}

function readSeries(data: string): number[] {
  const lines = readFileSync(join(data, 'timeseries', 'monthly-sunspots.csv'), 'utf8')
    .trim()
    .split('\n');
  return lines.slice(1).map((line) => Number(line.split(',')[1]) / SCALE);
}

/** The windows whose next value stands in [from, to). */
function windowsOf(series: readonly number[], from: number, to: number): Windows {
  const targets = Array.from({ length: to - from }, (_, i) => from + i).filter((at) => at >= MONTHS);
  return {
    x: targets.map((at) => series.slice(at - MONTHS, at)),
    change: targets.map((at) => series[at] - series[at - 1]),
  };
}

/** The root of the mean squared error of forecasts, in sunspot numbers. */
const errorOf = (forecasts: ArrayLike<number>, changes: readonly number[]): number =>
  SCALE *
  Math.sqrt(changes.reduce((sum, change, i) => sum + (change - forecasts[i]) ** 2, 0) / changes.length);

/** Train a network and give its forecasts of the test's changes. */
async function recurrentForecasts(train: Windows, test: Windows, seed: number): Promise<Float32Array> {
  const model = sequential([gru(24), dense(1)], { inputShape: [MONTHS, 1] });
  await model.fit(
    { x: train.x, y: train.change },
    {
      loss: 'meanSquaredError',
      optimizer: adam({ learningRate: 0.003 }),
      epochs: 15,
      batchSize: 32,
      seed,
      numerics: 'portable',
    },
  );
  const { values } = await model.predict(test.x);
  return Float32Array.from(values);
}

export const experiment: Experiment = {
  name: 'sunspots',
  deck: 'deck 003',
  title: 'Next month’s sunspots by a gated recurrent unit',
  needs: ['timeseries/monthly-sunspots.csv'],
  minutes: 0.3,
  about:
    'Monthly sunspot numbers, 1749 to 1983; the last fifth is the test, read once. gru(24) over 36 months, Adam 0.003, batches of 32, 15 epochs, mean squared error of the change against the last month. The linear forecast is least squares on the same 36 months.',
  async run({ data, seeds, once, plot, progress }) {
    const series = readSeries(data);
    const split = Math.round(TRAINING_SHARE * series.length);
    const [train, test] = [windowsOf(series, 0, split), windowsOf(series, split, series.length)];
    const persistence = errorOf(new Float64Array(test.change.length), test.change);
    const line = new LinearRegression().fit(train.x, train.change);
    const linear = errorOf(line.predict(test.x), test.change);
    let shown: number[] = [];
    const errors: number[] = [];
    for (const seed of seeds) {
      const forecasts = await once(`seed ${seed}`, async () => [
        ...(await recurrentForecasts(train, test, seed)),
      ]);
      errors.push(errorOf(forecasts, test.change));
      progress(`seed ${seed}: ${errors[errors.length - 1].toFixed(2)}`);
      shown = forecasts;
    }
    const last = test.x.length - 240;
    const truth = test.x.slice(last).map((window, i) => SCALE * (window[MONTHS - 1] + test.change[last + i]));
    const forecast = test.x.slice(last).map((window, i) => SCALE * (window[MONTHS - 1] + shown[last + i]));
    plot(
      'forecast',
      curvesSvg(
        'The last 240 months, and each one forecast from those before it',
        [
          { name: 'sunspots', values: truth },
          { name: 'forecast', values: forecast },
        ],
        { x: 'month', y: 'sunspot number' },
      ),
      'One month ahead the network follows the cycle of eleven years.',
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    return [
      stated('error of “no change”', persistence, { digits: 2 }),
      stated('error of the linear forecast', linear, { digits: 2 }),
      atMost('error of the recurrent net', mean, 19, { digits: 2 }),
    ];
  },
};
