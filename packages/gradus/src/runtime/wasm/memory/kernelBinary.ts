/** `portable` gives the same bits on every machine; `fast` fuses multiply-adds where the engine can. */
export type KernelBuild = 'portable' | 'fast';

/**
 * What stands in the stored kernels for a multiply-add, add(multiply(a, b), c), and what the builds make of it. All
 * instructions take three bytes, so that nothing moves: `fast` does nothing between b and c, and multiplies and adds at
 * the end.
 */
const multiplyAdds: Readonly<Record<string, Readonly<Record<KernelBuild, readonly number[]>>>> = {
  '253,141,2': { portable: [0xfd, 0xe6, 0x01], fast: [0x01, 0x01, 0x01] },
  '253,142,2': { portable: [0xfd, 0xe4, 0x01], fast: [0xfd, 0x85, 0x02] },
};

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

/** Put together the module that `sortInstructions` of scripts/sortInstructions.mjs has taken apart. */
export const unsort = (sorted: Uint8Array, build: KernelBuild): Uint8Array<ArrayBuffer> => {
  let at = 0;
  const byte = (): number => sorted[at++];
  const size = (): number => byte() | (byte() << 8) | (byte() << 16);
  const list = <T>(length: number, read: () => T): T[] => Array.from({ length }, read);
  const module = new Uint8Array(size());
  const sizes = list(byte(), size);
  const instructions = list(byte(), () => {
    const opcode = list(byte(), byte);
    return {
      opcode: multiplyAdds[opcode.join()]?.[build] ?? opcode,
      operands: list(byte(), () => ({ stream: byte(), bytes: byte(), times: byte() })),
    };
  });
  /** How far each stream has been read. */
  const places = sizes.map((length) => {
    at += length;
    return at - length;
  });
  let end = 0;
  for (let i = places[0]; i < places[0] + sizes[0]; i++) {
    const { opcode, operands } = instructions[sorted[i]];
    for (let k = 0; k < opcode.length; k++) module[end++] = opcode[k];
    for (let k = 0; k < operands.length; k++) {
      const { stream, bytes, times } = operands[k];
      const from = places[stream];
      let to = from + bytes;
      // A number of variable length goes on where the highest bit is set.
      if (bytes === 0) while (sorted[to++] > 127);
      for (let n = 0; n < times; n++) for (let p = from; p < to; p++) module[end++] = sorted[p];
      places[stream] = to;
    }
  }
  return module;
};

/** Give the WebAssembly of a build from its text. It imports a memory that is not shared. */
export const kernelBinary = (text: string, build: KernelBuild): Uint8Array<ArrayBuffer> =>
  unsort(decode(text), build);
