import {
  decodeModelFile,
  encodeModelFile,
  type ModelFile,
  type ModelFileInput,
} from '../formats/modelFile.ts';
import { type ModelFromConfigOptions, modelFromConfig } from './build.ts';
import { insideOf, type Model } from './model.ts';

/** What may travel with a model: its preprocessing, schema, training and anything else, as plain data. */
export type SaveOptions = Pick<ModelFileInput, 'preprocessing' | 'schema' | 'training' | 'extra'>;

/** A model with what was saved beside it. */
export interface LoadedModel extends Omit<ModelFile, 'config' | 'weights'> {
  /** The model, ready to predict; it computes with the kernels that trained it. */
  readonly model: Model;
}

/**
 * Write a model as one file: architecture, weights, and what shall travel with them.
 *
 * @param model - A model that is built.
 * @param options - Preprocessing, schema, training, anything else.
 * @returns The bytes of a safetensors file.
 * @throws ArgumentError for a model that does not know its input yet, or options that are no plain data.
 * @example
 * import { dense, loadModel, saveModel, sequential } from 'gradus';
 * const model = sequential([dense(1)], { inputShape: [2] });
 * const bytes = saveModel(model, { training: { seed: 7 } });
 * const { training } = loadModel(bytes);
 * training; // { seed: 7 }
 */
export function saveModel(model: Model, options: SaveOptions = {}): Uint8Array<ArrayBuffer> {
  insideOf(model); // which refuses what is no model
  const { numerics } = model;
  return encodeModelFile({ ...options, config: model.config(), weights: model.getWeights(), numerics });
}

/**
 * Read a model from its file; it predicts the same bits as the one that was saved.
 *
 * @param bytes - The whole file.
 * @param options - Factories for layers of your own.
 * @returns The model, and what was saved beside it.
 * @throws IncompatibleError when the file is truncated, damaged, edited, no model, or of a newer format.
 * @example
 * import { dense, loadModel, saveModel, sequential } from 'gradus';
 * const model = sequential([dense(4)], { inputShape: [2] });
 * const { model: copy } = loadModel(saveModel(model));
 * const [before, after] = [await model.predict([[1, 2]]), await copy.predict([[1, 2]])];
 * after.values.every((value, i) => value === before.values[i]); // true
 */
export function loadModel(
  bytes: Uint8Array | ArrayBuffer,
  options: Omit<ModelFromConfigOptions, 'numerics'> = {},
): LoadedModel {
  const { config, weights, ...beside } = decodeModelFile(bytes);
  const model = modelFromConfig(config, { ...options, numerics: beside.numerics });
  model.setWeights(weights);
  return { ...beside, model };
}
