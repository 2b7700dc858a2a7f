import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArgumentError, IncompatibleError } from '../util/errors.ts';
import { parseJson, stringifyJson } from './json.ts';

test('any JSON value comes back the same, -0 and every bit of a number included', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseJson(stringifyJson(value, 'it'), 'it')).toEqual(value);
    }),
  );
  expect(parseJson(stringifyJson([-0, 5e-324, 0.1, 1e21, -1e-7], 'it'), 'it')).toEqual([
    -0, 5e-324, 0.1, 1e21, -1e-7,
  ]);
});

test('the text is that of JSON.stringify', () => {
  const value = { b: [1, 2.5, null, true], a: { '': 'ä"\\\n\u2028' }, ' ': [] };
  expect(stringifyJson(value, 'it')).toBe(JSON.stringify(value));
});

test('members that are undefined are left out', () => {
  expect(stringifyJson({ a: undefined, b: 1 }, 'it')).toBe('{"b":1}');
});

test.each([
  ['a.b[1]', { a: { b: [0, Number.NaN] } }, 'it.a.b[1] is NaN'],
  ['an infinity', Number.POSITIVE_INFINITY, 'it is Infinity'],
  ['a hole', [1, undefined], 'it[1] is undefined'],
  ['a function', { f: () => 1 }, 'it.f is a function'],
  ['a bigint', 1n, 'it is a bigint'],
  ['a date', new Date(0), 'it is an object of class Date'],
  ['a typed array', new Float32Array(1), 'it is an object of class Float32Array'],
])('%s is refused with its place', (_, value, message) => {
  expect(() => stringifyJson(value, 'it')).toThrow(ArgumentError);
  expect(() => stringifyJson(value, 'it')).toThrow(message);
});

test('circles and endless nesting are refused both ways', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  expect(() => stringifyJson(circle, 'it')).toThrow('nested too deep, or contains itself');
  expect(() => parseJson('['.repeat(101) + ']'.repeat(101), 'it')).not.toThrow();
  for (const depth of [102, 100_000]) {
    expect(() => parseJson('['.repeat(depth) + ']'.repeat(depth), 'it')).toThrow(IncompatibleError);
  }
});

test.each([
  ['at the top', '{"a":1,"a":2}', '"a"'],
  ['written in two ways', '{"a":1,"\\u0061":2}', '"a"'],
  ['deep inside', '[{"x":[{"q":{}, "r":"}{", "q":[]}]}]', '"q"'],
])('a key twice is refused: %s', (_, text, key) => {
  expect(() => parseJson(text, 'it')).toThrow(`it names ${key} twice`);
});

test.each(['{"a":"a","b":"a"}', '[{"a":1},{"a":1}]', '{"a":{"a":"\\"a\\\\"},"b":["a","a"]}', '"a"', '3'])(
  'a key once an object is fine: %s',
  (text) => {
    expect(parseJson(text, 'it')).toEqual(JSON.parse(text));
  },
);

test.each(['', '{', '{"a":}', 'NaN', '{"a":1}x', '\ufeff{}'])('no JSON: %j', (text) => {
  expect(() => parseJson(text, 'it')).toThrow('it is no valid JSON');
});

test('text of millions of brackets is refused before it is parsed, whether it closes them or not', () => {
  const many = 5_000_000;
  for (const text of ['['.repeat(many), `${'['.repeat(many)}${']'.repeat(many)}`, '{"a":'.repeat(many)])
    expect(() => parseJson(text, 'the header')).toThrow('the header is nested too deep');
  expect(parseJson(`["${'['.repeat(500)}", "\\"[[["]`, 'the header')).toHaveLength(2);
});
