import { formatCount } from '../format/number.ts';
import { type HtmlPart, html, type SafeHtml } from './html.ts';
import { typographic } from './text.ts';

/** Widths a plot is drawn at: text keeps its size, so a narrow screen gets a drawing of its own. */
export const plotWidths = { wide: 520, full: 760, narrow: 330 } as const;

/** One plot with its heading, message, legend and the table of its data. */
export interface FigureParts {
  /** Unique in the page; becomes the heading's id. */
  readonly id: string;
  readonly title: string;
  /** What the plot says, in a sentence. */
  readonly message: string;
  /** Small print under the plot: sample, scale. */
  readonly note?: string | undefined;
  readonly legend?: readonly LegendEntry[];
  /** Draws the plot at a width in pixels. */
  readonly draw: (width: number, className: string) => SafeHtml;
  readonly table: SafeHtml;
  /** Whether the figure takes the whole width of the page. */
  readonly full?: boolean;
}

/** A line or marker of a legend. */
export interface LegendEntry {
  readonly label: string;
  /** CSS colour, usually a variable. */
  readonly color: string;
  readonly shape: 'line' | 'dashed' | 'dot' | 'ring' | 'square';
}

/** Lay out a figure. */
export function figure(parts: FigureParts): SafeHtml {
  const wide = parts.full === true ? plotWidths.full : plotWidths.wide;
  return html`<figure class="${parts.full === true ? 'figure full' : 'figure'}" aria-labelledby="${parts.id}">
<figcaption><h3 id="${parts.id}">${parts.title}</h3><p class="message">${typographic(parts.message)}</p>${
    parts.legend !== undefined && legend(parts.legend)
  }</figcaption>
${parts.draw(wide, 'plot wide')}${parts.draw(plotWidths.narrow, 'plot narrow')}
${parts.note !== undefined && html`<p class="note">${parts.note}</p>`}
<details><summary>Table of this plot<span class="unseen">: ${parts.title}</span></summary>${parts.table}</details>
</figure>
`;
}

function legend(entries: readonly LegendEntry[]): SafeHtml {
  return html`<ul class="legend">${entries.map((entry) => html`<li>${swatch(entry)}${entry.label}</li>`)}</ul>`;
}

function swatch({ color, shape }: LegendEntry): SafeHtml {
  const marks: Readonly<Record<LegendEntry['shape'], SafeHtml>> = {
    line: html`<path d="M1 6H23" stroke="${color}" stroke-width="2.5"/>`,
    dashed: html`<path d="M1 6H23" stroke="${color}" stroke-width="2.5" stroke-dasharray="6 4"/>`,
    dot: html`<circle cx="12" cy="6" r="4.5" fill="${color}"/>`,
    ring: html`<circle cx="12" cy="6" r="4" fill="none" stroke="${color}" stroke-width="2"/>`,
    square: html`<rect x="6" y="0.5" width="12" height="11" fill="${color}"/>`,
  };
  return html`<svg class="swatch" width="24" height="12" viewBox="0 0 24 12" aria-hidden="true">${marks[shape]}</svg>`;
}

/** A column of a table. */
export interface TableColumn {
  readonly name: HtmlPart;
  /** Right-aligned with figures of one width. */
  readonly numeric?: boolean;
}

/**
 * Lay out a table with scoped headings in a region that scrolls sideways by itself and can be reached by keyboard.
 *
 * @param caption - Name of the table, for screen readers and print.
 * @param rows - The first cell of each row is its heading.
 */
export function table(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly HtmlPart[])[],
  options: { readonly showCaption?: boolean; readonly className?: string } = {},
): SafeHtml {
  const kind = (index: number): string => (columns[index]?.numeric === true ? 'number' : 'text');
  const set = (cell: HtmlPart, index: number): HtmlPart =>
    typeof cell === 'string' && columns[index]?.numeric === true ? typographic(cell) : cell;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="${options.className ?? ''}">
<caption class="${options.showCaption === true ? '' : 'unseen'}">${caption}</caption>
<thead><tr>${columns.map((column, index) => html`<th scope="col" class="${kind(index)}">${column.name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, index) =>
      index === 0
        ? html`<th scope="row" class="${kind(index)}">${set(cell, index)}</th>`
        : html`<td class="${kind(index)}">${set(cell, index)}</td>`,
    )}</tr>
`,
  )}</tbody></table></div>`;
}

/** Keep at most `limit` rows of a long table: evenly spaced ones, and those in `always`. */
export function thinRows(count: number, limit: number, always: readonly number[] = []): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, index) => index);
  const kept = new Set<number>([0, count - 1, ...always.filter((index) => index >= 0 && index < count)]);
  const step = count / limit;
  for (let index = 0; index < limit; index++) kept.add(Math.floor(index * step));
  return [...kept].sort((left, right) => left - right);
}

/** Say how much of a long table is shown; undefined when all of it is. */
export const thinningNote = (shown: number, count: number, noun: string): string | undefined =>
  shown === count ? undefined : `${formatCount(shown)} of ${formatCount(count)} ${noun} are in the table.`;
