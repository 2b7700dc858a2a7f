import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArgumentError, IncompatibleError } from '../util/errors.ts';
import type { SafetensorsTensor } from './safetensors.ts';
import { decodeTree, encodeTree } from './tree.ts';

const roundTrip = (value: unknown) => {
  const { text, tensors } = encodeTree(value, 'state');
  return decodeTree(text, tensors, 'state');
};

test('any numbers, texts, lists, objects and typed arrays come back the same', () => {
  const array = fc.oneof(
    fc.float32Array({ maxLength: 5 }),
    fc.float64Array({ maxLength: 5 }),
    fc.int8Array({ maxLength: 5 }),
    fc.int16Array({ maxLength: 5 }),
    fc.int32Array({ maxLength: 5 }),
    fc.uint8Array({ maxLength: 5 }),
    fc.uint16Array({ maxLength: 5 }),
    fc.uint32Array({ maxLength: 5 }),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      array,
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('$tensor', '$number', '$', '$$', 'a/b', '__proto__')),
      tie('value'),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  }));
  fc.assert(
    fc.property(value, (tree) => {
      expect(roundTrip(tree)).toEqual(tree);
    }),
  );
});

test('numbers that JSON cannot say', () => {
  const [nan, infinity, minus, zero] = roundTrip([Number.NaN, Infinity, -Infinity, -0]) as number[];
  expect([nan, infinity, minus]).toEqual([Number.NaN, Infinity, -Infinity]);
  expect(Object.is(zero, -0)).toBe(true);
});

test('values that look like marks', () => {
  const value = { $tensor: 'state/x', x: { $number: 'NaN' }, y: { $$tensor: { $tensor: [1] } }, $: null };
  expect(roundTrip(value)).toEqual(value);
});

test('two places of one name, and one array in two places', () => {
  const shared = new Float32Array([3]);
  const value = {
    a: { b: new Float32Array([1]) },
    'a/b': new Float32Array([2]),
    first: shared,
    second: shared,
  };
  expect(roundTrip(value)).toEqual(value);
});

test('members that are undefined are left out', () => {
  expect(Object.keys(roundTrip({ a: undefined, b: 1 }) as object)).toEqual(['b']);
});

describe('what cannot be written', () => {
  const circle: Record<string, unknown> = {};
  circle['inner'] = { circle };
  let deep: unknown = 0;
  for (let i = 0; i < 200; i++) deep = [deep];
  test.each<[string, unknown, string]>([
    ['a circle', circle, 'state/inner/circle contains itself'],
    ['endless nesting', deep, 'is nested too deep'],
    ['a map', { m: new Map() }, 'state/m is an object of class Map'],
    ['bytes clamped', [new Uint8ClampedArray(1)], 'state/0 is an object of class Uint8ClampedArray'],
    ['64-bit integers', new BigInt64Array(1), 'state is an object of class BigInt64Array'],
    ['a hole', [undefined], 'state[0] is undefined'],
    ['a function', { f: () => 1 }, 'state.f is a function'],
  ])('%s', (_, value, message) => {
    expect(() => encodeTree(value, 'state')).toThrow(ArgumentError);
    expect(() => encodeTree(value, 'state')).toThrow(message);
  });
});

describe('what cannot be read', () => {
  const x: SafetensorsTensor = { name: 'x', dtype: 'F32', shape: [1], data: new Float32Array(1) };
  const wide: SafetensorsTensor = { name: 'x', dtype: 'I64', shape: [1], data: new BigInt64Array(1) };
  test.each<[string, string, SafetensorsTensor[], string]>([
    ['a tensor that is not there', '{"$tensor":"x"}', [], 'names a tensor "x"'],
    ['a tensor named by a number', '{"$tensor":1}', [x], 'names a tensor 1'],
    ['a tensor named twice', '[{"$tensor":"x"},{"$tensor":"x"}]', [x], 'names a tensor "x"'],
    ['a tensor of a type that is never written', '{"$tensor":"x"}', [wide], 'names a tensor "x"'],
    ['a tensor that is not named', '{}', [x], 'does not name the tensor "x"'],
    ['an unknown number', '{"$number":"many"}', [], 'has a number "many"'],
    ['an unknown mark', '{"$other":1}', [], 'has a member "$other"'],
    ['a mark among others', '{"$number":"NaN","a":1}', [], 'has a member "$number"'],
  ])('%s', (_, text, tensors, message) => {
    expect(() => decodeTree(text, tensors, 'state')).toThrow(IncompatibleError);
    expect(() => decodeTree(text, tensors, 'state')).toThrow(message);
  });
});
