/**
 * Characters that a terminal obeys instead of showing them, or that turn the direction of what follows: control
 * characters (escape sequences begin with one), marks and overrides of direction, separators of lines and paragraphs.
 */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Characters of a text from outside that a message shows. */
const MOST_SHOWN = 1000;

const escaped = (character: string): string => {
  const code = character.charCodeAt(0);
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};

/**
 * Write a text from outside so that a terminal shows all of it and obeys none: escape characters become `\x1b`, overrides
 * of direction `\u202e`.
 *
 * @param text - Any text.
 * @param kept - Characters that stay as they are, such as `'\n'`. Default none.
 * @returns The text, with escapes in the place of what would not be seen.
 * @example
 * import { visibleText } from 'gradus';
 * visibleText('price\u001b[31m'); // 'price\\x1b[31m'
 */
export const visibleText = (text: string, kept = ''): string =>
  text.replace(INVISIBLE, (character) => (kept.includes(character) ? character : escaped(character)));

/** Cut a text that is too long for a message, and say how long it is. */
export const shortened = (text: string, most = MOST_SHOWN): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
