// @ts-check
// Draws the benchmark's figures as SVG.
import * as Plot from '@observablehq/plot';
import { colors, INK, plotSvg } from '../scripts/plotSvg.mjs';

const plain = (/** @type {number} */ value) => (value >= 1 ? value.toLocaleString('en-US') : String(value));

/**
 * The roofline: GFLOP/s against operations a byte, both logarithmic, below the roofs of one thread and of two.
 *
 * @param {{ rows: import('./roofline.mjs').RooflinePoint[], limits: import('./machine.mjs').Limits }} data
 * @param {string} machine
 */
export function rooflinePlot({ rows, limits }, machine) {
  const threads = [...new Set(rows.map((row) => row.threads))];
  const [low, high] = [0.4, 200];
  const roofs = [1, 2].flatMap((count) => {
    const peak = limits.peak[count - 1];
    const levels = limits.bandwidth[count - 1];
    return [levels[1], levels[levels.length - 1]].map((level, i) => ({
      count,
      label: i === 0 ? `${peak.toFixed(0)} GFLOP/s, ${count} ${count === 1 ? 'thread' : 'threads'}` : '',
      dash: i === 0 ? '0' : '4 3',
      line: [low, Math.max(low, peak / level.copyGBs), high].map((x) => ({
        x,
        y: Math.min(peak, x * level.copyGBs),
      })),
    }));
  });
  const highest = 1.1 * Math.max(118, ...limits.peak.slice(0, 2));
  const color = (/** @type {{ threads: number }} */ row) => colors[row.threads - 1];
  const named = rows.filter(
    ({ kind, threads: count }) => kind === 'workload' && count === Math.max(...threads),
  );
  const options = /** @type {Plot.PlotOptions} */ ({
    marginLeft: 52,
    marginRight: 16,
    marginBottom: 40,
    x: {
      type: 'log',
      domain: [low, high],
      label: 'operations a byte →',
      grid: true,
      ticks: 6,
      tickFormat: plain,
    },
    y: { type: 'log', domain: [0.8, highest], label: '↑ GFLOP/s', grid: true, ticks: 5, tickFormat: plain },
    marks: [
      ...roofs.map(({ line, count, dash }) =>
        Plot.line(line, {
          x: 'x',
          y: 'y',
          stroke: colors[count - 1],
          strokeDasharray: dash,
          strokeWidth: 1.3,
        }),
      ),
      ...roofs
        .filter(({ label }) => label !== '')
        .map(({ line, label, count }) =>
          Plot.text([line[2]], {
            x: 'x',
            y: 'y',
            text: () => label,
            textAnchor: 'end',
            dy: -7,
            fill: colors[count - 1],
          }),
        ),
      Plot.dot(
        rows.filter(({ kind }) => kind === 'product'),
        { x: 'intensity', y: 'gflops', stroke: color, r: 2.5, clip: true },
      ),
      Plot.dot(
        rows.filter(({ kind }) => kind === 'workload'),
        { x: 'intensity', y: 'gflops', fill: color, r: 4.5, clip: true },
      ),
      ...labels(named),
    ],
  });
  return plotSvg(`Roofline, ${machine}`, [{ options }], {
    width: 760,
    height: 460,
    legend: ['1 thread', '2 threads'],
    note: 'dots: workloads; rings: matrix products; roofs: second cache (whole), memory (dashed)',
  });
}

/**
 * Names below their dots; of two that would meet there, one to the left and one to the right.
 *
 * @param {readonly import('./roofline.mjs').RooflinePoint[]} points
 */
function labels(points) {
  const style = { x: 'intensity', y: 'gflops', text: 'name', fill: INK, stroke: '#ffffff', strokeWidth: 3 };
  const meets = (/** @type {number} */ a, /** @type {number} */ b) => Math.max(a / b, b / a) < 1.4;
  return points.map((point) => {
    const other = points.find(
      (one) => one !== point && meets(one.intensity, point.intensity) && meets(one.gflops, point.gflops),
    );
    if (other === undefined) return Plot.text([point], { ...style, dy: 12 });
    return point.intensity < other.intensity
      ? Plot.text([point], { ...style, dx: -8, textAnchor: 'end' })
      : Plot.text([point], { ...style, dx: 8, textAnchor: 'start' });
  });
}

/**
 * Cost curves, both axes logarithmic; the dashed line is the arithmetic limit.
 *
 * @param {{ rows: import('./costCurves.mjs').CurvePoint[] }} data
 * @param {string} machine
 */
export function curvesPlot({ rows }, machine) {
  const names = [...new Set(rows.map(({ curve }) => curve))];
  const threads = [...new Set(rows.map((row) => row.threads))];
  const plots = names.map((name) => {
    const own = rows.filter(({ curve }) => curve === name);
    return {
      heading: own[0].what,
      options: /** @type {Plot.PlotOptions} */ ({
        marginLeft: 56,
        marginRight: 16,
        marginBottom: 38,
        x: { type: 'log', base: name === 'rows' ? 10 : 2, label: `${name} →`, tickFormat: plain, ticks: 5 },
        y: {
          type: 'log',
          label: own[0].perEpoch ? '↑ ms an epoch' : '↑ µs a step',
          grid: true,
          tickFormat: plain,
          ticks: 5,
        },
        marks: threads.flatMap((count) => {
          const line = own.filter((row) => row.threads === count);
          const scale = own[0].perEpoch ? 1 : 1000;
          const stroke = colors[count - 1];
          return [
            Plot.line(line, {
              x: 'x',
              y: ({ limit }) => limit * scale,
              stroke,
              strokeDasharray: '3 3',
              strokeWidth: 1,
            }),
            Plot.line(line, {
              x: 'x',
              y: ({ milliseconds }) => milliseconds * scale,
              stroke,
              strokeWidth: 2,
            }),
            Plot.dot(line, { x: 'x', y: ({ milliseconds }) => milliseconds * scale, fill: stroke, r: 2.5 }),
          ];
        }),
      }),
    };
  });
  return plotSvg(`Time against size; dashed: the arithmetic alone at the peak (${machine})`, plots, {
    columns: 2,
    width: 420,
    height: 260,
    legend: threads.map((count) => `${count} ${count === 1 ? 'thread' : 'threads'}`),
  });
}
