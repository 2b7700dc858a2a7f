import type { OpAttributes } from '../../../graph/attributes.ts';
import type { ArrayValue, Maths } from './evaluation.ts';

/** Visit every window of every channel: the index of its output, and the index of its largest value, the first of equals; NaN counts as largest. */
function eachWindow(
  x: ArrayValue,
  y: ArrayValue,
  { size, strides, padding }: OpAttributes['maxPool'],
  visit: (out: number, largest: number) => void,
): void {
  const [samples, height, width, channels] = x.shape;
  const [, outHeight, outWidth] = y.shape;
  const cells = (at: number, axis: 0 | 1, length: number): [number, number] => {
    const start = at * strides[axis] - padding[axis][0];
    return [Math.max(0, start), Math.min(length, start + size[axis])];
  };
  let out = 0;
  for (let n = 0; n < samples; n++) {
    for (let i = 0; i < outHeight; i++) {
      const [top, bottom] = cells(i, 0, height);
      for (let j = 0; j < outWidth; j++) {
        const [left, right] = cells(j, 1, width);
        for (let c = 0; c < channels; c++, out++) {
          const place = (row: number, column: number): number =>
            ((n * height + row) * width + column) * channels + c;
          let largest = place(top, left);
          for (let row = top; row < bottom; row++) {
            for (let column = left; column < right; column++) {
              const value = x.values[place(row, column)];
              const best = x.values[largest];
              if (value > best || (Number.isNaN(value) && !Number.isNaN(best))) largest = place(row, column);
            }
          }
          visit(out, largest);
        }
      }
    }
  }
}

export const poolingMaths: Maths<'maxPool' | 'maxPoolGradient'> = {
  maxPool: ({ attributes, inputs: [x, values], outputs: [y] }) =>
    eachWindow(x, y, attributes, (out, largest) => {
      y.values[out] = values.values[largest];
    }),
  maxPoolGradient({ attributes, inputs: [x, dy], outputs: [dx] }) {
    dx.values.fill(0);
    eachWindow(x, dy, attributes, (out, largest) => {
      dx.values[largest] += dy.values[out];
    });
  },
};
