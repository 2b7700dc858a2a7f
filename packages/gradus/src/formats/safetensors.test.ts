import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArgumentError, IncompatibleError, ShapeError } from '../util/errors.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type SafetensorsTensor,
} from './safetensors.ts';

interface Case {
  readonly name: string;
  readonly bytes: string;
  readonly metadata: Record<string, string>;
  readonly tensors: readonly {
    name: string;
    dtype: string;
    shape: number[];
    data: (number | string | boolean)[];
  }[];
}
const fixture = JSON.parse(
  readFileSync(new URL('../../../../fixtures/safetensors.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[] };

/** Make a file from a header's text and data. */
function fileOf(header: string | Uint8Array, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const tensor = (name: string, values: readonly number[]): SafetensorsTensor => {
  return { name, dtype: 'F32', shape: [values.length], data: new Float32Array(values) };
};

/** The elements as the fixture lists them. */
const listed = ({ dtype, data }: SafetensorsTensor) =>
  Array.from<number | bigint, number | string | boolean>(data, (value) => {
    if (typeof value === 'bigint') return String(value);
    return dtype === 'BOOL' ? value === 1 : value;
  });

describe("files of Python's safetensors", () => {
  for (const { name, bytes: encoded, metadata, tensors } of fixture.cases) {
    const bytes = new Uint8Array(Buffer.from(encoded, 'base64'));

    test(`${name}: read to the last bit`, () => {
      const content = decodeSafetensors(bytes);
      expect(content.metadata).toEqual(metadata);
      const found = content.tensors.map((item) => ({ ...item, data: listed(item) }));
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
      expect(found.sort(byName)).toEqual([...tensors].sort(byName));
    });

    // It writes several texts in an order that changes from run to run.
    if (Object.keys(metadata).length < 2) {
      test(`${name}: written to the last byte`, () => {
        const { tensors, metadata } = decodeSafetensors(bytes);
        const reversed = [...tensors].reverse();
        expect(encodeSafetensors({ tensors: reversed, metadata })).toEqual(bytes);
      });
    }
  }
});

describe('round trips', () => {
  test('every bit of floats survives, also NaN with a payload', () => {
    const bits = new Uint32Array([0x7fc00001, 0xffa00000, 0x80000000, 0x7f800000, 1]);
    const data = new Float32Array(bits.buffer);
    const bytes = encodeSafetensors({
      tensors: [{ name: 'x', dtype: 'F32', shape: [5], data }],
      metadata: {},
    });
    const [{ data: back }] = decodeSafetensors(bytes).tensors;
    expect(new Uint32Array(back.buffer)).toEqual(bits);
  });

  test('parts of arrays, shared memory, buffers of Node and unaligned files', () => {
    const part = new Float64Array([9, 1, 2, 9]).subarray(1, 3);
    const shared = new Int32Array(new SharedArrayBuffer(8));
    shared.set([3, 4]);
    const content: SafetensorsContent = {
      tensors: [
        { name: 'part', dtype: 'F64', shape: [2], data: part },
        { name: 'shared', dtype: 'I32', shape: [2, 1], data: shared },
      ],
      metadata: {},
    };
    const bytes = encodeSafetensors(content);
    const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    const inShared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    inShared.set(bytes);
    for (const file of [bytes, Buffer.from(bytes), shifted, inShared]) {
      const { tensors } = decodeSafetensors(file);
      expect(tensors.map(({ data }) => Array.from<number | bigint>(data))).toEqual([
        [1, 2],
        [3, 4],
      ]);
      file.fill(0);
      expect(Array.from<number | bigint>(tensors[0].data)).toEqual([1, 2]);
      file.set(encodeSafetensors(content));
    }
  });

  test('names and texts that objects treat in a special way', () => {
    const names = ['constructor', '__proto__', '10', '9', 'toString'];
    const metadata = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
    const tensors = names.map((name, i) => tensor(name, [i]));
    const content = decodeSafetensors(encodeSafetensors({ tensors, metadata }));
    expect(Object.entries(content.metadata).sort()).toEqual(Object.entries(metadata).sort());
    for (const { name, data } of content.tensors) expect(data[0]).toBe(names.indexOf(name));
  });
});

describe('what cannot be written', () => {
  const write = (...tensors: SafetensorsTensor[]) => encodeSafetensors({ tensors, metadata: {} });

  test.each([
    ['a name twice', [tensor('x', [1]), tensor('x', [2])]],
    ['the name of the metadata', [tensor('__metadata__', [1])]],
    ['half a character', [tensor('\ud800', [1])]],
    ['another array', [{ ...tensor('x', [1]), data: new Float64Array(1) } as unknown as SafetensorsTensor]],
  ])('%s', (_, tensors) => {
    expect(() => write(...tensors)).toThrow(ArgumentError);
  });

  test.each([[[3]], [[]], [[0.5, 2]], [[-1]], [[2 ** 40, 2 ** 40, 0]]])(
    'shape %j for one element too few',
    (shape) => {
      expect(() => write({ ...tensor('x', [1, 2]), shape } as SafetensorsTensor)).toThrow(ShapeError);
    },
  );
});

describe('what cannot be read', () => {
  const entry = (shape: string, offsets: string, dtype = '"F32"') =>
    `{"x":{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}}`;
  const two = (a: string, b: string) =>
    `{"a":{"dtype":"U8","shape":[2],"data_offsets":${a}},"b":{"dtype":"U8","shape":[2],"data_offsets":${b}}}`;
  const promising = (length: bigint, size: number) => {
    const bytes = new Uint8Array(size);
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    return bytes;
  };

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'the file has 0 bytes'],
    ['seven bytes', new Uint8Array(7), 'the file has 7 bytes'],
    ['no header', new Uint8Array(8), 'does not begin with {'],
    ['a header of 2^64 - 1 bytes', promising(2n ** 64n - 1n, 8), 'promise a header of 18446744073709552000'],
    ['a header of 100 MB and one byte', promising(100_000_001n, 8), 'at most 100000000'],
    ['a header longer than the file', promising(50n, 20), 'truncated: it has 20 bytes. Expected at least 58'],
    ['a ZIP file', new TextEncoder().encode('PK\x03\x04 and so on and so forth'), 'promise a header of'],
    ['a list', fileOf('[]'), 'does not begin with {'],
    ['no UTF-8', fileOf(new Uint8Array([0x7b, 0xff, 0x7d])), 'no valid UTF-8'],
    ['no JSON', fileOf('{"x":'), 'no valid JSON'],
    ['a name twice', fileOf('{"x":1,"x":2}'), 'names "x" twice'],
    ['deep nesting', fileOf(`{"x":${'['.repeat(5000)}${']'.repeat(5000)}}`), 'nested too deep'],
    ['metadata that are a text', fileOf('{"__metadata__":"x"}'), 'metadata are no object'],
    ['metadata with a number', fileOf('{"__metadata__":{"x":1}}'), "metadata 'x' are a number"],
    ['a tensor that is a list', fileOf('{"x":[]}'), 'described by a list'],
    ['a tensor that is null', fileOf('{"x":null}'), 'described by null'],
    ['no type', fileOf(entry('[0]', '[0,0]', 'null')), 'elements of type null'],
    ['an unknown type', fileOf(entry('[0]', '[0,0]', '"F8_E4M3"')), 'elements of type "F8_E4M3"'],
    ['a type that objects have', fileOf(entry('[0]', '[0,0]', '"toString"')), 'elements of type "toString"'],
    ['no shape', fileOf(entry('null', '[0,0]')), 'has the shape null'],
    ['a fraction', fileOf(entry('[0.5]', '[0,2]')), 'has the shape [0.5]'],
    ['a negative dimension', fileOf(entry('[-1]', '[0,0]')), 'has the shape [-1]'],
    ['an overflow', fileOf(entry('[1e15,1e15,1e15]', '[0,0]')), 'a shape that a file can hold'],
    ['an overflow before a zero', fileOf(entry('[1e15,1e15,0]', '[0,0]')), 'a shape that a file can hold'],
    ['terabytes', fileOf(entry('[1000000000000]', '[0,4000000000000]')), 'truncated'],
    ['more bytes than the shape says', fileOf(entry('[1]', '[0,8]'), new Uint8Array(8)), 'has 8 bytes'],
    ['offsets backwards', fileOf(entry('[0]', '[4,0]')), 'has the offsets [4,0]'],
    ['one offset', fileOf(entry('[0]', '[0]')), 'has the offsets [0]'],
    ['three offsets', fileOf(entry('[0]', '[0,0,0]')), 'has the offsets [0,0,0]'],
    ['a hole', fileOf(two('[0,2]', '[3,5]'), new Uint8Array(5)), '"b" leaves a hole'],
    ['a hole at the beginning', fileOf(entry('[1]', '[4,8]'), new Uint8Array(8)), '"x" leaves a hole'],
    ['an overlap', fileOf(two('[0,2]', '[1,3]'), new Uint8Array(3)), '"b" overlaps'],
    ['one tensor over another', fileOf(two('[0,2]', '[0,2]'), new Uint8Array(2)), '"b" overlaps'],
    ['one byte too few', fileOf(entry('[1]', '[0,4]'), new Uint8Array(3)), 'truncated'],
    ['one byte too many', fileOf(entry('[1]', '[0,4]'), new Uint8Array(5)), 'Expected '],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(IncompatibleError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  /** Decode, and if that succeeds, the content must be one that can be written and read again. */
  const decodesOrRefuses = (bytes: Uint8Array) => {
    let content: SafetensorsContent;
    try {
      content = decodeSafetensors(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(IncompatibleError);
      return;
    }
    expect(decodeSafetensors(encodeSafetensors(content)).tensors.length).toBe(content.tensors.length);
  };

  test('random bytes, with and without a fitting length', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesOrRefuses));
    fc.assert(
      fc.property(fc.json(), fc.uint8Array({ maxLength: 20 }), (text, data) =>
        decodesOrRefuses(fileOf(text, data)),
      ),
    );
  });

  test('every single bit of a small file flipped', () => {
    const bytes = encodeSafetensors({ tensors: [tensor('x', [1, 2]), tensor('', [])], metadata: { a: 'b' } });
    for (let i = 0; i < bytes.length * 8; i++) {
      const edited = bytes.slice();
      edited[i >> 3] ^= 1 << (i & 7);
      decodesOrRefuses(edited);
    }
  });
});
