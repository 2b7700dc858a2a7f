import { expect, test } from 'vitest';
import { sequential } from '../models/build.ts';
import { masking } from './embedding.ts';
import { activationLayer, addLayer, concatenateLayer, dropout, flatten, reshapeLayer } from './layers.ts';

test('an option that a layer does not have is refused, as is what is no options', () => {
  const nonsense = { seed: 3 } as never;
  for (const make of [
    () => activationLayer('relu', nonsense),
    () => dropout(0.5, nonsense),
    () => flatten(nonsense),
    () => reshapeLayer([2], nonsense),
    () => addLayer(nonsense),
    () => concatenateLayer(nonsense),
    () => masking(0, nonsense),
  ]) {
    expect(make).toThrow("the option 'seed' of");
  }
  expect(() => flatten(3 as never)).toThrow('3 as the options of flatten');
});

test('a shape of whole numbers', () => {
  expect(sequential([reshapeLayer([2, 3])], { inputShape: [6] }).outputShape).toEqual([2, 3]);
  for (const shape of [[-1, 2], [0], [1.5], 6, undefined]) {
    expect(() => reshapeLayer(shape as number[])).toThrow('of a row. Expected a list of whole numbers');
  }
});

test('a number is masked', () => {
  for (const value of ['x', Number.NaN, { maskValue: 0 }]) {
    expect(() => masking(value as number)).toThrow('as the value that is masked. Expected a finite number');
  }
});
