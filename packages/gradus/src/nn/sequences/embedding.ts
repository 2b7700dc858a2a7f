import * as $ from '../../graph/operations.ts';
import { ArgumentError, DataError, ShapeError } from '../../util/errors.ts';
import { describeValue, requireCount, requireOptions } from '../../util/options.ts';
import { formatShape } from '../../util/shape.ts';
import { defineLayer, type Layer, type RowData } from '../layer.ts';
import { type LayerOptions, layerOptions } from '../layers.ts';
import {
  type Initializer,
  type InitializerName,
  initializerConfig,
  resolveInitializer,
  uniform,
} from '../weights/initializers.ts';
import { type Regularizer, requireRegularizer } from '../weights/regularizers.ts';

/** Options of an embedding. */
export interface EmbeddingOptions extends LayerOptions {
  /** Whether index 0 is padding, which recurrent layers behind pass over. Default false. */
  readonly maskZero?: boolean | undefined;
  /** First numbers of the vectors. Default `uniform(-0.05, 0.05)`. */
  readonly embeddingsInitializer?: Initializer | InitializerName | undefined;
  /** A penalty on the vectors, added to the loss. Default none. */
  readonly embeddingsRegularizer?: Regularizer | undefined;
}

/** Up to here float32 holds every whole number. */
const LARGEST = 2 ** 24;

const known = {
  maskZero: true,
  embeddingsInitializer: true,
  embeddingsRegularizer: true,
  name: true,
  trainable: true,
  learningRateFactor: true,
} as const;

/** Refuse numbers that are no indices, with their place. */
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
        remedy: 'Number what is embedded from 0, or give the embedding a larger vocabulary',
      },
      { row, column },
    );
  }
}

/**
 * Turn indices, such as the numbers of words, into vectors that are trained: y = embeddings[index].
 *
 * Parameter: `embeddings` [vocabulary, units], which PyTorch's `Embedding` calls `weight`. Data for an input that is
 * read as indices is checked: an index outside of the vocabulary is refused with its row and column.
 *
 * @param vocabulary - How many indices there are: 0 … vocabulary − 1.
 * @param units - How many numbers a vector has.
 * @param options - Whether 0 is padding, initializer, regularizer, name.
 * @returns The layer, from whole numbers [rows, time] to [rows, time, units].
 * @throws ArgumentError for a vocabulary or units below 1; DataError, when data is given, for an index outside.
 * @example
 * import { dense, embedding, flatten, sequential } from 'gradus';
 * const model = sequential([embedding(100, 4), flatten(), dense(1)], { inputShape: [3] });
 * model.parameterCount; // 413
 */
export function embedding(vocabulary: number, units: number, options: EmbeddingOptions = {}): Layer {
  requireOptions(options, known, 'embedding');
  const { maskZero = false, embeddingsRegularizer, name, trainable, learningRateFactor } = options;
  requireCount('vocabulary', vocabulary, 1);
  if (vocabulary > LARGEST) {
    throw new ArgumentError({
      received: `a vocabulary of ${vocabulary}`,
      expected: `at most ${LARGEST}, since inputs are float32`,
    });
  }
  requireCount('units', units, 1);
  requireRegularizer(embeddingsRegularizer);
  const embeddingsInitializer = resolveInitializer(options.embeddingsInitializer ?? uniform());
  return defineLayer({
    type: 'embedding',
    name,
    trainable,
    learningRateFactor,
    checkData: (data, name) => requireIndices(data, vocabulary, name),
    parameters: () => ({
      embeddings: {
        shape: [vocabulary, units],
        initializer: embeddingsInitializer,
        regularizer: embeddingsRegularizer,
      },
    }),
    call: ([x], { parameter }) => $.take(parameter('embeddings'), x),
    ...(maskZero && { mask: ([x]) => $.affine($.equal(x, 0), -1, 1) }),
    options: () => ({
      vocabulary,
      units,
      maskZero,
      embeddingsInitializer: initializerConfig(embeddingsInitializer),
      ...(embeddingsRegularizer && { embeddingsRegularizer: embeddingsRegularizer.config() }),
    }),
  });
}

/**
 * Have recurrent layers pass over the steps all of whose numbers are a given value: padding. Their numbers become 0.
 *
 * The mask goes on through all layers that keep the axis of time. Recurrent layers hold their state at masked steps, so
 * that their last output is that of the last step that counts, whether padding stands before or behind. Batch
 * normalisation leaves masked steps out of its statistics, and a loss that asks every step leaves them out of its mean.
 *
 * @param value - What padding is filled with. Default 0.
 * @param options - The layer's name.
 * @returns The layer, from [rows, time, inputs] to the same shape.
 * @throws ArgumentError for a value that is no finite number; ShapeError, when the model is built, for an input that is
 *   no sequence.
 * @example
 * import { dense, lstm, masking, sequential } from 'gradus';
 * const model = sequential([masking(-1), lstm(8), dense(1)], { inputShape: [20, 3] });
 * model.parameterCount; // 393
 */
export function masking(value = 0, options: LayerOptions = {}): Layer {
  if (!Number.isFinite(value)) {
    throw new ArgumentError({
      received: `${describeValue(value)} as the value that is masked`,
      expected: 'a finite number, such as 0',
    });
  }
  requireOptions(options, layerOptions, 'masking');
  const { name, trainable, learningRateFactor } = options;
  const maskOf = (x: Parameters<typeof $.max>[0], keepDimensions: boolean) => {
    if (x.rank !== 3) {
      throw new ShapeError({
        received: `an input of shape ${formatShape(x.shape)} for a layer 'masking'`,
        expected: '[rows, time, inputs]',
      });
    }
    return $.max($.affine($.equal(x, value), -1, 1), { axes: -1, keepDimensions });
  };
  return defineLayer({
    type: 'masking',
    name,
    trainable,
    learningRateFactor,
    call: ([x]) => $.multiply(x, maskOf(x, true)),
    mask: ([x]) => maskOf(x, false),
    options: () => ({ value }),
  });
}
