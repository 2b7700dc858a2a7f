import { expect, test } from 'vitest';
import { createStream } from '../../util/random.ts';
import {
  constant,
  given,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  initializerField,
  lecunNormal,
  lecunUniform,
  normal,
  ones,
  resolveInitializer,
  uniform,
  zeros,
} from './initializers.ts';

const shape = [120, 80];
const draw = (initializer: Initializer, of: readonly number[] = shape) =>
  initializer.values(of, createStream(3, 'init').split('dense/kernel'));

/** Name, initializer, variance by its definition, bound of its values. */
const random: readonly [Initializer, number, number][] = [
  [glorotUniform(), 2 / 200, Math.sqrt(6 / 200)],
  [glorotNormal(), 2 / 200, Number.POSITIVE_INFINITY],
  [heUniform(), 2 / 120, Math.sqrt(6 / 120)],
  [heNormal(), 2 / 120, Number.POSITIVE_INFINITY],
  [lecunUniform(), 1 / 120, Math.sqrt(3 / 120)],
  [lecunNormal(), 1 / 120, Number.POSITIVE_INFINITY],
  [uniform(-0.2, 0.2), 0.4 ** 2 / 12, 0.2],
  [normal(0, 0.3), 0.09, Number.POSITIVE_INFINITY],
];

test('random values have the mean 0 and the variance of their definition, to five standard errors, and keep its bound', () => {
  for (const [initializer, variance, bound] of random) {
    const values = Float64Array.from(draw(initializer));
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const second = values.reduce((sum, v) => sum + v * v, 0) / values.length;
    expect(values).toHaveLength(9600);
    expect(Math.abs(mean), initializer.type).toBeLessThan(5 * Math.sqrt(variance / 9600));
    expect(Math.abs(second / variance - 1), initializer.type).toBeLessThan(5 * Math.sqrt(2 / 9600));
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound * (1 + 1e-7));
  }
});

test('the same stream gives the same values, which float32 holds exactly', () => {
  for (const [initializer] of random) {
    const values = draw(initializer);
    expect(draw(initializer)).toEqual(values);
    expect(values.every((value) => Math.fround(value) === value)).toBe(true);
  }
});

test('constant values; given ones are kept exactly, and their count is checked', () => {
  expect([...draw(zeros(), [2])]).toEqual([0, 0]);
  expect([...draw(ones(), [2])]).toEqual([1, 1]);
  expect([...draw(constant(0.5), [2])]).toEqual([0.5, 0.5]);
  expect([...draw(given([0.1, 0.2]), [2])]).toEqual([0.1, 0.2]);
  expect(() => draw(given([1]), [2])).toThrow('1 given values for a parameter of shape [2]');
  expect(draw(glorotUniform(), [0, 3])).toHaveLength(0);
});

test('descriptions give the same initializer', () => {
  const { kind } = initializerField();
  const write = (initializer: Initializer) => kind.write(initializer);
  const parse = (json: unknown) => resolveInitializer(kind.parse?.(json));
  for (const [initializer] of random) {
    const again = parse(JSON.parse(JSON.stringify(write(initializer))));
    expect(draw(again)).toEqual(draw(initializer));
  }
  expect(parse(write(given([1]))).type).toBe('zeros');
  expect(() => parse({ type: 'other' })).toThrow("the initializer 'other'");
  expect(() => parse({ type: 'uniform', low: 0 })).toThrow(
    "high is undefined, in a description of 'uniform'. Expected a finite number.",
  );
  expect(() => resolveInitializer('other' as never)).toThrow('one of zeros, ones, glorotUniform');
});
