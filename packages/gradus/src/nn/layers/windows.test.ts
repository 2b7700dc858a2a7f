import { expect, test } from 'vitest';
import { averagePool1d, maxPool1d } from './pooling.ts';
import { convTranspose1d } from './transposedConvolution.ts';
import { imagePadding, paddedCells, reachOf, seriesPadding, sizePair } from './windows.ts';
import { zeroPadding2d } from './zeroPadding2d.ts';

test('a size is one number for both axes, or two', () => {
  expect(sizePair('strides', 2)).toEqual([2, 2]);
  expect(sizePair('strides', [1, 3])).toEqual([1, 3]);
  for (const wrong of [0, 1.5, '2', null, [1], [1, 2, 3], [1, 0]]) {
    expect(() => sizePair('strides', wrong), JSON.stringify(wrong)).toThrow(
      'Expected a whole number of at least 1, or two: height and width.',
    );
  }
});

test('padding of images is a word, a number of cells, two, or four', () => {
  expect(imagePadding('same')).toEqual(['same', 'same']);
  expect(imagePadding(0)).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(imagePadding([1, 2])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(
    imagePadding([
      [1, 2],
      [3, 4],
    ]),
  ).toEqual([
    [1, 2],
    [3, 4],
  ]);
  for (const wrong of ['causal', -1, [1], [1, [2, 3]], [[1, 2], [3], 4], undefined]) {
    expect(() => imagePadding(wrong), JSON.stringify(wrong)).toThrow('the padding');
  }
});

test('padding of series may be causal, where the layer knows what that means', () => {
  expect(seriesPadding('causal')).toBe('causal');
  expect(seriesPadding(2)).toEqual([2, 2]);
  expect(seriesPadding([0, 3])).toEqual([0, 3]);
  expect(() => seriesPadding([1, 2, 3])).toThrow('the padding [1,2,3]');
  const causal = { padding: 'causal' } as never;
  for (const make of [
    () => maxPool1d(2, causal),
    () => averagePool1d(2, causal),
    () => convTranspose1d(1, 2, causal),
  ]) {
    expect(make).toThrow(
      "the padding 'causal'. Expected 'valid', 'same', a whole number or [before, after].",
    );
  }
  expect(() => zeroPadding2d('same' as never)).toThrow("the padding 'same' of zeroPadding2d");
});

test('`same` makes the output ⌈size/stride⌉ long, for every size, window and stride', () => {
  for (let size = 1; size <= 12; size++) {
    for (let kernel = 1; kernel <= 4; kernel++) {
      for (let dilation = 1; dilation <= 3; dilation++) {
        for (let stride = 1; stride <= 4; stride++) {
          const reach = reachOf(kernel, dilation);
          const [before, after] = paddedCells('same', size, reach, stride);
          const total = size + before + after;
          // At least as many windows as wanted fit, and an odd cell lies at the end.
          expect(Math.floor((total - reach) / stride) + 1).toBeGreaterThanOrEqual(Math.ceil(size / stride));
          if (before + after > 0)
            expect(Math.floor((total - reach) / stride) + 1).toBe(Math.ceil(size / stride));
          expect(after - before === 0 || after - before === 1).toBe(true);
          // Causal padding gives one output for each step at stride 1.
          const causal = paddedCells('causal', size, reach, 1);
          expect(size + causal[0] + causal[1] - reach + 1).toBe(size);
        }
      }
    }
  }
});
