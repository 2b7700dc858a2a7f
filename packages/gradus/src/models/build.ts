import {
  type Connection,
  type Layer,
  requireConnection,
  requireLayers,
  requireRowShape,
} from '../nn/layer.ts';
import type { LayerFactory } from '../nn/registry.ts';
import { ArgumentError } from '../util/errors.ts';
import type { JsonValue } from '../util/json.ts';
import { describeValue, requireOptions } from '../util/options.ts';
import { type ModelConfig, parseConfig } from './config.ts';
import { Model } from './model.ts';
import { connect, lineUp, Network } from './network/network.ts';

/** Options of a sequential model. */
export interface SequentialOptions {
  /** The shape of one row. Default: taken from the data at the first fit. */
  readonly inputShape?: readonly number[] | undefined;
  /** Default `sequential`. */
  readonly name?: string | undefined;
  /** The seed of first weights, when they are needed before `fit`. Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Put layers in a line.
 *
 * @param layers - At least one; a layer that stands twice shares its weights.
 * @param options - Input shape, name, seed.
 * @returns A model.
 * @throws ArgumentError for no layers; ShapeError for layers that do not fit.
 * @example
 * import { dense, dropout, sequential } from 'gradus';
 * const model = sequential([dense(512, { activation: 'relu' }), dropout(0.2), dense(10)], { inputShape: [784] });
 * model.parameterCount; // 407050
 */
export function sequential(layers: readonly Layer[], options: SequentialOptions = {}): Model {
  requireLayers(layers);
  requireOptions(options, { inputShape: true, name: true, seed: true }, 'sequential');
  const { inputShape, name = 'sequential', seed = 0 } = options;
  if (layers.length === 0) {
    throw new ArgumentError({
      received: 'a sequential model without layers',
      expected: 'at least one layer',
    });
  }
  if (inputShape !== undefined) requireRowShape(inputShape, 'inputShape');
  const network = inputShape === undefined ? undefined : new Network(lineUp(layers, inputShape));
  return new Model({ kind: 'sequential', name, seed, waiting: layers, network, decision: undefined });
}

/** What a functional model is made of. */
export interface FunctionalOptions {
  /** The inputs, made by `input`. */
  readonly inputs: readonly Connection[];
  /** What the last layer gave. */
  readonly outputs: Connection;
  /** Default `functional`. */
  readonly name?: string | undefined;
  /** The seed of first weights, when they are needed before `fit`. Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Make a model of layers that were called on each other: residuals, several inputs, shared layers.
 *
 * A model owns its weights: a second one made of the same layers has weights of its own, which `setWeights` brings
 * over, as from an autoencoder to its encoder. (In Keras the two would share them.)
 *
 * @param options - Inputs, output, name, seed.
 * @returns A model.
 * @throws ArgumentError for inputs that are missing or not used; ShapeError for layers that do not fit.
 * @example
 * import { add, dense, functional, input } from 'gradus';
 * const x = input([30]);
 * const hidden = dense(16, { activation: 'tanh' })(x);
 * const model = functional({ inputs: [x], outputs: dense(1)(add()(hidden, dense(16)(hidden))) });
 * model.parameterCount; // 785
 * const encoder = functional({ inputs: [x], outputs: hidden });
 * encoder.setWeights(model.getWeights().filter(({ name }) => name.startsWith('dense/')));
 * encoder.outputShape; // [16]
 */
export function functional(options: FunctionalOptions): Model {
  requireOptions(options, { inputs: true, outputs: true, name: true, seed: true }, 'functional');
  const { inputs, outputs, name = 'functional', seed = 0 } = options;
  if (!Array.isArray(inputs)) {
    throw new ArgumentError({
      received: `inputs that are ${describeValue(inputs)}`,
      expected: 'a list, such as [input([30])]',
    });
  }
  for (const input of inputs) requireConnection(input, 'an input');
  requireConnection(outputs, 'outputs');
  const network = new Network(connect(inputs, outputs));
  return new Model({ kind: 'functional', name, seed, waiting: [], network, decision: undefined });
}

/** Options of `modelFromConfig`. */
export interface ModelFromConfigOptions {
  /** Makes layers of your own from their type. Default none. */
  readonly layers?: Readonly<Record<string, LayerFactory>> | undefined;
  /** The kernels that the weights were trained with, which the model goes on with. Default `fast`. */
  readonly numerics?: 'fast' | 'portable' | undefined;
}

/**
 * Make a model again from its description; its weights are drawn anew until `setWeights` brings them.
 *
 * @param config - What `model.config()` gave, also after a way through JSON.
 * @param options - Factories for layers of your own.
 * @returns A model.
 * @throws IncompatibleError for a description that is damaged, or made by another version.
 * @example
 * import { dense, modelFromConfig, sequential } from 'gradus';
 * const model = sequential([dense(3)], { inputShape: [2] });
 * const copy = modelFromConfig(model.config());
 * copy.setWeights(model.getWeights());
 * copy.parameterCount; // 9
 */
export function modelFromConfig(
  config: JsonValue | ModelConfig,
  options: ModelFromConfigOptions = {},
): Model {
  const { kind, name, network, decision } = parseConfig(config, options.layers ?? {});
  return new Model({ kind, name, seed: 0, waiting: [], network, decision, numerics: options.numerics });
}
