import { describe, expect, test } from 'vitest';
import { IncompatibleError } from '../util/errors.ts';
import { version } from '../version.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from './safetensors.ts';
import { decodeSealed, encodeSealed } from './sealed.ts';

const tensors: SafetensorsTensor[] = [
  { name: 'b', dtype: 'F32', shape: [3], data: new Float32Array([1, -2, 0.5]) },
  { name: 'a', dtype: 'U8', shape: [2, 1], data: new Uint8Array([7, 8]) },
];
const metadata = { text: 'wörter' };
const bytes = encodeSealed('model', { tensors, metadata });

/** Change the texts of the file without its checksum knowing. */
function withTexts(change: Record<string, string | undefined>): Uint8Array {
  const content = decodeSafetensors(bytes);
  const texts = Object.entries({ ...content.metadata, ...change }).filter(([, text]) => text !== undefined);
  return encodeSafetensors({ ...content, metadata: Object.fromEntries(texts) as Record<string, string> });
}

test('the content comes back, with the release that wrote it', () => {
  expect(decodeSealed('model', bytes)).toEqual({ tensors, metadata, gradusVersion: version });
});

test("the checksum is the same in a layout of another program's", () => {
  const content = decodeSafetensors(bytes);
  const texts = JSON.stringify(Object.fromEntries(Object.entries(content.metadata).reverse()));
  const header = `{ "a": {"data_offsets": [0, 2], "shape": [2, 1], "dtype": "U8"},
    "b": {"data_offsets": [2, 14], "shape": [3], "dtype": "F32"}, "__metadata__": ${texts} }`;
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + 14);
  new DataView(file.buffer).setUint32(0, text.length, true);
  file.set(text, 8);
  file.set([7, 8], 8 + text.length);
  file.set(new Uint8Array(new Float32Array([1, -2, 0.5]).buffer), 10 + text.length);
  expect(decodeSealed('model', file).metadata).toEqual(metadata);
});

test('every truncation is refused', () => {
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSealed('model', bytes.slice(0, length))).toThrow(IncompatibleError);
  }
});

test('every edit of a bit is refused, or changes no more than white space', () => {
  const end = 8 + new DataView(bytes.buffer).getUint32(0, true);
  for (let i = 0; i < bytes.length * 8; i++) {
    const edited = bytes.slice();
    edited[i >> 3] ^= 1 << (i & 7);
    const isPadding = i >> 3 >= 8 && i >> 3 < end && bytes[i >> 3] === 0x20;
    if (isPadding && [0x09, 0x0a, 0x0d].includes(edited[i >> 3])) continue;
    expect(() => decodeSealed('model', edited), `bit ${i}`).toThrow(IncompatibleError);
  }
});

describe('says what is wrong', () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ['an edited text', { text: 'worte' }, 'the file was edited or damaged'],
    ['an added text', { more: 'text' }, 'the file was edited or damaged'],
    ['a missing checksum', { 'gradus.checksum': undefined }, "without 'gradus.checksum'"],
    ['another program', { 'gradus.format': undefined }, "without 'gradus.format'"],
    [
      'a newer format',
      { 'gradus.formatVersion': '2', 'gradus.version': '9.1.0' },
      'in format 2, written by gradus 9.1.0',
    ],
    ['no version', { 'gradus.formatVersion': 'one' }, 'is "one"'],
    ['version 0', { 'gradus.formatVersion': '0' }, 'is "0"'],
  ])('%s', (_, change, message) => {
    expect(() => decodeSealed('model', withTexts(change))).toThrow(IncompatibleError);
    expect(() => decodeSealed('model', withTexts(change))).toThrow(message);
  });

  test('a checkpoint where a model is wanted', () => {
    const checkpoint = encodeSealed('checkpoint', { tensors, metadata });
    expect(() => decodeSealed('model', checkpoint)).toThrow(
      'a checkpoint of gradus. Expected a model. Give the file that holds the model.',
    );
  });
});
