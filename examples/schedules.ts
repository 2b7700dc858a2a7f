/**
 * Draw every schedule of the learning rate for docs/optimizers.md.
 *
 *     node examples/run.mjs schedules docs/plots/schedules.svg
 */
import { writeFile } from 'node:fs/promises';
import * as Plot from '@observablehq/plot';
import {
  cosineDecay,
  cosineRestarts,
  cyclic,
  exponentialDecay,
  inverseScaling,
  inverseTimeDecay,
  oneCycle,
  piecewiseConstant,
  type Schedule,
  stepDecay,
  warmUp,
} from 'gradus';
import { colors, plotSvg } from '../scripts/plotSvg.mjs';

const STEPS = 300;
const swing = { minimum: 0.01, maximum: 0.1, risingSteps: 40 };

/** Every schedule, in the order of the page. */
export const panels: readonly (readonly [heading: string, schedule: Schedule])[] = [
  ['stepDecay', stepDecay({ initial: 0.1, factor: 0.5, every: 60 })],
  ['exponentialDecay', exponentialDecay({ initial: 0.1, factor: 0.5, every: 60 })],
  ['inverseTimeDecay', inverseTimeDecay({ initial: 0.1, every: 60 })],
  ['inverseScaling', inverseScaling({ initial: 0.1, power: 0.3, every: 20 })],
  ['piecewiseConstant', piecewiseConstant({ values: [0.02, 0.1, 0.03], boundaries: [50, 180] })],
  ['cosineDecay', cosineDecay({ initial: 0.1, steps: 280 })],
  ['cosineRestarts', cosineRestarts({ initial: 0.1, steps: 40, periodFactor: 2, heightFactor: 0.9 })],
  ['oneCycle', oneCycle({ maximum: 0.1, steps: 300 })],
  [
    'oneCycle, linear, three phases',
    oneCycle({ maximum: 0.1, steps: 300, shape: 'linear', threePhases: true }),
  ],
  ['cyclic', cyclic(swing)],
  ['cyclic, triangular2', cyclic({ ...swing, mode: 'triangular2' })],
  ['cyclic, exponential', cyclic({ ...swing, mode: 'exponential', factor: 0.993 })],
  ['warmUp, then cosineDecay', warmUp({ steps: 40, schedule: cosineDecay({ initial: 0.1, steps: 260 }) })],
];

/** Run the example as a command; the first argument names the file of the plots. */
export async function main([file]: readonly string[] = []): Promise<void> {
  const plots = panels.map(([heading, schedule]) => {
    const points = Array.from({ length: STEPS }, (_, step) => [step, schedule.at(step)] as const);
    const wrong = points.find(([, rate]) => !(rate >= 0 && rate <= 0.1 + 1e-12));
    if (wrong !== undefined) throw new Error(`${heading} gives ${wrong[1]} at step ${wrong[0]}`);
    const options: Plot.PlotOptions = {
      marginLeft: 34,
      marginRight: 12,
      marginBottom: 20,
      marginTop: 8,
      x: { label: null, domain: [0, STEPS], ticks: [0, 100, 200, 300] },
      y: { label: null, domain: [0, 0.1], ticks: [0, 0.05, 0.1], grid: true },
      marks: [Plot.line(points, { stroke: colors[0] ?? 'black', strokeWidth: 1.6 })],
    };
    return { heading, options };
  });
  const svg = plotSvg('Learning rate by step', plots, { columns: 4, width: 210, height: 130 });
  if (file !== undefined) await writeFile(file, svg);
  console.log(
    `${panels.length} schedules ${file === undefined ? 'keep to their ranges' : `drawn in ${file}`}`,
  );
}
