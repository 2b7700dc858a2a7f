import {
  ArgumentError,
  activation,
  add,
  batchNormalization,
  dense,
  dropout,
  functional,
  input,
  type Model,
} from 'gradus';
import type { Preprocessor } from 'gradus/preprocess';
import { formatCount, formatQuantity } from '../format/number.ts';
import { outputsFor } from '../model/predictor.ts';
import type { LinearBaseline } from './baselines.ts';
import type { RunConfig } from './config.ts';

/** With their moments and gradients they take 16 bytes each, of the 4 GiB that WebAssembly can address. */
const mostParameters = 200_000_000;

const names = { deep: 'output', linear: 'linear' } as const;

/**
 * Build a network: hidden layers, and beside them a straight path from the features to the outputs. What the hidden
 * layers add is 0 at first, so that training starts from the straight path.
 *
 * @param preprocessor - It makes the features, and says what the network has to tell apart.
 * @param config - How the network looks, and the seed of its first weights.
 */
export function buildNetwork(
  preprocessor: Preprocessor,
  { network, seed }: Pick<RunConfig, 'network' | 'seed'>,
): Model {
  const { width } = preprocessor;
  const outputs = outputsFor(preprocessor);
  requireModestSize(width, outputs, network.hidden);
  const features = input([width], { name: 'features' });
  let hidden = features;
  network.hidden.forEach((units, index) => {
    const number = index + 1;
    const name = `hidden${number}`;
    if (network.batchNormalization) {
      // What the mean takes away, a bias would add in vain.
      hidden = dense(units, { useBias: false, name })(hidden);
      hidden = batchNormalization({ name: `normalization${number}` })(hidden);
      hidden = activation(network.activation, { name: `activation${number}` })(hidden);
    } else {
      hidden = dense(units, { activation: network.activation, name })(hidden);
    }
    if (network.dropout > 0) hidden = dropout(network.dropout, { name: `dropout${number}` })(hidden);
  });
  const deep = dense(outputs, { kernelInitializer: 'zeros', name: names.deep })(hidden);
  const linear = dense(outputs, { useBias: false, kernelInitializer: 'zeros', name: names.linear })(features);
  const sum = add({ name: 'sum' })(deep, linear);
  return functional({ inputs: [features], outputs: sum, name: 'network', seed });
}

function requireModestSize(width: number, outputs: number, hidden: readonly number[]): void {
  let parameters = width * outputs;
  [...hidden, outputs].reduce((inputs, units) => {
    parameters += (inputs + 1) * units;
    return units;
  }, width);
  if (parameters <= mostParameters) return;
  throw new ArgumentError({
    received: `a network of ${formatCount(parameters)} parameters (${formatCount(width)} features, hidden layers ${hidden.join(', ')}, ${formatQuantity(outputs, 'output')})`,
    expected: `at most ${formatCount(mostParameters)}`,
    remedy: 'Choose smaller layers with --hidden, or leave columns out with --drop',
  });
}

/**
 * Let a new network start as the linear baseline: it then says what that says, and training can only add to it. On
 * small and noisy tables this is what keeps a network from being worse than a straight line.
 */
export function startFromLinear(model: Model, { weights, biases }: LinearBaseline): void {
  const width = weights.length / biases.length;
  const outputs = biases.length;
  const values: Readonly<Record<string, Float32Array>> = {
    [`${names.deep}/bias`]: Float32Array.from(biases),
    // A kernel is [features, outputs], the baseline's weights are [outputs, features].
    [`${names.linear}/kernel`]: Float32Array.from(
      weights,
      (_, index) => weights[(index % outputs) * width + Math.floor(index / outputs)],
    ),
  };
  model.setWeights(
    model.getWeights().map((tensor) => ({ ...tensor, values: values[tensor.name] ?? tensor.values })),
  );
}
