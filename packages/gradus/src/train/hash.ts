import type { Reals } from '../runtime/executor.ts';

/** Hash a text. */
export const hashText = (text: string): string =>
  hashNumbers([Int32Array.from(text, (character) => character.codePointAt(0)!)]);

/** Hash numbers: two FNV-1a sums over the 32-bit words of their float64 or integer bits. */
export function hashNumbers(arrays: readonly (Reals | Int32Array | Uint8Array)[]): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (const array of arrays) {
    a = Math.imul(a ^ array.length, 0x01000193);
    b = Math.imul(b ^ (array.length >>> 16) ^ (array.length << 16), 0x01000193);
    // Words need a view that begins at one; the copy of any other does.
    const aligned = array.byteOffset % 4 === 0 ? array : array.slice();
    const words = new Int32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / 4));
    // A plain loop: it runs over whole data sets.
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      a = Math.imul(a ^ word, 0x01000193);
      b = Math.imul(b ^ (word >>> 16) ^ (word << 16), 0x01000193);
    }
    const bytes = new Uint8Array(aligned.buffer, aligned.byteOffset, aligned.byteLength);
    for (let i = words.length * 4; i < bytes.length; i++) {
      a = Math.imul(a ^ bytes[i], 0x01000193);
      b = Math.imul(b ^ (bytes[i] << 16), 0x01000193);
    }
  }
  const text = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
  return text(a) + text(b);
}
