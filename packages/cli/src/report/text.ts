import { formatNumber, formatPercent } from '../format/number.ts';

/** Make the first letter a capital. */
export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Cut a long text, by whole characters, and mark the cut; line breaks and tabs become spaces. */
export function shorten(text: string, letters: number): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  return characters.length <= letters ? characters.join('') : `${characters.slice(0, letters - 1).join('')}…`;
}

/** Room for the longest label at 13 px: about 7.2 px a letter, twice that for East Asian ones. */
export function leftMargin(labels: readonly string[]): number {
  const widths = labels.map((label) =>
    [...label].reduce((sum, character) => sum + (character.codePointAt(0)! >= 0x1100 ? 13.5 : 7.2), 0),
  );
  return Math.ceil(Math.max(24, ...widths)) + 14;
}

/** Labels of an axis of scores. */
export const tickLabel =
  (format: 'percent' | 'number') =>
  (value: number): string =>
    (format === 'percent' ? formatPercent(value) : formatNumber(value)).replace(/^-/, '−');

/** Join names as a sentence does: `a, b and c`. */
export function joinNames(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Set a true minus sign before numbers; for sentences and figures, never for commands or data. */
export const typographic = (text: string): string => text.replace(/(^|[\s(])-(?=[\d.∞I])/g, '$1−');
