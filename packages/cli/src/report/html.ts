/** Markup that is safe to put into a page: made by `html`, or vouched for by `trusted`. */
export class SafeHtml {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** What may stand in a `html` template. Text is escaped; false, null and undefined leave nothing. */
export type HtmlPart = SafeHtml | string | number | false | null | undefined | readonly HtmlPart[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escape text for element content and quoted attributes. Control characters that HTML does not allow become the
 * replacement character.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replace(/[^\P{Cc}\t\n\r]|[\uFDD0-\uFDEF\uFFFE\uFFFF]/gu, '\uFFFD');
}

/** Vouch for markup made by this program. */
export const trusted = (markup: string): SafeHtml => new SafeHtml(markup);

/**
 * Build markup from a template; everything that is put in is escaped, except what `html` itself made.
 *
 * @example
 * html`<b>${'<script>'}</b>`.markup; // '<b>&lt;script&gt;</b>'
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): SafeHtml {
  let markup = strings[0]!;
  for (let index = 0; index < parts.length; index++) markup += render(parts[index]) + strings[index + 1]!;
  return new SafeHtml(markup);
}

function render(part: HtmlPart): string {
  if (part === false || part === null || part === undefined) return '';
  if (part instanceof SafeHtml) return part.markup;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(render).join('');
}
