import type { KernelBuild } from '../runtime/wasm/memory/module.ts';
import type { NamedTensor } from '../train/state.ts';
import { ArgumentError } from '../util/errors.ts';
import type { JsonValue } from '../util/json.ts';
import { damaged } from './damage.ts';
import { isPlainObject, parseJson, stringifyJson } from './json.ts';
import type { SafetensorsTensor } from './safetensors.ts';
import { decodeSealed, encodeSealed } from './sealed.ts';

/** What a model file is made of. Every part but the weights is plain data: objects, lists, texts, finite numbers. */
export interface ModelFileInput {
  /** The architecture, as `model.config()` describes it. */
  readonly config: unknown;
  /** The weights, in the model's order. */
  readonly weights: readonly NamedTensor[];
  /** The fitted preprocessing; needed to predict from raw rows. */
  readonly preprocessing?: unknown;
  /** The columns and the target, as inferred or declared. */
  readonly schema?: unknown;
  /** How the model was trained: options, seed, outcome. */
  readonly training?: unknown;
  /** The kernels that trained it: 'portable' gives the same bits on every machine. */
  readonly numerics?: KernelBuild | undefined;
  /** Anything else that should travel with the model. */
  readonly extra?: unknown;
}

/** What a model file holds, checked as far as that is possible without building the model. */
export interface ModelFile {
  /** The architecture. */
  readonly config: JsonValue;
  /** The weights, in the model's order, bit by bit as they were saved. */
  readonly weights: readonly NamedTensor[];
  /** The fitted preprocessing, where the file has one. */
  readonly preprocessing?: JsonValue;
  /** The columns and the target. */
  readonly schema?: JsonValue;
  /** How the model was trained. */
  readonly training?: JsonValue;
  /** The kernels that trained it. */
  readonly numerics?: KernelBuild;
  /** What else was saved with it. */
  readonly extra?: JsonValue;
  /** The release of gradus that wrote the file. */
  readonly gradusVersion: string;
}

const parts = ['preprocessing', 'schema', 'training', 'numerics', 'extra'] as const;
const keyOf = (part: string): string => `gradus.${part}`;

/**
 * Write a model as one safetensors file: its weights as tensors, all else as JSON in the metadata.
 *
 * Python's safetensors reads the weights. A checksum over the content lets {@link decodeModelFile} refuse an edited
 * file.
 *
 * @param input the parts of the model
 * @returns the bytes of the file; the same model gives the same bytes
 * @throws ArgumentError when a part is no plain data, or two weights have one name
 * @throws ShapeError when a weight has more or fewer values than its shape says
 * @example
 * import { decodeModelFile, encodeModelFile } from 'gradus/formats';
 * const bytes = encodeModelFile({
 *   config: { layers: ['dense'] },
 *   weights: [{ name: 'dense/kernel', shape: [2, 1], values: new Float32Array([0.5, -0.5]) }],
 * });
 * const { config, weights } = decodeModelFile(bytes);
 * config; // { layers: ['dense'] }
 * weights[0].values; // [0.5, -0.5]
 */
export function encodeModelFile(input: ModelFileInput): Uint8Array<ArrayBuffer> {
  const metadata: Record<string, string> = {
    [keyOf('config')]: stringifyJson(input.config, 'config'),
    [keyOf('weights')]: JSON.stringify(input.weights.map(({ name }) => name)),
  };
  for (const part of parts) {
    const value = input[part];
    if (value !== undefined) metadata[keyOf(part)] = stringifyJson(value, part);
  }
  return encodeSealed('model', { tensors: input.weights.map(tensorOf), metadata });
}

/**
 * Read a model file into its parts.
 *
 * @param bytes the whole file
 * @returns its parts; `modelFromConfig` and `setWeights` make a model of them
 * @throws IncompatibleError when the file is truncated, damaged, edited, no model, or of a newer format
 * @example
 * import { dense, modelFromConfig, sequential } from 'gradus';
 * import { decodeModelFile, encodeModelFile } from 'gradus/formats';
 * const model = sequential([dense(3)], { inputShape: [2] });
 * const bytes = encodeModelFile({ config: model.config(), weights: model.getWeights() });
 * const { config, weights } = decodeModelFile(bytes);
 * const copy = modelFromConfig(config);
 * copy.setWeights(weights);
 * copy.parameterCount; // 9
 */
export function decodeModelFile(bytes: Uint8Array | ArrayBuffer): ModelFile {
  const { tensors, metadata, gradusVersion } = decodeSealed('model', bytes);
  const read = (part: string): JsonValue | undefined => {
    const key = keyOf(part);
    return Object.hasOwn(metadata, key) ? parseJson(metadata[key], `the model's ${part}`) : undefined;
  };
  const config = read('config');
  if (!isPlainObject(config)) throw damaged("the model's config is no object", 'an architecture');
  const weights = inOrder(tensors, read('weights'));
  const numerics = read('numerics');
  if (numerics !== undefined && numerics !== 'fast' && numerics !== 'portable') {
    throw damaged(`the model's numerics are ${JSON.stringify(numerics)}`, '"fast" or "portable"');
  }
  const file: Record<string, unknown> = { config, weights, gradusVersion };
  for (const part of parts) {
    const value = read(part);
    if (value !== undefined) file[part] = value;
  }
  return file as unknown as ModelFile;
}

function tensorOf({ name, shape, values }: NamedTensor): SafetensorsTensor {
  if (values instanceof Float32Array) return { name, dtype: 'F32', shape, data: values };
  if (values instanceof Float64Array) return { name, dtype: 'F64', shape, data: values };
  throw new ArgumentError({
    received: `values of the weight '${name}' that are no typed array of floats`,
    expected: 'a Float32Array or a Float64Array',
  });
}

/** Put the weights into the order that the file names. */
function inOrder(tensors: readonly SafetensorsTensor[], names: JsonValue | undefined): NamedTensor[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  if (!Array.isArray(names) || names.length !== byName.size || new Set(names).size !== names.length) {
    throw damaged("the model's list of weights does not fit its tensors", 'each tensor once');
  }
  return (names as readonly unknown[]).map((name) => {
    const tensor = typeof name === 'string' ? byName.get(name) : undefined;
    if (tensor === undefined || (tensor.dtype !== 'F32' && tensor.dtype !== 'F64')) {
      throw damaged(`the model has no weight ${JSON.stringify(name)}`, 'a tensor of float32 or float64');
    }
    return { name: tensor.name, shape: tensor.shape, values: tensor.data };
  });
}
