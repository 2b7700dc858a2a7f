// @ts-check
// Draws plots as an SVG that stands on its own, on light pages and on dark ones, without a browser.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** The colours of series; the first four are told apart with any colour vision. */
export const colors = [
  '#0b6bcb',
  '#c2410c',
  '#15803d',
  '#7c3aed',
  '#0e7490',
  '#a16207',
  '#be185d',
  '#475569',
  '#65a30d',
  '#111827',
];
export const INK = '#1f2937';
const FONT = 'system-ui, sans-serif';

/**
 * Render plots side by side and one below the other, with a title.
 *
 * @param {string} title
 * @param {readonly { options: Plot.PlotOptions, heading?: string }[]} plots
 * @param {{ columns?: number, width: number, height: number, legend?: readonly string[], note?: string }} layout of one plot
 */
export function plotSvg(title, plots, { columns = 1, width, height, legend = [], note }) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const top = 34 + (legend.length > 0 ? 22 : 0);
  const rows = Math.ceil(plots.length / columns);
  const [fullWidth, fullHeight] = [width * columns, top + rows * (height + 18)];
  const parts = plots.map(({ options, heading }, i) => {
    const plot = Plot.plot({
      ...options,
      width,
      height,
      document,
      className: 'plot',
      style: { fontFamily: FONT },
    });
    for (const style of plot.querySelectorAll('style')) style.remove();
    for (const part of plot.querySelectorAll('[aria-label], [aria-description]'))
      for (const attribute of ['aria-label', 'aria-description']) part.removeAttribute(attribute);
    for (const attribute of ['class', 'style', 'font-family', 'xmlns', 'xmlns:xlink'])
      plot.removeAttribute(attribute);
    const [x, y] = [(i % columns) * width, top + Math.floor(i / columns) * (height + 18)];
    plot.setAttribute('x', String(x));
    plot.setAttribute('y', String(y + 18));
    const label =
      heading === undefined
        ? ''
        : `<text x="${x + 12}" y="${y + 14}" font-size="12" font-weight="600">${escaped(heading)}</text>`;
    return label + plot.outerHTML.replace(/<[^>]*>/g, rounded);
  });
  const keys = legend.map(
    (name, i) =>
      `<circle cx="${18 + i * 110}" cy="42" r="5" fill="${colors[i]}"/><text x="${28 + i * 110}" y="46" font-size="12">${escaped(name)}</text>`,
  );
  if (note !== undefined) {
    const x = 28 + legend.length * 110;
    keys.push(`<text x="${x}" y="46" font-size="11">${escaped(note)}</text>`);
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fullWidth}" height="${fullHeight}" viewBox="0 0 ${fullWidth} ${fullHeight}" font-family="${FONT}" font-size="10" fill="${INK}" color="${INK}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="14" font-weight="600">${escaped(title)}</text>`,
    ...keys,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

const escaped = (/** @type {string} */ text) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Keep two decimals of a pixel. */
const rounded = (/** @type {string} */ tag) =>
  tag.replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));
