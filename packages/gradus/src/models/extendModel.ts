import { type Layer, requireLayers } from '../nn/layer.ts';
import { ArgumentError } from '../util/errors.ts';
import { requireOptions, unknownName } from '../util/options.ts';
import { insideOf, Model } from './model.ts';
import { type Architecture, Network, type NetworkCall, nameLayers } from './network/network.ts';

/** What `extendModel` puts behind the layers of a model. */
export interface ExtendModelOptions {
  /** The new layers, in a line. */
  readonly head: readonly Layer[];
  /** The name of the last layer to take over. Default: the one in front of the model's output layer. */
  readonly upTo?: string | undefined;
  /** Whether the layers that are taken over are frozen. Default true. */
  readonly freeze?: boolean | undefined;
  /** Default: the name of the model. */
  readonly name?: string | undefined;
  /** The seed of the head's first weights. Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Make a model of the first layers of another, with their weights, and of new ones behind them: transfer learning.
 *
 * The other model stays as it is, and the two share no numbers. Usually the head is trained first, with the body
 * frozen; then `unfreeze` thaws the body, or its last layers, for some epochs at a small rate.
 *
 * @param model - A model that is built, and as a rule trained.
 * @param options - The head, the last layer to take over, whether to freeze.
 * @returns A model that was not trained yet.
 * @throws ArgumentError for a name that no layer has; ShapeError when the head does not fit.
 * @example
 * import { dense, extendModel, sequential } from 'gradus';
 * const model = sequential([dense(16, { activation: 'relu' }), dense(5)], { inputShape: [8] });
 * const other = extendModel(model, { head: [dense(3)] });
 * other.layerNames; // ['dense', 'dense_1']
 * other.unfreeze('dense', { learningRateFactor: 0.1 });
 */
export function extendModel(model: Model, options: ExtendModelOptions): Model {
  const known = { head: true, upTo: true, freeze: true, name: true, seed: true } as const;
  requireOptions(options, known, 'extendModel');
  const { network, weights } = insideOf(model);
  const { head, upTo, freeze = true, name = model.name, seed = 0 } = options;
  requireLayers(head);
  const { architecture } = network;
  const body = upToValue(architecture, lastValue(architecture, upTo));
  const isLine = body.inputs.length === 1 && body.calls.every(({ inputs }, i) => inputs.join() === `${i}`);

  const unique = [...new Set(head)];
  const bodyLayers = body.layers.map((layer) => ({ ...layer, trainable: layer.trainable && !freeze }));
  const added = nameLayers(unique, new Set(bodyLayers.map((layer) => layer.name)));
  const first = body.inputs.length + body.calls.length;
  const calls = head.map(
    (layer, i): NetworkCall => ({
      layer: bodyLayers.length + unique.indexOf(layer),
      inputs: [i === 0 ? body.output : first + i - 1],
    }),
  );
  const extended = new Model({
    kind: isLine ? 'sequential' : 'functional',
    name,
    seed,
    waiting: [],
    network: new Network({
      inputs: body.inputs,
      layers: [...bodyLayers, ...added],
      calls: [...body.calls, ...calls],
      output: head.length === 0 ? body.output : first + head.length - 1,
    }),
    decision: undefined,
  });
  const trained = new Map(weights.read().map((tensor) => [tensor.name, tensor]));
  const isBody = new Set(bodyLayers.map((layer) => layer.name));
  extended.setWeights(
    extended
      .getWeights()
      .map((tensor) => (isBody.has(tensor.name.split('/')[0]) ? trained.get(tensor.name)! : tensor)),
  );
  return extended;
}

/** The number of the last value that a layer gives; of what the output is computed from, when none is named. */
function lastValue({ inputs, layers, calls, output }: Architecture, name: string | undefined): number {
  if (name !== undefined) {
    const layer = layers.findIndex((other) => other.name === name);
    const names = layers.map((other) => other.name);
    if (layer < 0) throw unknownName('layer', name, names);
    return inputs.length + calls.findLastIndex((call) => call.layer === layer);
  }
  const last = calls[output - inputs.length];
  const [before, ...others] = last?.inputs ?? [];
  if (before !== undefined && before >= inputs.length && others.length === 0) return before;
  throw new ArgumentError({
    received: 'a model with no one layer in front of its output layer',
    expected: 'the option upTo',
    remedy: 'Name the last layer to take over',
  });
}

/** The part of an architecture that one of its values is computed by. */
function upToValue({ inputs, layers, calls }: Architecture, value: number): Architecture {
  const needed = new Set([value]);
  for (let at = value; at >= inputs.length; at--) {
    if (needed.has(at)) for (const operand of calls[at - inputs.length].inputs) needed.add(operand);
  }
  const values = [...needed].sort((a, b) => a - b);
  const keptCalls = values.filter((at) => at >= inputs.length).map((at) => calls[at - inputs.length]);
  const keptLayers = [...new Set(keptCalls.map(({ layer }) => layer))].sort((a, b) => a - b);
  return {
    inputs: inputs.filter((_, i) => needed.has(i)),
    layers: keptLayers.map((layer) => layers[layer]),
    calls: keptCalls.map((call) => ({
      layer: keptLayers.indexOf(call.layer),
      inputs: call.inputs.map((operand) => values.indexOf(operand)),
    })),
    output: values.indexOf(value),
  };
}
