import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArgumentError, IncompatibleError, ShapeError } from '../util/errors.ts';
import { version } from '../version.ts';
import { decodeModelFile, encodeModelFile, type ModelFileInput } from './modelFile.ts';
import { decodeSafetensors } from './safetensors.ts';
import { encodeSealed } from './sealed.ts';

const model: ModelFileInput = {
  config: { kind: 'sequential', layers: [{ kind: 'dense', units: 2, rate: -0 }] },
  weights: [
    { name: 'dense/kernel', shape: [3, 2], values: new Float32Array([1, -0, 1e-45, 0.1, -3.4e38, 7]) },
    { name: 'dense/bias', shape: [2], values: new Float64Array([0.1, 5e-324]) },
    { name: 'count', shape: [], values: new Float32Array([3]) },
  ],
  preprocessing: { encodings: [{ name: 'Größe', levels: ['b', 'a'] }] },
  schema: { target: 'species' },
  training: { seed: 0, epochs: 30 },
  numerics: 'portable',
  extra: ['anything'],
};
const bytes = encodeModelFile(model);

test('every part comes back as it was, the weights in their order and bit by bit', () => {
  expect(decodeModelFile(bytes)).toEqual({ ...model, gradusVersion: version });
});

test('a model needs nothing but its config', () => {
  const least = { config: {}, weights: [] };
  expect(decodeModelFile(encodeModelFile(least))).toEqual({ ...least, gradusVersion: version });
});

test('the weights are ordinary tensors, and all else is JSON, for any reader of safetensors', () => {
  const { tensors, metadata } = decodeSafetensors(bytes);
  expect(tensors.map(({ name }) => name)).toEqual(['dense/bias', 'count', 'dense/kernel']);
  expect(JSON.parse(metadata['gradus.preprocessing'])).toEqual(model.preprocessing);
});

test('any weights and names', () => {
  const weight = fc.float32Array({ maxLength: 4 });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), weight, { noNullPrototype: true }), (values) => {
      const names = Object.keys(values).filter((name) => name !== '__metadata__');
      const weights = names.map((name) => ({ name, shape: [values[name].length], values: values[name] }));
      expect(decodeModelFile(encodeModelFile({ config: {}, weights })).weights).toEqual(weights);
    }),
  );
});

test('every truncation is refused, whatever the length', () => {
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeModelFile(bytes.subarray(0, length))).toThrow(IncompatibleError);
  }
});

test('random edits are refused', () => {
  const edit = fc.record({ at: fc.nat(bytes.length - 1), by: fc.integer({ min: 1, max: 255 }) });
  // White space between the header and the data is no content.
  const end = 8 + new DataView(bytes.buffer).getUint32(0, true);
  const isPadding = (at: number) => at < end && bytes.subarray(at, end).every((byte) => byte === 0x20);
  fc.assert(
    fc.property(edit, ({ at, by }) => {
      fc.pre(!isPadding(at));
      const edited = bytes.slice();
      edited[at] ^= by;
      expect(() => decodeModelFile(edited)).toThrow(IncompatibleError);
    }),
  );
});

describe('what cannot be written', () => {
  const values = new Float32Array(2);
  test.each<[string, ModelFileInput, typeof ArgumentError | typeof ShapeError, string]>([
    ['a config with NaN', { ...model, config: { rate: Number.NaN } }, ArgumentError, 'config.rate is NaN'],
    [
      'a schema with a date',
      { ...model, schema: new Date(0) },
      ArgumentError,
      'schema is an object of class Date',
    ],
    [
      'a name twice',
      { ...model, weights: [model.weights[0], model.weights[0]] },
      ArgumentError,
      'two tensors named',
    ],
    ['a wrong shape', { config: {}, weights: [{ name: 'x', shape: [3], values }] }, ShapeError, '2 elements'],
    [
      'a list of weights',
      { config: {}, weights: [{ name: 'x', shape: [1], values: [1] as unknown as Float32Array }] },
      ArgumentError,
      'no typed array of floats',
    ],
  ])('%s', (_, input, kind, message) => {
    expect(() => encodeModelFile(input)).toThrow(kind);
    expect(() => encodeModelFile(input)).toThrow(message);
  });
});

describe('what cannot be read, though its checksum fits', () => {
  const content = decodeSafetensors(bytes);
  const own = ['gradus.format', 'gradus.formatVersion', 'gradus.version', 'gradus.checksum'];
  const kept = Object.entries(content.metadata).filter(([key]) => !own.includes(key));
  const sealedWith = (change: Record<string, string>) =>
    encodeSealed('model', { ...content, metadata: { ...Object.fromEntries(kept), ...change } });

  test.each<[string, Uint8Array, string]>([
    ['a checkpoint', encodeSealed('checkpoint', content), 'a checkpoint of gradus. Expected a model'],
    ['no config', encodeSealed('model', { tensors: [], metadata: {} }), 'config is no object'],
    ['a config that is a list', sealedWith({ 'gradus.config': '[]' }), 'config is no object'],
    ['a config that is no JSON', sealedWith({ 'gradus.config': '{' }), 'no valid JSON'],
    ['a part that is no JSON', sealedWith({ 'gradus.schema': '{' }), "the model's schema is no valid JSON"],
    ['unknown numerics', sealedWith({ 'gradus.numerics': '"exact"' }), 'numerics are "exact"'],
    ['a weight too few', sealedWith({ 'gradus.weights': '["count"]' }), 'does not fit its tensors'],
    [
      'a weight twice',
      sealedWith({ 'gradus.weights': '["count","count","dense/bias"]' }),
      'does not fit its tensors',
    ],
    ['an unknown weight', sealedWith({ 'gradus.weights': '["count","dense/kernel","x"]' }), 'no weight "x"'],
  ])('%s', (_, file, message) => {
    expect(() => decodeModelFile(file)).toThrow(IncompatibleError);
    expect(() => decodeModelFile(file)).toThrow(message);
  });
});

test('an ArrayBuffer is read like its bytes; what is no file is named', () => {
  const bytes = encodeModelFile(model);
  expect(decodeModelFile(bytes.buffer)).toEqual(decodeModelFile(bytes));
  expect(() => decodeModelFile('{}' as never)).toThrow(
    'a file that is a text. Expected its bytes, a Uint8Array or an ArrayBuffer. Read the file, without an encoding.',
  );
  expect(() => decodeModelFile(null as never)).toThrow('a file that is null');
  expect(() => decodeModelFile(new Float32Array(2) as never)).toThrow('a file that is a Float32Array');
});
