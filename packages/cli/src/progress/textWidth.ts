import { visibleText } from 'gradus';

const colourCode = '\u001b\\[[0-9;]*m';
const colourCodes = new RegExp(colourCode, 'g');
const piecesAndCodes = new RegExp(`(${colourCode})`);

/** Columns a character takes on a terminal: 0 for combining marks and joiners, 2 for East Asian and emoji, else 1. */
function characterWidth(character: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0;
  const code = character.codePointAt(0)!;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

/** Count the columns of a text on a terminal; colour codes take none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(colourCodes, '')) width += characterWidth(character);
  return width;
}

/** Cut a text to at most `columns` columns, keeping colour codes whole. */
export function truncateText(text: string, columns: number): string {
  let width = 0;
  let result = '';
  for (const piece of text.split(piecesAndCodes)) {
    if (piece.startsWith('\u001b[')) {
      result += piece;
      continue;
    }
    for (const character of piece) {
      const next = characterWidth(character);
      if (width + next > columns) continue;
      width += next;
      result += character;
    }
  }
  return result;
}

/** Make a message from outside fit for a terminal: what it would obey is shown, but for line breaks. */
export const printable = (text: string): string => visibleText(text, '\n');

/** Make a line from outside fit for a terminal: breaks become spaces, and what else it would obey is shown. */
export const printableLine = (text: string): string => visibleText(text.replace(/[\r\n\t]+/g, ' '));
