/**
 * Draw every activation function with its derivative, computed by the library, for docs/activations.md.
 *
 *     node examples/run.mjs activations docs/plots/activations.svg
 */
import { writeFile } from 'node:fs/promises';
import * as Plot from '@observablehq/plot';
import * as $ from 'gradus/tensor';
import { colors, plotSvg } from '../scripts/plotSvg.mjs';

/** A function with the range that its values keep to; null where there is no bound. */
interface Panel {
  readonly name: string;
  readonly f: (x: $.Tensor) => $.Tensor;
  readonly range: readonly [number | null, number | null];
}

/** The first of three numbers, the others 0: how functions of a whole row are drawn. */
const first =
  (f: (x: $.Tensor) => $.Tensor) =>
  (x: $.Tensor): $.Tensor =>
    $.slice(
      f($.pad($.reshape(x, [x.shape[0] ?? 1, 1]), [0, 0], [x.shape[0] ?? 1, 3])),
      [0, 0],
      [x.shape[0] ?? 1, 1],
    );

/** Every activation, in the order of the page. */
export const panels: readonly Panel[] = [
  { name: 'identity', f: (x) => x, range: [null, null] },
  { name: 'step', f: $.step, range: [0, 1] },
  { name: 'straightThrough', f: (x) => $.straightThrough(x), range: [0, 1] },
  { name: 'sigmoid', f: $.sigmoid, range: [0, 1] },
  { name: 'hardSigmoid', f: $.hardSigmoid, range: [0, 1] },
  { name: 'tanh', f: $.tanh, range: [-1, 1] },
  { name: 'hardTanh', f: $.hardTanh, range: [-1, 1] },
  { name: 'relu', f: $.relu, range: [0, null] },
  { name: 'leakyRelu', f: (x) => $.leakyRelu(x, 0.1), range: [null, null] },
  { name: 'elu', f: (x) => $.elu(x), range: [-1, null] },
  { name: 'selu', f: $.selu, range: [-1.7581, null] },
  { name: 'softplus', f: (x) => $.softplus(x), range: [0, null] },
  { name: 'gelu', f: $.gelu, range: [-0.17, null] },
  { name: 'geluTanh', f: $.geluTanh, range: [-0.1701, null] },
  { name: 'silu', f: $.silu, range: [-0.2785, null] },
  { name: 'swish', f: (x) => $.swish(x, 2), range: [-0.1393, null] },
  { name: 'mish', f: $.mish, range: [-0.3089, null] },
  { name: 'softmax', f: first($.softmax), range: [0, 1] },
  { name: 'logSoftmax', f: first($.logSoftmax), range: [null, 0] },
];

/** What stands above a plot, where the name alone does not say all. */
const headings: Readonly<Record<string, string>> = {
  leakyRelu: 'leakyRelu, slope 0.1',
  swish: 'swish, β = 2',
  softmax: 'softmax of (x, 0, 0)',
  logSoftmax: 'logSoftmax of (x, 0, 0)',
};

const [LOW, HIGH, STEPS] = [-5, 5, 125];
const xs = Array.from({ length: STEPS + 1 }, (_, i) => LOW + ((HIGH - LOW) * i) / STEPS);

/** Compute a function and its derivative along the axis. The step's is 0 wherever there is one, and `grad` refuses it. */
export function curvesOf({ f }: Panel): { readonly values: number[]; readonly slopes: number[] } {
  const values = [$.evaluate(f($.constant(xs)))].flat(2) as number[];
  if (f === $.step) return { values, slopes: xs.map(() => 0) };
  const slopes = $.grad((x: $.Tensor) => $.sum(f(x)))(xs) as unknown as ArrayLike<number>;
  return { values, slopes: Array.from(slopes) };
}

/** Refuse a curve that leaves its range. */
function requireRange({ name, range: [least, most] }: Panel, values: readonly number[]): void {
  const outside = values.find((y) => (least !== null && y < least) || (most !== null && y > most));
  if (outside !== undefined) throw new Error(`${name} gives ${outside}, outside its range`);
}

/** Run the example as a command; the first argument names the file of the plots. */
export async function main([file]: readonly string[] = []): Promise<void> {
  const plots = panels.map((panel) => {
    const { values, slopes } = curvesOf(panel);
    requireRange(panel, values);
    const line = (ys: readonly number[], stroke: string, dash: string) =>
      Plot.line(xs, {
        x: (x) => x,
        y: (_, i) => ys[i],
        stroke,
        strokeWidth: 1.6,
        strokeDasharray: dash,
        clip: true,
      });
    const options: Plot.PlotOptions = {
      marginLeft: 32,
      marginRight: 10,
      marginBottom: 20,
      marginTop: 8,
      x: { label: null, ticks: [-4, 0, 4] },
      y: { label: null, domain: [-2, 3], ticks: [-2, -1, 0, 1, 2, 3], tickFormat: 'd', grid: true },
      marks: [
        Plot.ruleX([0], { strokeOpacity: 0.3 }),
        line(slopes, colors[1], '4 3'),
        line(values, colors[0], '0'),
      ],
    };
    return { heading: headings[panel.name] ?? panel.name, options };
  });
  const svg = plotSvg('Activation functions', plots, {
    columns: 4,
    width: 200,
    height: 150,
    legend: ['the function', 'its derivative'],
  });
  if (file !== undefined) await writeFile(file, svg);
  console.log(
    `${panels.length} activations ${file === undefined ? 'keep to their ranges' : `drawn in ${file}`}`,
  );
}
