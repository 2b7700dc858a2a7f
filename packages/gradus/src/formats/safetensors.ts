import { ArgumentError, type IncompatibleError, ShapeError } from '../util/errors.ts';
import { describeValue } from '../util/options.ts';
import { damaged } from './damage.ts';
import { isPlainObject, kindOf, parseJson } from './json.ts';

/** The typed array that holds a tensor of each type of element; half precision stays as its 16 bits. */
export interface SafetensorsArrays {
  /** Truth values, one byte each: 0 or 1. */
  readonly BOOL: Uint8Array;
  /** Integers of 8 bits without sign. */
  readonly U8: Uint8Array;
  /** Integers of 8 bits. */
  readonly I8: Int8Array;
  /** Integers of 16 bits without sign. */
  readonly U16: Uint16Array;
  /** Integers of 16 bits. */
  readonly I16: Int16Array;
  /** IEEE 754 binary16, as bits. */
  readonly F16: Uint16Array;
  /** The upper half of IEEE 754 binary32, as bits. */
  readonly BF16: Uint16Array;
  /** Integers of 32 bits without sign. */
  readonly U32: Uint32Array;
  /** Integers of 32 bits. */
  readonly I32: Int32Array;
  /** IEEE 754 binary32. */
  readonly F32: Float32Array;
  /** Integers of 64 bits without sign. */
  readonly U64: BigUint64Array;
  /** Integers of 64 bits. */
  readonly I64: BigInt64Array;
  /** IEEE 754 binary64. */
  readonly F64: Float64Array;
}

/** A type of element, as the header of a safetensors file names it. */
export type SafetensorsDtype = keyof SafetensorsArrays;

/** A named tensor: its type of element, its shape, and its elements in row-major order. */
export type SafetensorsTensor = {
  [D in SafetensorsDtype]: {
    /** Unlike every other name in the file. */
    readonly name: string;
    /** The type of element. */
    readonly dtype: D;
    /** The sizes of the axes; [] for a scalar. */
    readonly shape: readonly number[];
    /** As many elements as the shape says. */
    readonly data: SafetensorsArrays[D];
  };
}[SafetensorsDtype];

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** The tensors; a decoded file lists them in the order of their bytes. */
  readonly tensors: readonly SafetensorsTensor[];
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** In the order in which the reference implementation sorts tensors, which ends with the largest elements. */
const constructors = {
  ...{ BOOL: Uint8Array, U8: Uint8Array, I8: Int8Array },
  ...{ I16: Int16Array, U16: Uint16Array, F16: Uint16Array, BF16: Uint16Array },
  ...{ I32: Int32Array, U32: Uint32Array, F32: Float32Array },
  ...{ F64: Float64Array, I64: BigInt64Array, U64: BigUint64Array },
} as const satisfies Record<SafetensorsDtype, unknown>;
const dtypes = /* @__PURE__ */ Object.keys(constructors);

/** The header's length stands in this many bytes before it. */
const PREFIX = 8;
/** The reference implementation reads no longer header. */
const HEADER_LIMIT = 100_000_000;
const METADATA = '__metadata__';

/**
 * Write tensors and texts as one safetensors file; the same content gives the same bytes, in whatever order it comes.
 *
 * The layout is that of https://github.com/huggingface/safetensors: the header's length (64 bits, little-endian), the
 * header (JSON, padded with spaces so that the data begin at a multiple of 8), and the data without holes. Tensors
 * stand by type of element, the largest first, then by name, so that each begins at a multiple of its element's size.
 * The same tensors with one text give the same bytes as Python's safetensors.
 *
 * @param content the tensors and the metadata
 * @returns the bytes of the file
 * @throws ArgumentError for a name that occurs twice, is `__metadata__` or is no valid Unicode
 * @throws ShapeError when a tensor has more or fewer elements than its shape says
 * @example
 * import { decodeSafetensors, encodeSafetensors } from 'gradus/formats';
 * const data = new Float32Array([1, 2, 3, 4]);
 * const bytes = encodeSafetensors({
 *   tensors: [{ name: 'kernel', dtype: 'F32', shape: [2, 2], data }],
 *   metadata: { origin: 'by hand' },
 * });
 * const { tensors, metadata } = decodeSafetensors(bytes);
 * tensors[0].data; // [1, 2, 3, 4]
 * metadata; // { origin: 'by hand' }
 */
export function encodeSafetensors(content: SafetensorsContent): Uint8Array<ArrayBuffer> {
  const tensors = inFileOrder(content.tensors);
  const text = headerOf(tensors, content.metadata);
  const header = new TextEncoder().encode(text);
  const length = Math.ceil(header.length / 8) * 8;
  if (length > HEADER_LIMIT) {
    throw new ArgumentError({
      received: `names, shapes and metadata of ${length} bytes`,
      expected: `at most ${HEADER_LIMIT}, which is all that readers accept`,
      remedy: 'Store long texts as tensors of bytes.',
    });
  }
  const dataLength = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
  const bytes = new Uint8Array(PREFIX + length + dataLength);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(header, PREFIX);
  bytes.fill(0x20, PREFIX + header.length, PREFIX + length);
  let offset = PREFIX + length;
  for (const { data } of tensors) {
    bytes.set(bytesOf(data), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** Give the tensors in the order in which they are written; checks names and sizes. */
export function inFileOrder(tensors: readonly SafetensorsTensor[]): SafetensorsTensor[] {
  const names = new Set<string>();
  for (const tensor of tensors) {
    const { name, dtype, shape, data } = tensor;
    if (name === METADATA || names.has(name) || /\p{Surrogate}/u.test(name)) {
      throw new ArgumentError({
        received: names.has(name) ? `two tensors named '${name}'` : `a tensor named ${JSON.stringify(name)}`,
        expected: `valid Unicode, unlike '${METADATA}' and unlike every other name`,
        remedy: 'Rename the tensor.',
      });
    }
    names.add(name);
    if (!(data instanceof constructors[dtype])) {
      throw new ArgumentError({
        received: `a tensor '${name}' of type ${dtype} with ${kindOf(data)}`,
        expected: `a ${constructors[dtype].name}`,
      });
    }
    if (elementCount(shape) !== data.length) {
      throw new ShapeError({
        received: `${data.length} elements for a tensor '${name}' of shape [${shape.join(', ')}]`,
        expected: 'as many as the product of the shape',
      });
    }
  }
  return [...tensors].sort((a, b) => {
    const bySize = dtypes.indexOf(b.dtype) - dtypes.indexOf(a.dtype);
    return bySize !== 0 ? bySize : a.name < b.name ? -1 : 1;
  });
}

/** Write the header for tensors in this order. */
export function headerOf(
  tensors: readonly SafetensorsTensor[],
  metadata: Readonly<Record<string, string>>,
): string {
  const entries: string[] = [];
  const texts = Object.keys(metadata)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`);
  if (texts.length > 0) entries.push(`"${METADATA}":{${texts.join(',')}}`);
  let offset = 0;
  for (const { name, dtype, shape, data } of tensors) {
    const end = offset + data.byteLength;
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${offset},${end}]}`,
    );
    offset = end;
  }
  return `{${entries.join(',')}}`;
}

/** Refuse what are no bytes; what `fetch` and `File` give is taken as it is. */
function requireBytes(bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  throw new ArgumentError({
    received: `a file that is ${typeof bytes === 'string' ? 'a text' : describeValue(bytes)}`,
    expected: 'its bytes, a Uint8Array or an ArrayBuffer',
    ...(typeof bytes === 'string' && { remedy: 'Read the file, without an encoding' }),
  });
}

/** See a typed array as its bytes. */
export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Read a safetensors file, whoever wrote it; every mistake in it is refused before anything is allocated for it.
 *
 * @param bytes the whole file
 * @returns copies of its tensors, in the order of their bytes, and its metadata
 * @throws IncompatibleError when it is truncated, damaged, no safetensors file, or holds an unknown type of element
 * @example
 * import { decodeSafetensors, encodeSafetensors } from 'gradus/formats';
 * const bytes = encodeSafetensors({ tensors: [], metadata: { author: 'Ada' } });
 * decodeSafetensors(bytes).metadata; // { author: 'Ada' }
 */
export function decodeSafetensors(bytes: Uint8Array | ArrayBuffer): SafetensorsContent {
  // Not a Buffer of Node, whose slices share memory.
  const file = bytesOf(requireBytes(bytes));
  const { text, start } = readHeader(file);
  const header = parseJson(text, "the file's header");
  if (!isPlainObject(header)) throw damaged("the file's header is no object", 'an object of tensors');
  const entries: Entry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) metadata = readMetadata(value);
    else entries.push(readEntry(name, value));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const end = checkOffsets(entries);
  const dataLength = file.length - start;
  if (dataLength < end) throw truncated(file.length, start + end);
  if (dataLength > end) {
    throw damaged(`the file has ${file.length} bytes`, `${start + end}, as its header promises`);
  }
  const tensors = entries.map((entry) => {
    const copy = file.slice(start + entry.begin, start + entry.end);
    const data = new constructors[entry.dtype](copy.buffer);
    return { name: entry.name, dtype: entry.dtype, shape: entry.shape, data } as SafetensorsTensor;
  });
  return { tensors, metadata };
}

/** What the header says of a tensor; the offsets are bytes from the beginning of the data. */
interface Entry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): { text: string; start: number } {
  if (bytes.length < PREFIX) {
    throw damaged(
      `the file has ${bytes.length} bytes`,
      `a safetensors file, which begins with ${PREFIX} bytes of length and a header`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > HEADER_LIMIT) {
    throw damaged(
      `the file's first ${PREFIX} bytes promise a header of ${length} bytes`,
      `a safetensors file, whose header has at most ${HEADER_LIMIT}`,
    );
  }
  const start = PREFIX + length;
  if (bytes.length < start) throw truncated(bytes.length, start);
  if (bytes[PREFIX] !== 0x7b) {
    throw damaged("the file's header does not begin with {", 'a safetensors file, whose header is JSON');
  }
  try {
    // A copy, since decoders refuse memory that threads share.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.slice(PREFIX, start));
    return { text, start };
  } catch {
    throw damaged("the file's header is no valid UTF-8", 'JSON in UTF-8');
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (!isPlainObject(value)) throw damaged("the file's metadata are no object", 'texts by name');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw damaged(`the file's metadata '${key}' are ${kindOf(text)}`, 'a text');
    }
  }
  return value as Record<string, string>;
}

function readEntry(name: string, value: unknown): Entry {
  const place = `the tensor ${JSON.stringify(name)}`;
  if (!isPlainObject(value)) throw damaged(`${place} is described by ${kindOf(value)}`, 'an object');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(constructors, dtype)) {
    throw damaged(`${place} has elements of type ${JSON.stringify(dtype)}`, `one of ${dtypes.join(', ')}`);
  }
  if (!isListOfCounts(shape)) {
    throw damaged(`${place} has the shape ${JSON.stringify(shape)}`, 'a list of whole numbers');
  }
  if (!isListOfCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw damaged(`${place} has the offsets ${JSON.stringify(offsets)}`, 'where its bytes begin and end');
  }
  const [begin, end] = offsets;
  const known = dtype as SafetensorsDtype;
  const byteLength = elementCount(shape) * constructors[known].BYTES_PER_ELEMENT;
  if (byteLength !== end - begin) {
    throw damaged(
      `${place}, ${dtype} of shape [${shape.join(', ')}], has ${end - begin} bytes`,
      Number.isSafeInteger(byteLength) ? `${byteLength}` : 'a shape that a file can hold',
    );
  }
  return { name, dtype: known, shape, begin, end };
}

/** Check that the tensors lie end to end from 0 on, and give the end of the last. */
function checkOffsets(entries: readonly Entry[]): number {
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) {
      const what = entry.begin < end ? 'overlaps the one before it' : 'leaves a hole before it';
      throw damaged(
        `the tensor ${JSON.stringify(entry.name)} ${what} (byte ${entry.begin} of the data)`,
        `one that begins at byte ${end}`,
      );
    }
    end = entry.end;
  }
  return end;
}

function truncated(received: number, promised: number): IncompatibleError {
  return damaged(
    `the file is truncated: it has ${received} bytes`,
    `at least ${promised}, as its header promises`,
    'Copy or download it again.',
  );
}

function isListOfCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** The product of the dimensions; NaN or more than any file's length where it leaves the exact integers. */
function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const dimension of shape) {
    count *= dimension;
    if (!Number.isSafeInteger(count)) return Number.NaN;
  }
  return count;
}
