import { expect, test } from 'vitest';
import { IncompatibleError } from './errors.ts';
import {
  Field,
  fields,
  finiteNumber,
  flag,
  fraction,
  numberFrom,
  type OptionsOf,
  oneOf,
  positiveInteger,
  positiveNumber,
  text,
} from './fields.ts';

/** A size that is one number or two, and is worked with as two. */
const pair = () =>
  new Field<number | readonly [number, number], readonly [number, number]>(
    {
      read: (value) => (Array.isArray(value) ? [value[0], value[1]] : [value as number, value as number]),
      write: (value) => value,
    },
    'required',
  );

const window = fields('window', () => ({
  size: pair(),
  strides: pair().default({ derive: ({ size }) => size as readonly [number, number] }),
  padding: oneOf(['valid', 'same']).default('valid'),
  value: finiteNumber().default(0).writtenIfChanged(),
  factor: positiveNumber().optional(),
  name: text().optional().notWritten(),
}));
type WindowOptions = OptionsOf<typeof window, 'size'>;

test('defaults are filled in, also those that depend on another option', () => {
  const options: WindowOptions = { padding: 'same', name: undefined };
  expect(window.read(options, { size: 2 })).toEqual({
    size: [2, 2],
    strides: [2, 2],
    padding: 'same',
    value: 0,
    factor: undefined,
    name: undefined,
  });
  expect(window.read({ strides: 3 }, { size: [1, 2] }).strides).toEqual([3, 3]);
});

test('options that nobody reads, or of the wrong kind, are refused by name', () => {
  expect(() => window.read({ stride: 2 }, { size: 2 })).toThrow(
    "the option 'stride' of window. Expected one of strides, padding, value, factor, name. Did you mean 'strides'?",
  );
  // What is given apart from the options is none of them.
  expect(() => window.read({ size: 2 }, { size: 2 })).toThrow("the option 'size' of window");
  expect(() => window.read(2 as never, { size: 2 })).toThrow('2 as the options of window');
  expect(() => window.read({ padding: 'Same' }, { size: 2 })).toThrow("Did you mean 'same'?");
  expect(() => window.read({ value: Number.NaN }, { size: 2 })).toThrow(
    'value is NaN. Expected a finite number.',
  );
  expect(() => window.read({ value: null }, { size: 2 })).toThrow('value is null. Expected a finite number.');
  expect(() => window.read({ factor: 0 }, { size: 2 })).toThrow('factor is 0. Expected a number above 0.');
  expect(() => window.read({ name: 3 }, { size: 2 })).toThrow('name is 3. Expected a string.');
});

test('JSON leaves out what need not be written, and gives back the same values', () => {
  const values = window.read({ factor: 2, name: 'first' }, { size: 2 });
  const json = JSON.parse(JSON.stringify(window.write(values)));
  expect(json).toEqual({ size: [2, 2], strides: [2, 2], padding: 'valid', factor: 2 });
  const { size, ...options } = window.parse(json);
  expect(window.read(options, { size })).toEqual({ ...values, name: undefined });
  expect(window.write({ ...values, value: 1 })).toMatchObject({ value: 1 });
});

test('a file with options that are missing or wrong is incompatible', () => {
  const kinds = fields('kinds', () => ({
    count: positiveInteger(),
    rate: fraction().default(0),
    least: numberFrom(1).default(1),
    isOpen: flag().default(true),
  }));
  expect(kinds.parse({ count: 3, unknown: 1 })).toEqual({ count: 3 });
  const wrong: [object, string][] = [
    [{}, "count is undefined, in a description of 'kinds'. Expected a whole number of at least 1."],
    [{ count: '3' }, "count is '3'"],
    [{ count: 1, rate: 1 }, 'rate is 1'],
    [{ count: 1, least: 0 }, 'least is 0'],
    [{ count: 1, isOpen: 'yes' }, "isOpen is 'yes', in a description of 'kinds'. Expected true or false."],
  ];
  for (const [json, message] of wrong) {
    expect(() => kinds.parse({ ...json })).toThrow(IncompatibleError);
    expect(() => kinds.parse({ ...json })).toThrow(message);
  }
});
