import { expect, test } from 'vitest';
import { ArgumentError } from './errors.ts';
import { shortened, visibleText } from './visibleText.ts';

test('what a terminal would obey is shown: escapes, control characters, overrides of direction, line separators', () => {
  expect(visibleText('\u001b]0;title\u0007')).toBe('\\x1b]0;title\\x07');
  expect(visibleText('a\u009b31mb\u007f')).toBe('a\\x9b31mb\\x7f');
  expect(visibleText('gnp\u202e.exe\u2066\u200f')).toBe('gnp\\u202e.exe\\u2066\\u200f');
  expect(visibleText('two\nlines\tand\r\u2028')).toBe('two\\nlines\\tand\\r\\u2028');
  expect(visibleText('two\nlines', '\n')).toBe('two\nlines');
  expect(visibleText('Größe 漢字 😀 e\u0301 ‑')).toBe('Größe 漢字 😀 e\u0301 ‑');
});

test('messages show what was received, and no more of it than anybody reads', () => {
  const { message, clauses } = new ArgumentError({ received: `the column '\u001b[2J${'x'.repeat(5000)}'` });
  expect(message).toContain("the column '\\x1b[2Jxxx");
  expect(message.length).toBeLessThan(1100);
  expect(message).toMatch(/… \(50\d\d characters\)\.$/);
  expect(clauses.received).not.toContain('\u001b');
  expect(shortened('short')).toBe('short');
});
