import { expect, test } from 'vitest';
import { dense } from '../../nn/layers/dense.ts';
import { DataError, GradusError } from '../../util/errors.ts';
import { sequential } from '../build.ts';
import type { FitOptions } from '../fit/options.ts';
import { type Dataset, type InputsLike, toInputs } from './inputs.ts';
import { toTargets } from './targets.ts';

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((reason: unknown) => reason);
const messageOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await failure(promise);
  expect(error).toBeInstanceOf(GradusError);
  return (error as GradusError).message;
};

test('data that does not fit is refused with its place', async () => {
  const options: FitOptions = { loss: 'softmaxCrossEntropy', optimizer: 'sgd' };
  const fit = (data: Dataset, others: Partial<FitOptions> = {}) =>
    messageOf(sequential([dense(3)], { inputShape: [3] }).fit(data, { ...options, ...others }));
  const three = (value: number) => [
    [1, 2, 3],
    [4, value, 6],
  ];
  expect(await fit({ x: three(Number.NaN), y: [0, 1] })).toBe(
    'NaN in row 2, column 2 of x. Expected a finite number. Impute or remove it.',
  );
  expect(await fit({ x: three(1e39), y: [0, 1] })).toContain('float32 can hold');
  expect(
    await fit({
      x: [
        [1, 2, 3],
        [4, 5],
      ],
      y: [0, 1],
    }),
  ).toContain('2 numbers in row 2');
  expect(await fit({ x: three(5), y: [0, 1, 2] })).toContain('3 rows of y for 2 rows of x');
  expect(await fit({ x: [], y: [] })).toContain('x without rows');
  expect(await fit({ x: [[1], [2]], y: [0, 1] })).toContain('x with 1 number a row. Expected 3');
  expect(await fit({ x: three(5), y: [0, 3] })).toContain(
    'the label 3 in row 2 of y. Expected a class number from 0 to 2',
  );
  expect(await fit({ x: three(5), y: [0, 0.5] })).toContain('the label 0.5');
  expect(
    await fit({
      x: three(5),
      y: [
        [0, 1],
        [1, 0],
      ],
    }),
  ).toContain('y with 2 numbers a row for a model with 3 outputs');
  expect(await fit({ x: three(5), y: [0, 1] }, { loss: 'meanSquaredError' })).toContain(
    'y with 1 number a row',
  );
  expect(
    await fit(
      {
        x: three(5),
        y: [
          [0, 1, 2],
          [0, 0, 0],
        ],
      },
      { loss: 'binaryCrossEntropy' },
    ),
  ).toContain('the target 2 in row 1');
  expect(await fit({ x: three(5), y: [0, 1] }, { epochs: 1.5 })).toContain('epochs is 1.5');
  expect(await fit({ x: three(5), y: [0, 1] }, { batchSize: 0 })).toContain('batchSize is 0');
  expect(await fit({ x: three(5), y: [0, 1] }, { validation: 1 })).toContain('a validation share of 1');
  expect(await fit({ x: [[1, 2, 3]], y: [0] }, { validation: 0.5 })).toContain(
    '1 row with a validation share',
  );
  const error = await failure(sequential([dense(3)]).fit({ x: three(Number.NaN), y: [0, 1] }, options));
  expect(error).toBeInstanceOf(DataError);
  expect(error).toMatchObject({ row: 2, column: '2' });
});

test('bytes are trained on as bytes, scaled on the way', async () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 37) % 256);
  const y = Float32Array.from({ length: 20 }, (_, i) => i / 20);
  const train = async (data: Dataset) => {
    const model = sequential([dense(3, { activation: 'sigmoid' }), dense(1)]);
    await model.fit(data, {
      loss: 'meanSquaredError',
      optimizer: 'sgd',
      epochs: 3,
      batchSize: 8,
      numerics: 'portable',
    });
    return model.getWeights();
  };
  const scaled = Float32Array.from(bytes, (b) => Math.fround(Math.fround(1 / 255) * b));
  const fromBytes = await train({ x: { values: bytes, width: 2, scale: 1 / 255 }, y });
  const fromFloats = await train({ x: { values: scaled, width: 2 }, y });
  fromBytes.forEach(({ values: numbers }, i) => {
    numbers.forEach((value, k) => {
      expect(value).toBeCloseTo(fromFloats[i].values[k], 6);
    });
  });
});

test('what is no matrix is named as what it is', () => {
  const messages: [unknown, string][] = [
    [undefined, 'x that is undefined. Expected a list of rows'],
    ['1,2', "x that is '1,2'"],
    [new Float32Array(2), 'Write { values, width } with the count of numbers a row'],
    [new Map(), 'x that is a Map'],
    [[1, 2], 'Write [[1, 2, 3]] for one row of three numbers'],
    [[['1', '2']], "'1' in row 1, column 1 of x. Expected a finite number. Read numbers with Number(text)"],
    [[[1, null]], 'null in row 1, column 2 of x'],
    [[[1, 2n]], '2n in row 1, column 2 of x'],
    [[{ a: 1 }], 'x whose first row is an object'],
    [[[1, 2], [1]], 'x with 1 number in row 2. Expected 2 numbers'],
    [{ values: [1, 2], width: 2 }, 'x whose values are a list. Expected a typed array'],
    [{ values: new BigInt64Array(2), width: 2 }, 'x whose values are a BigInt64Array'],
    [{ values: new DataView(new ArrayBuffer(8)), width: 2 }, 'x whose values are a DataView'],
    [{ values: new Float32Array(3), width: 2 }, 'x of 3 values with width 2'],
  ];
  for (const [x, message] of messages) {
    expect(() => toInputs(x as InputsLike, [{ name: 'input', width: 2 }])).toThrow(message);
  }
  expect(() => toTargets(['cat', 'dog'] as never, { task: 'classes' }, 2, 2)).toThrow(
    "the label 'cat' in row 1 of y",
  );
  expect(() => toTargets(undefined as never, { task: 'values' }, 1, 2)).toThrow(
    'a list of numbers or of rows',
  );
});

test('typed arrays of whole numbers are read as numbers, clamped bytes as bytes', () => {
  const read = (values: Exclude<InputsLike, readonly unknown[]>['values']) =>
    toInputs({ values, width: 2 } as InputsLike, [{ name: 'input', width: 2 }]).matrices.get('input')!.values;
  for (const kind of [Int8Array, Int16Array, Uint16Array, Int32Array, Uint32Array]) {
    expect(read(kind.of(1, 2) as never)).toEqual(Float64Array.of(1, 2));
  }
  const clamped = Uint8ClampedArray.of(0, 1, 300, 4).subarray(2);
  expect(read(clamped as never)).toEqual(Uint8Array.of(255, 4));
});

test('no rows give no predictions', async () => {
  const model = sequential([dense(3)], { inputShape: [2] });
  for (const x of [[], { values: new Float32Array(0), width: 2 }]) {
    expect(await model.predict(x)).toEqual({ values: new Float32Array(0), shape: [0, 3] });
  }
});

test('data for an input that the model lacks is refused, with the name that was meant', async () => {
  const inputs = [
    { name: 'age', width: 1 },
    { name: 'image', width: 1 },
  ];
  const rows = [[1], [2]];
  const messageFor = (x: unknown, of = inputs): string => {
    try {
      toInputs(x as InputsLike, of);
    } catch (error) {
      if (error instanceof GradusError) return error.message;
    }
    return '';
  };
  expect(messageFor({ age: rows, image: rows })).toBe('');
  expect(messageFor({ age: rows, image: rows, images: rows })).toBe(
    "data for the input 'images', which the model lacks. Expected x with 'age', 'image'. Did you mean 'image'?",
  );
  expect(messageFor({ age: rows, imag: rows })).toContain("Did you mean 'image'?");
  expect(messageFor({ age: rows })).toContain("no data for the input 'image'");
  expect(messageFor({ age: rows, other: rows }, [{ name: 'age', width: 1 }])).toContain(
    "data for the input 'other'",
  );
});

test('a number that float32 cannot hold is found wherever it stands', () => {
  const inputs = [{ name: 'input', width: 1 }];
  for (const kind of [Float32Array, Float64Array]) {
    for (let rows = 1; rows <= 9; rows++) {
      const values = new kind(rows).fill(-3e38);
      expect(toInputs({ values, width: 1 }, inputs).rows).toBe(rows);
      for (let row = 0; row < rows; row++) {
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39, -1e300]) {
          const spoilt = values.slice();
          spoilt[row] = value;
          expect(() => toInputs({ values: spoilt, width: 1 }, inputs)).toThrow(
            `in row ${row + 1}, column 1 of x`,
          );
        }
      }
    }
  }
});
