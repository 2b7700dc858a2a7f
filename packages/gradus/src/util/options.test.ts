import { expect, test } from 'vitest';
import {
  describeValue,
  meantName,
  requireCount,
  requireOptions,
  requireRange,
  unknownName,
} from './options.ts';

test('values are worded by their kind', () => {
  const worded: [unknown, string][] = [
    ['3', "'3'"],
    ['x'.repeat(50), `'${'x'.repeat(40)}…'`],
    [3, '3'],
    [Number.NaN, 'NaN'],
    [3n, '3n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [[1], 'a list'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [new Float32Array(1), 'a Float32Array'],
    [new Int32Array(1), 'an Int32Array'],
    [() => 1, 'a function'],
  ];
  for (const [value, words] of worded) expect(describeValue(value)).toBe(words);
});

test('names are found by likeness, by spelling and by the habits of other libraries', () => {
  const activations = ['identity', 'relu', 'leakyRelu'];
  expect(meantName('rleu', activations)).toBe('relu');
  expect(meantName('leaky_relu', activations)).toBe('leakyRelu');
  expect(meantName('linear', activations)).toBe('identity');
  expect(meantName('linear', ['relu'])).toBeUndefined();
  expect(meantName('constructor', activations)).toBeUndefined();
  const losses = ['meanSquaredError', 'meanAbsoluteError', 'binaryCrossEntropy', 'klDivergence', 'huber'];
  for (const [name, meant] of [
    ['MSELoss', 'meanSquaredError'],
    ['l1_loss', 'meanAbsoluteError'],
    ['BCEWithLogitsLoss', 'binaryCrossEntropy'],
    ['kld', 'klDivergence'],
    ['HuberLoss', 'huber'],
  ])
    expect(meantName(name, losses)).toBe(meant);
  expect(meantName('loss', ['loss', 'optimizer'])).toBe('loss');
  expect(unknownName('loss', 'mse', ['meanSquaredError'], 'a function').message).toBe(
    "the loss 'mse'. Expected one of meanSquaredError, or a function. Did you mean 'meanSquaredError'?",
  );
  expect(unknownName('loss', undefined, ['meanSquaredError']).message).toBe(
    'no loss. Expected one of meanSquaredError.',
  );
});

test('an option that nobody reads is refused', () => {
  const known = { epochs: true, batchSize: true } as const;
  const check = (options: unknown) => () =>
    requireOptions(options as { epochs: 1; batchSize: 1 }, known, 'fit');
  expect(check({ epochs: 1 })).not.toThrow();
  expect(check({})).not.toThrow();
  expect(check({ epoch: 1 })).toThrow(
    "the option 'epoch' of fit. Expected one of epochs, batchSize. Did you mean 'epochs'?",
  );
  expect(check({ batch_size: 1 })).toThrow("Did you mean 'batchSize'?");
  expect(check(0.1)).toThrow('0.1 as the options of fit. Expected an object such as { epochs: … }.');
  for (const none of [undefined, null, [], 'x']) expect(check(none)).toThrow('as the options of fit');
});

test('numbers are numbers, not texts that look like them', () => {
  expect(() => requireCount('epochs', '3' as never, 0)).toThrow("epochs is '3'. Expected a whole number");
  expect(() => requireCount('seed', 0.5, Number.MIN_SAFE_INTEGER)).toThrow('Expected a whole number.');
  expect(() => requireRange('rate', '0.5' as never, { least: 0, below: 1 })).toThrow("rate is '0.5'");
  expect(() => requireRange('rate', 0.5, { least: 0, below: 1 })).not.toThrow();
});
