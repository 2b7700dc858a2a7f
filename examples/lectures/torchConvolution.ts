import {
  type Conv2dOptions,
  type ConvTranspose2dOptions,
  conv2d,
  convTranspose2d,
  given,
  type Layer,
} from 'gradus';
import type { TorchRandom } from './torchRandom.ts';

/** Numbers that PyTorch holds as [a, b, height, width], in the order [height, width, …], with b before a or behind it. */
function cellsFirst(
  values: Float32Array,
  [a, b, cells]: readonly [number, number, number],
  bFirst: boolean,
): Float32Array {
  return values.map((_, i) => {
    const [cell, rest] = [Math.floor(i / (a * b)), i % (a * b)];
    const [j, k] = bFirst ? [rest % a, Math.floor(rest / a)] : [Math.floor(rest / b), rest % b];
    return values[(j * b + k) * cells + cell];
  });
}

/** The kernel of a convolution from PyTorch's [filters, channels, height, width] to [height, width, channels, filters]. */
export const convolutionKernel = (values: Float32Array, channels: number, filters: number): Float32Array =>
  cellsFirst(values, [filters, channels, values.length / filters / channels], true);

/** Make a convolution with the first numbers of `torch.nn.Conv2d`, evenly within ±1/√(channels·cells). */
export function torchConv2d(
  random: TorchRandom,
  channels: number,
  filters: number,
  size: number,
  options: Conv2dOptions = {},
): Layer {
  const bound = 1 / Math.sqrt(channels * size * size);
  const kernel = random.between(filters * channels * size * size, bound);
  const bias = random.between(filters, bound);
  return conv2d(filters, size, {
    ...options,
    kernelInitializer: given(convolutionKernel(kernel, channels, filters)),
    biasInitializer: given(bias),
  });
}

/** Make a transposed convolution with the first numbers of `torch.nn.ConvTranspose2d`, within ±1/√(filters·cells). */
export function torchConvTranspose2d(
  random: TorchRandom,
  channels: number,
  filters: number,
  size: number,
  options: ConvTranspose2dOptions = {},
): Layer {
  const bound = 1 / Math.sqrt(filters * size * size);
  const kernel = random.between(filters * channels * size * size, bound);
  const bias = random.between(filters, bound);
  return convTranspose2d(filters, size, {
    ...options,
    kernelInitializer: given(cellsFirst(kernel, [channels, filters, size * size], true)),
    biasInitializer: given(bias),
  });
}
