import type { Layer } from '../nn/layer.ts';
import type { Loss, ProbabilityFunction } from '../nn/losses/index.ts';
import { type LayerFactory, type LayerFileOptions, layerFactories } from '../nn/registry.ts';
import { GradusError, IncompatibleError } from '../util/errors.ts';
import type { JsonObject, JsonValue } from '../util/json.ts';
import { type Architecture, Network, type NetworkLayer } from './network/network.ts';

/** How the outputs of a trained model are to be read. */
export interface Decision {
  /** What the loss was about: one class of several, yes/no questions, or numbers. */
  readonly task: Loss['task'];
  /** How outputs become probabilities. */
  readonly probabilities: ProbabilityFunction;
}

/** A model as JSON: everything but its weights. */
export interface ModelConfig {
  /** Tells what this is. */
  readonly format: 'gradus-model';
  /** The version of this structure. */
  readonly version: 1;
  /** How the model was described. */
  readonly kind: 'sequential' | 'functional';
  /** The model's name. */
  readonly name: string;
  /** Name and row shape of every input. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Name, type and options of every layer, and how it is trained where that is not as usual. */
  readonly layers: readonly {
    readonly name: string;
    readonly type: string;
    readonly options: JsonObject;
    readonly trainable?: false;
    readonly learningRateFactor?: number;
  }[];
  /** The layers at work: which one, on which values; the inputs are the first values, then come the calls. */
  readonly calls: readonly { readonly layer: string; readonly inputs: readonly number[] }[];
  /** The number of the value that is the prediction. */
  readonly output: number;
  /** How outputs are to be read; absent before training. */
  readonly decision?: Decision;
}

/** Describe an architecture as JSON. */
export function configOf(
  architecture: Architecture,
  parts: Pick<ModelConfig, 'kind' | 'name'> & { readonly decision: Decision | undefined },
): ModelConfig {
  const { inputs, layers, calls, output } = architecture;
  const { kind, name, decision } = parts;
  return {
    format: 'gradus-model',
    version: 1,
    kind,
    name,
    inputs: inputs.map((input) => ({ name: input.name, shape: [...input.shape] })),
    layers: layers.map(({ name: own, definition, trainable, learningRateFactor }) => ({
      name: own,
      type: definition.type,
      options: definition.options?.() ?? {},
      ...(!trainable && { trainable: false as const }),
      ...(learningRateFactor !== 1 && { learningRateFactor }),
    })),
    calls: calls.map((call) => ({ layer: layers[call.layer].name, inputs: [...call.inputs] })),
    output,
    ...(decision === undefined ? {} : { decision }),
  };
}

/** What a description holds, checked. */
export interface ParsedConfig {
  readonly kind: ModelConfig['kind'];
  readonly name: string;
  readonly network: Network;
  readonly decision: Decision | undefined;
}

/** No model that this version can train has more numbers; a damaged file must not ask for them. */
const MOST_PARAMETERS = 2 ** 31;
const MOST_LAYERS = 100_000;

const fail = (what: string, expected: string): never => {
  throw new IncompatibleError({
    received: `a model description with ${what}`,
    expected,
    remedy: 'The file is damaged, or another program or version has written it',
  });
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function listOf(config: Record<string, unknown>, key: string): Record<string, unknown>[] {
  const list = config[key];
  if (!Array.isArray(list) || list.length > MOST_LAYERS || !list.every(isObject)) {
    return fail(`${key} that are no list of objects`, 'a list');
  }
  return list;
}

const textOf = (object: Record<string, unknown>, key: string): string => {
  const text = object[key];
  return typeof text === 'string' && text !== '' && text.length <= 1000
    ? text
    : fail(`a ${key} that is no text`, 'a text');
};

function layerFrom(entry: Record<string, unknown>, factories: Readonly<Record<string, LayerFactory>>): Layer {
  const type = textOf(entry, 'type');
  if (!Object.hasOwn(factories, type)) {
    throw new IncompatibleError({
      received: `a model with a layer of type '${type}'`,
      expected: `one of ${Object.keys(factories).join(', ')}`,
      remedy: 'Give modelFromConfig a factory for it in `layers`',
    });
  }
  const options: LayerFileOptions = isObject(entry['options'])
    ? entry['options']
    : fail('a layer without options', 'an object');
  return factories[type](options, textOf(entry, 'name'));
}

function trainingFrom(
  entry: Record<string, unknown>,
): Pick<NetworkLayer, 'trainable' | 'learningRateFactor'> {
  const { trainable = true, learningRateFactor = 1 } = entry;
  if (typeof trainable !== 'boolean') return fail('a layer that is neither frozen nor not', 'true or false');
  const isFactor =
    typeof learningRateFactor === 'number' && learningRateFactor >= 0 && Number.isFinite(learningRateFactor);
  if (!isFactor) return fail('a layer without a learning-rate factor', 'a number of at least 0');
  return { trainable, learningRateFactor };
}

/** Read a shape out of a file: whole numbers of at least 1, with a product that memory can hold. */
function shapeFrom(value: unknown): readonly number[] {
  const isSize = (size: unknown): size is number => Number.isInteger(size) && Number(size) >= 1;
  if (Array.isArray(value) && value.every(isSize) && value.reduce((a, b) => a * b, 1) < 2 ** 31) return value;
  return fail(`the shape ${JSON.stringify(value)}`, 'a list of whole numbers of at least 1');
}

function decisionFrom(value: unknown): Decision | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) return fail('a decision that is no object', 'task and probabilities');
  const { task, probabilities } = value;
  if (task !== 'classes' && task !== 'bits' && task !== 'values')
    return fail('an unknown task', "'classes', 'bits' or 'values'");
  if (!['softmax', 'sigmoid', 'identity', 'none'].includes(probabilities as string)) {
    return fail('an unknown probability function', "'softmax', 'sigmoid', 'identity' or 'none'");
  }
  return { task, probabilities: probabilities as ProbabilityFunction };
}

function architectureFrom(
  config: Record<string, unknown>,
  own: Readonly<Record<string, LayerFactory>>,
): Architecture {
  const inputs = listOf(config, 'inputs').map((entry) => ({
    name: textOf(entry, 'name'),
    shape: shapeFrom(entry['shape']),
  }));
  const entries = listOf(config, 'layers');
  const factories: Readonly<Record<string, LayerFactory>> = { ...layerFactories(), ...own };
  const layers = entries.map((entry) => ({
    name: textOf(entry, 'name'),
    definition: layerFrom(entry, factories).definition,
    ...trainingFrom(entry),
  }));
  const numbers = new Map(layers.map(({ name }, i) => [name, i]));
  if (layers.some(({ name }) => name.includes('/'))) fail('a slash in the name of a layer', 'a name without');
  if (numbers.size < layers.length || new Set(inputs.map(({ name }) => name)).size < inputs.length) {
    fail('two layers or inputs of one name', 'different names');
  }
  const isValue = (index: unknown, below: number): index is number =>
    Number.isInteger(index) && (index as number) >= 0 && (index as number) < below;
  const calls = listOf(config, 'calls').map((entry, i) => {
    const layer =
      numbers.get(textOf(entry, 'layer')) ?? fail('a call of a layer that it lacks', 'a known layer');
    const operands: unknown = entry['inputs'];
    if (
      !Array.isArray(operands) ||
      operands.length === 0 ||
      !operands.every((index) => isValue(index, inputs.length + i))
    ) {
      return fail('a call on values that do not stand before it', 'numbers of earlier values');
    }
    return { layer, inputs: operands as number[] };
  });
  const output = config['output'];
  if (inputs.length === 0 || !isValue(output, inputs.length + calls.length)) {
    return fail('no inputs, or no such output', 'an input and an output');
  }
  requireInputsUsed({ inputs, calls, output });
  return { inputs, layers, calls, output };
}

/** Refuse an input that the output does not depend on, as `functional` does. */
function requireInputsUsed({ inputs, calls, output }: Omit<Architecture, 'layers'>): void {
  const used = new Set([output]);
  // A call stands behind the calls that it reads.
  for (let value = inputs.length + calls.length - 1; value >= inputs.length; value--) {
    if (used.has(value)) for (const operand of calls[value - inputs.length].inputs) used.add(operand);
  }
  const unused = inputs.find((_, i) => !used.has(i));
  if (unused !== undefined)
    fail(`the input '${unused.name}', which the output does not depend on`, 'only inputs that are used');
}

/** Read a description; whatever is wrong with it becomes an IncompatibleError. */
export function parseConfig(
  config: JsonValue | ModelConfig,
  own: Readonly<Record<string, LayerFactory>>,
): ParsedConfig {
  if (!isObject(config) || config['format'] !== 'gradus-model')
    return fail('another format', "format 'gradus-model'");
  if (config['version'] !== 1) return fail(`version ${String(config['version'])}`, 'version 1');
  const { kind } = config;
  if (kind !== 'sequential' && kind !== 'functional')
    return fail('an unknown kind', "'sequential' or 'functional'");
  const name = textOf(config, 'name');
  const decision = decisionFrom(config['decision']);
  try {
    const network = new Network(architectureFrom(config, own));
    let count = 0;
    for (const { shape } of network.parameters.values()) count += shape.reduce((a, b) => a * b, 1);
    if (count > MOST_PARAMETERS) return fail(`${count} parameters`, `at most ${MOST_PARAMETERS}`);
    return { kind, name, network, decision };
  } catch (error) {
    if (error instanceof IncompatibleError) throw error;
    const reason = error instanceof GradusError ? error.message : 'options that cannot be read.';
    throw new IncompatibleError({ received: `a model description that does not fit together: ${reason}` });
  }
}
