import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml, type SafeHtml, trusted } from './html.ts';

/**
 * Render a plot to SVG without a browser. Colours may be CSS variables, so that the page restyles it; fonts come from
 * the page too.
 *
 * @param message - What the plot says in a sentence; screen readers read it instead of the marks.
 * @param className - Class of the `svg` element.
 */
export function plotSvg(message: string, className: string, options: Plot.PlotOptions): SafeHtml {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plot = Plot.plot({ ...options, document, className: 'plot' });
  for (const style of plot.querySelectorAll('style')) style.remove();
  for (const part of plot.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  for (const attribute of ['class', 'font-family', 'aria-label', 'aria-description'])
    plot.removeAttribute(attribute);
  // HTML allows no control characters, and labels come from data.
  const markup = plot.outerHTML.replace(/[^\P{Cc}\t\n\r]/gu, '\uFFFD').replace(/<[^>]*>/g, roundCoordinates);
  const opening = `<svg class="${className}" role="img" aria-label="${escapeHtml(message)}"`;
  return trusted(markup.replace(/^<svg/, opening));
}

/** Keep two decimals of a pixel in a tag's attributes; texts between tags are left alone. */
const roundCoordinates = (tag: string): string =>
  tag
    .replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100))
    .replace(/ \/>$/, '/>');
