import { activationFormulas } from '../../../graph/ops/activation.ts';
import type { ConvolutionAttributes } from '../../../graph/ops/convolution.ts';
import type { ArrayValue, Maths } from './evaluation.ts';

/** The three arrays of a convolution. */
interface Trio {
  readonly x: ArrayValue;
  readonly kernel: ArrayValue;
  readonly y: ArrayValue;
}

/**
 * Visit every product x·k that a convolution adds to y, by their indices in the three arrays: for each y in turn, the
 * kernel in ascending order. Cells of the padding are left out.
 */
function eachProduct(
  { x, kernel, y }: Trio,
  { strides, padding, dilation, groups }: ConvolutionAttributes,
  visit: (x: number, kernel: number, y: number) => void,
): void {
  const [samples, height, width, channels] = x.shape;
  const [kernelHeight, kernelWidth, inputs, filters] = kernel.shape;
  const [, outHeight, outWidth] = y.shape;
  const inGroup = filters / groups;
  let at = 0;
  for (let n = 0; n < samples; n++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        for (let f = 0; f < filters; f++, at++) {
          const firstChannel = Math.floor(f / inGroup) * inputs;
          for (let a = 0; a < kernelHeight; a++) {
            const row = i * strides[0] + a * dilation[0] - padding[0][0];
            if (row < 0 || row >= height) continue;
            for (let b = 0; b < kernelWidth; b++) {
              const column = j * strides[1] + b * dilation[1] - padding[1][0];
              if (column < 0 || column >= width) continue;
              const cell = ((n * height + row) * width + column) * channels + firstChannel;
              const weight = (a * kernelWidth + b) * inputs * filters + f;
              for (let c = 0; c < inputs; c++) visit(cell + c, weight + c * filters, at);
            }
          }
        }
      }
    }
  }
}

/** Add up in float64, and round once. */
function accumulate(out: ArrayValue, add: (sums: Float64Array) => void): void {
  const sums = new Float64Array(out.values.length);
  add(sums);
  out.values.set(sums);
}

/** y = x ∗ kernel */
const forwards = (
  x: ArrayValue,
  kernel: ArrayValue,
  y: ArrayValue,
  attributes: ConvolutionAttributes,
): void =>
  accumulate(y, (sums) =>
    eachProduct({ x, kernel, y }, attributes, (i, k, o) => {
      sums[o] += x.values[i] * kernel.values[k];
    }),
  );

/** The gradient of x. */
const backwards = (
  y: ArrayValue,
  kernel: ArrayValue,
  x: ArrayValue,
  attributes: ConvolutionAttributes,
): void =>
  accumulate(x, (sums) =>
    eachProduct({ x, kernel, y }, attributes, (i, k, o) => {
      sums[i] += y.values[o] * kernel.values[k];
    }),
  );

export const convolutionMaths: Maths<
  | 'convolution'
  | 'convolutionInputGradient'
  | 'convolutionKernelGradient'
  | 'convolutionActivation'
  | 'convolutionActivationGradient'
> = {
  convolution: ({ attributes, inputs: [x, kernel], outputs: [y] }) => forwards(x, kernel, y, attributes),
  convolutionInputGradient: ({ attributes, inputs: [y, kernel], outputs: [x] }) =>
    backwards(y, kernel, x, attributes),
  convolutionKernelGradient: ({ attributes, inputs: [x, y], outputs: [kernel] }) =>
    accumulate(kernel, (sums) =>
      eachProduct({ x, kernel, y }, attributes, (i, k, o) => {
        sums[k] += x.values[i] * y.values[o];
      }),
    ),
  convolutionActivation({ attributes, inputs: [x, kernel, bias], outputs: [y] }) {
    forwards(x, kernel, y, attributes);
    const { value } = activationFormulas[attributes.function];
    const filters = y.shape[3];
    for (let i = 0; i < y.values.length; i++)
      y.values[i] = value(y.values[i] + (attributes.bias ? bias.values[i % filters] : 0), attributes.alpha);
  },
  convolutionActivationGradient({ attributes, inputs: [y, kernel, saved], outputs: [x] }) {
    backwards(y, kernel, x, attributes);
    const { slope } = activationFormulas[attributes.function];
    for (let i = 0; i < x.values.length; i++) x.values[i] *= slope(saved.values[i], attributes.alpha);
  },
};
