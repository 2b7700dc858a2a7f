import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ArgumentError, DataError } from '../../util/errors.ts';
import { fields, flag, type OptionsOf, positiveInteger } from '../../util/fields.ts';
import { type Layer, layerFields, layerOf, type RowData } from '../layer.ts';
import { initializerField, uniform } from '../weights/initializers.ts';
import { regularizerField } from '../weights/regularizers.ts';

/** The options of `embedding`, as a file holds them. */
export const embeddingFields = /* @__PURE__ */ fields('embedding', () => ({
  vocabulary: positiveInteger(),
  units: positiveInteger(),
  /** Whether index 0 is padding, which recurrent layers skip. Default false. */
  maskZero: flag().default(false),
  /** Initial values of the vectors. Default `uniform(-0.05, 0.05)`. */
  embeddingsInitializer: initializerField().default(uniform()),
  /** A penalty on the vectors, added to the loss. Default none. */
  embeddingsRegularizer: regularizerField().optional(),
  ...layerFields(),
}));

/** Options of an embedding. */
export type EmbeddingOptions = OptionsOf<typeof embeddingFields, 'vocabulary' | 'units'>;

/** Up to here float32 holds every whole number. */
const LARGEST = 2 ** 24;

/** Refuse values that are no indices, with their row and column. */
function requireIndices({ values, width, scale = 1, shift = 0 }: RowData, below: number, name: string): void {
  const isBytes = values instanceof Uint8Array;
  for (let i = 0; i < values.length; i++) {
    const index = isBytes ? scale * values[i] + shift : values[i];
    if (index >= 0 && index < below && Number.isInteger(index)) continue;
    const [row, column] = [Math.floor(i / width) + 1, String((i % width) + 1)];
    throw new DataError(
      {
        received: `the index ${index} in row ${row}, column ${column} of ${name}`,
        expected: `a whole number from 0 to ${below - 1}, as the embedding has ${below} vectors`,
        remedy: 'Count indices from 0, or give the embedding a larger vocabulary',
      },
      { row, column },
    );
  }
}

/**
 * Turn indices, such as those of words, into trained vectors: y = embeddings[index].
 *
 * Parameter: `embeddings` [vocabulary, units], which PyTorch's `Embedding` calls `weight`. Data for an input that is
 * read as indices is checked: an index outside of the vocabulary is refused with its row and column.
 *
 * @param vocabulary - How many indices there are: 0 … vocabulary − 1.
 * @param units - The length of a vector.
 * @param options - Whether 0 is padding, initializer, regularizer, name.
 * @returns The layer, from whole numbers [rows, time] to [rows, time, units].
 * @throws ArgumentError for a vocabulary or units below 1; DataError, when data is given, for an index outside.
 * @example
 * import { dense, embedding, flatten, sequential } from 'gradus';
 * const model = sequential([embedding(100, 4), flatten(), dense(1)], { inputShape: [3] });
 * model.parameterCount; // 413
 */
export function embedding(vocabulary: number, units: number, options: EmbeddingOptions = {}): Layer {
  const own = embeddingFields.read(options, { vocabulary, units });
  if (vocabulary > LARGEST) {
    throw new ArgumentError({
      received: `a vocabulary of ${vocabulary}`,
      expected: `at most ${LARGEST}, since inputs are float32`,
    });
  }
  return layerOf(embeddingFields, own, {
    checkData: (data, name) => requireIndices(data, vocabulary, name),
    parameters: () => ({
      embeddings: {
        shape: [vocabulary, units],
        initializer: own.embeddingsInitializer,
        regularizer: own.embeddingsRegularizer,
      },
    }),
    call: ([x], { parameter }) => $.take(parameter('embeddings'), x),
    ...(own.maskZero && { mask: ([x]: readonly Tensor[]) => $.affine($.equal(x, 0), -1, 1) }),
  });
}
