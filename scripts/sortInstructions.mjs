// @ts-check
// Sorts a WebAssembly module for compression: what instructions there are stands in one stream, and each kind of operand
// in a stream of its own, since like follows like there. `kernelBinary.ts` of the library puts the module together again.

/** How many bytes an operand takes where it is not of variable length (LEB128). */
const LEB = 0;

/**
 * An operand: the name of its stream, its size in bytes, and how often these stand one behind the other.
 *
 * @typedef {readonly [stream: string, size: number, times: number]} Field
 */

/** @type {(stream: string) => Field} */
const leb = (stream) => [stream, LEB, 1];
/** @type {readonly Field[]} */
const address = [leb('address'), leb('address')];

/** The operands of the plain instructions that have some, by opcode. @type {Readonly<Record<number, readonly Field[]>>} */
const plain = {
  ...Object.fromEntries([0x02, 0x03, 0x04].map((opcode) => [opcode, [leb('block')]])),
  ...Object.fromEntries([0x0c, 0x0d].map((opcode) => [opcode, [leb('branch')]])),
  16: [leb('call')],
  17: [leb('call'), leb('call')],
  32: [leb('local')],
  33: [leb('local')],
  34: [leb('local')],
  35: [leb('global')],
  36: [leb('global')],
  ...Object.fromEntries(Array.from({ length: 0x3f - 0x28 }, (_, i) => [0x28 + i, address])),
  63: [leb('memory')],
  64: [leb('memory')],
  65: [leb('integer')],
  66: [leb('integer')],
  67: [['float', 4, 1]],
  68: [['double', 8, 1]],
};

/** The operands of a vector instruction; `bytes` begins behind its opcode. @type {(code: number, bytes: Uint8Array) => readonly Field[]} */
function vectorFields(code, bytes) {
  if (code <= 11 || code === 92 || code === 93) return address;
  if (code >= 84 && code <= 91) return [...address, ['lane', 1, 1]];
  if (code >= 21 && code <= 34) return [['lane', 1, 1]];
  if (code !== 12 && code !== 13) return [];
  const isSplat = bytes.subarray(0, 12).every((byte, i) => byte === bytes[i + 4]);
  return isSplat ? [['float', 4, 4]] : [['vector', 16, 1]];
}

/** The operands of the instructions behind the prefixes 0xfc (memory) and 0xfe (atomic). @type {(prefix: number, code: number) => readonly Field[]} */
function prefixedFields(prefix, code) {
  if (prefix === 0xfe) return code === 3 ? [leb('memory')] : address;
  if (code <= 7) return [];
  if (code === 10) return [leb('memory'), leb('memory')];
  if (code === 11) return [leb('memory')];
  throw new Error(`the kernels use the instruction 0xfc ${code}, which is not known here`);
}

/** Reads bytes one after another. */
class Reader {
  at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }

  /** The end of the number of variable length that begins at a place. @param {number} [from] */
  endOfNumber(from = this.at) {
    let end = from;
    while (this.bytes[end] > 127) end++;
    return end + 1;
  }

  /** Read a number. */
  number() {
    const end = this.endOfNumber();
    let value = 0;
    for (let i = end - 1; i >= this.at; i--) value = value * 128 + (this.bytes[i] & 127);
    this.at = end;
    return value;
  }
}

/** @param {number} value */
const threeBytes = (value) => [value & 255, (value >> 8) & 255, value >> 16];

/**
 * Sort a module.
 *
 * @param {Uint8Array} bytes
 * @returns {Uint8Array} the length of the module; the lengths of the streams; the instructions that occur, each with its
 *   opcode and its operands; the streams, the first of which names the instructions by their number
 */
export function sortInstructions(bytes) {
  const reader = new Reader(bytes);
  /** @type {Map<string, number[]>} */
  const streams = new Map([['instructions', []]]);
  /** @type {Map<string, { opcode: readonly number[], fields: readonly Field[] }>} */
  const kinds = new Map();
  /** Write down an instruction and its operands, which the reader stands before. @type {(opcode: readonly number[], fields: readonly Field[]) => void} */
  const put = (opcode, fields) => {
    const key = JSON.stringify([opcode, fields]);
    if (!kinds.has(key)) kinds.set(key, { opcode, fields });
    streams.get('instructions')?.push([...kinds.keys()].indexOf(key));
    for (const [stream, size, times] of fields) {
      const end = size === LEB ? reader.endOfNumber() : reader.at + size;
      if (!streams.has(stream)) streams.set(stream, []);
      streams.get(stream)?.push(...bytes.subarray(reader.at, end));
      reader.at = end + (times - 1) * size;
    }
  };
  /** Write down bytes that are no instructions. @param {number} end */
  const putPlain = (end) => {
    while (reader.at < end) put([], [['plain', 1, 1]]);
  };
  const putInstruction = () => {
    const [opcode] = bytes.subarray(reader.at, ++reader.at);
    if (opcode === 0x0e) {
      reader.at--;
      const table = new Reader(bytes);
      table.at = reader.at + 1;
      for (let i = table.number() + 1; i > 0; i--) table.number();
      putPlain(table.at);
    } else if (opcode < 0xfc) {
      put([opcode], plain[opcode] ?? []);
    } else {
      const from = reader.at;
      const code = reader.number();
      const rest = bytes.subarray(reader.at);
      const fields = opcode === 0xfd ? vectorFields(code, rest) : prefixedFields(opcode, code);
      put([opcode, ...bytes.subarray(from, reader.at)], fields);
    }
  };

  putPlain(8);
  while (reader.at < bytes.length) {
    const section = new Reader(bytes);
    section.at = reader.at + 1;
    const end = section.number() + section.at;
    if (bytes[reader.at] !== 10) {
      putPlain(end);
      continue;
    }
    for (let count = section.number(); count > 0; count--) {
      const body = section.number() + section.at;
      for (let groups = section.number(); groups > 0; groups--) {
        section.number();
        section.at++;
      }
      putPlain(section.at);
      while (reader.at < body) putInstruction();
      section.at = body;
    }
  }

  const names = [...streams.keys()];
  return Uint8Array.from([
    ...threeBytes(bytes.length),
    names.length,
    ...[...streams.values()].flatMap((stream) => threeBytes(stream.length)),
    kinds.size,
    ...[...kinds.values()].flatMap(({ opcode, fields }) => [
      opcode.length,
      ...opcode,
      fields.length,
      ...fields.flatMap(([stream, size, times]) => [names.indexOf(stream), size, times]),
    ]),
    ...[...streams.values()].flat(),
  ]);
}
