import { addLayer, dense, dropout, functional, inputLayer, type Model } from 'gradus';
import type { NetworkConfig } from './config.ts';

/**
 * Build a network: hidden layers, and beside them a straight path from the features to the outputs, so that what is
 * linear in the data need not be learnt through the hidden layers.
 *
 * @param width - Number of features.
 * @param outputs - Number of classes, or 1 for a number.
 */
export function buildNetwork(width: number, outputs: number, config: NetworkConfig): Model {
  const features = inputLayer([width], { name: 'features' });
  let hidden = features;
  config.hidden.forEach((units, index) => {
    const number = index + 1;
    hidden = dense(units, { activation: config.activation, name: `hidden${number}` })(hidden);
    if (config.dropout > 0) hidden = dropout(config.dropout, { name: `dropout${number}` })(hidden);
  });
  const deep = dense(outputs, { name: 'output' })(hidden);
  const linear = dense(outputs, { useBias: false, name: 'linear' })(features);
  return functional({ inputs: [features], outputs: addLayer({ name: 'sum' })(deep, linear) });
}
