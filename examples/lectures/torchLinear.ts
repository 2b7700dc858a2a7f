import { type DenseOptions, dense, given, type Layer } from 'gradus';
import type { TorchRandom } from './torchRandom.ts';

/** Turn a matrix from outputs × inputs, as PyTorch holds it, to inputs × outputs. */
export function transposed(values: Float32Array, outputs: number): Float32Array {
  const inputs = values.length / outputs;
  return values.map((_, i) => values[(i % outputs) * inputs + Math.floor(i / outputs)]);
}

/**
 * Make a dense layer with the first numbers that `torch.nn.Linear(inputs, outputs)` draws, evenly within ±1/√inputs.
 * With `deviation`, the weights are then drawn again from a normal distribution and the bias set to 0, as the lecture's
 * notebooks do.
 */
export function torchLinear(
  random: TorchRandom,
  inputs: number,
  outputs: number,
  { deviation, ...options }: DenseOptions & { readonly deviation?: number } = {},
): Layer {
  const bound = 1 / Math.sqrt(inputs);
  const uniform = random.between(outputs * inputs, bound);
  const bias = random.between(outputs, bound);
  const kernel = deviation === undefined ? uniform : random.normal(outputs * inputs, deviation);
  return dense(outputs, {
    ...options,
    kernelInitializer: given(transposed(kernel, outputs)),
    ...(deviation === undefined ? { biasInitializer: given(bias) } : {}),
  });
}
