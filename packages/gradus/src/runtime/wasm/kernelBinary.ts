import { kernels } from './generated/kernels.ts';

/** `portable` gives the same bits on every machine; `fast` fuses multiply-adds where the engine can. */
export type KernelBuild = 'portable' | 'fast';

/**
 * What stands in the stored binary for a multiply-add, add(multiply(a, b), c), and what the builds make of it. All
 * instructions take three bytes (0xfd first, 0x02 last in the placeholders), so that nothing moves: `fast` does
 * nothing between b and c, and multiplies and adds at the end.
 */
const multiply = { placeholder: 0x8d, portable: [0xfd, 0xe6, 0x01], fast: [0x01, 0x01, 0x01] } as const;
const add = { placeholder: 0x8e, portable: [0xfd, 0xe4, 0x01], fast: [0xfd, 0x85, 0x02] } as const;

/** Characters that the text consists of: printable ASCII but these. */
const UNUSED = '"\'`\\$<';

/** Read the text that `encodeBytes` of scripts/packKernels.mjs writes. */
export const decode = (text: string): Uint8Array<ArrayBuffer> => {
  const places = new Uint8Array(128);
  let count = 0;
  for (let code = 0x20; code < 0x7f; code++) {
    if (!UNUSED.includes(String.fromCharCode(code))) places[code] = count++;
  }
  const frequent: number[] = [];
  const rare: number[] = [];
  for (let byte = 0; byte < 256; byte++) (text[byte] === '1' ? frequent : rare).push(byte);
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 256; i < text.length; i++) {
    const place = places[text.charCodeAt(i)];
    bytes[length++] = place < 2 ? rare[place * count + places[text.charCodeAt(++i)]] : frequent[place - 2];
  }
  return bytes.slice(0, length);
};

/** Give the WebAssembly of a build. It imports a memory that is not shared. */
export const kernelBinary = (build: KernelBuild): Uint8Array<ArrayBuffer> => {
  const bytes = decode(kernels);
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0xfd || bytes[i + 2] !== 0x02) continue;
    const second = bytes[i + 1];
    const stored = second === multiply.placeholder ? multiply : second === add.placeholder ? add : undefined;
    if (stored === undefined) continue;
    const instruction = stored[build];
    for (let k = 0; k < 3; k++) bytes[i + k] = instruction[k];
  }
  return bytes;
};
