// @ts-check
// From the compiled kernels to the text that the package holds. One binary serves both builds: `kernelBinary.ts` of
// the library turns the two placeholders of every multiply-add into what a build needs, and the text into bytes.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Instructions that the kernels never use: they stand for the multiplication and the addition of a multiply-add. */
const placeholders = {
  multiply: { instruction: 'f32x4.relaxed_min', bytes: [0xfd, 0x8d, 0x02] },
  add: { instruction: 'f32x4.relaxed_max', bytes: [0xfd, 0x8e, 0x02] },
};

/** Where the text behind an opening bracket ends, brackets counted. */
const endOf = (/** @type {string} */ text, /** @type {number} */ start) => {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i + 1;
  }
  throw new Error('the WebAssembly text ends within brackets');
};

/** The bracketed operands that stand in a text one behind the other. */
const operandsIn = (/** @type {string} */ text) => {
  const operands = [];
  for (let start = text.indexOf('('); start >= 0; start = text.indexOf('(', start)) {
    const end = endOf(text, start);
    operands.push(text.slice(start, end));
    start = end;
  }
  return operands;
};

/**
 * Write every fused multiply-add of a module in WebAssembly text as a multiplication and an addition by placeholders:
 * madd(a, b, c) becomes add(multiply(a, b), c), in which a, b and c are computed in the same order.
 *
 * @param {string} text
 * @returns {string}
 */
export function withPlaceholders(text) {
  const name = '(f32x4.relaxed_madd';
  let result = '';
  let done = 0;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, done)) {
    const end = endOf(text, at);
    const [a, b, c] = operandsIn(text.slice(at + name.length, end - 1)).map(withPlaceholders);
    const product = `(${placeholders.multiply.instruction} ${a} ${b})`;
    result += `${text.slice(done, at)}(${placeholders.add.instruction} ${product} ${c})`;
    done = end;
  }
  return result + text.slice(done);
}

/** How often a list of bytes holds another. */
const count = (/** @type {Uint8Array} */ bytes, /** @type {readonly number[]} */ wanted) =>
  bytes.reduce((sum, _, i) => sum + (wanted.every((byte, k) => bytes[i + k] === byte) ? 1 : 0), 0);

/**
 * Assemble a module's WebAssembly text, its multiply-adds as placeholders.
 *
 * @param {string} text as the compiler gives it, with relaxed SIMD
 * @returns {Promise<Uint8Array>}
 * @throws where the module uses other relaxed instructions, which `portable` must not hold
 */
export async function assembleKernels(text) {
  const strange = text.match(/\b\w+\.\w*relaxed_(?!madd\b)\w+/);
  if (strange !== null)
    throw new Error(`the kernels use ${strange[0]}: f32x4.relaxed_madd is all that may be relaxed`);
  const rewritten = withPlaceholders(text);
  const binaryen = await loadBinaryen();
  // As the compiler does when it writes the binary itself.
  binaryen.setOptimizeLevel(3);
  const module = binaryen.parseText(rewritten);
  const bytes = module.emitBinary();
  module.dispose();
  for (const { instruction, bytes: wanted } of Object.values(placeholders)) {
    const uses = rewritten.split(`(${instruction} `).length - 1;
    if (count(bytes, wanted) === uses) continue;
    throw new Error(`the bytes of ${instruction} also stand elsewhere: choose another placeholder`);
  }
  return bytes;
}

/** The Binaryen that the compiler brings along. */
async function loadBinaryen() {
  const compiler = createRequire(import.meta.url).resolve('assemblyscript/package.json');
  const path = createRequire(`${dirname(compiler)}/`).resolve('binaryen');
  return (await import(pathToFileURL(path).href)).default;
}

/** What stands for itself in every kind of literal, and in a page: printable ASCII without quotes, \\, $ and <. */
const characters = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).filter(
  (character) => !'"\'`\\$<'.includes(character),
);

/**
 * Write bytes as text that a bundler leaves as it is and that compresses as the bytes do: one character for each of
 * the 87 most frequent bytes, two for the others. Base64 would hide what repeats elsewhere than in groups of three.
 *
 * @param {Uint8Array} bytes
 * @returns {string} 256 characters that say of every byte whether it is a frequent one, 1 or 0; then the bytes
 */
export function encodeBytes(bytes) {
  const escapes = 2;
  const uses = new Array(256).fill(0);
  for (const byte of bytes) uses[byte]++;
  const byUse = Array.from(uses.keys()).sort((a, b) => uses[b] - uses[a] || a - b);
  const isFrequent = new Set(byUse.slice(0, characters.length - escapes));
  let frequent = escapes;
  let rare = 0;
  const codes = uses.map((_, byte) =>
    isFrequent.has(byte)
      ? characters[frequent++]
      : characters[Math.floor(rare / characters.length)] + characters[rare++ % characters.length],
  );
  const table = uses.map((_, byte) => (isFrequent.has(byte) ? '1' : '0'));
  return [...table, ...Array.from(bytes, (byte) => codes[byte])].join('');
}
