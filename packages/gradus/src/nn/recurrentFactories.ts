import { IncompatibleError } from '../util/errors.ts';
import { isRecord } from '../util/options.ts';
import type { Activation } from './activations.ts';
import { defined, type LayerFileOptions, numberIn } from './fileOptions.ts';
import type { Layer } from './layer.ts';
import { type BidirectionalMerge, bidirectional } from './sequences/bidirectional.ts';
import { embedding, masking } from './sequences/embedding.ts';
import { gru } from './sequences/gru.ts';
import { lstm } from './sequences/lstm.ts';
import { simpleRnn } from './sequences/simpleRnn.ts';
import { initializerFromConfig } from './weights/initializers.ts';
import { regularizerFromConfig } from './weights/regularizers.ts';

/** What all recurrent layers read out of a file. */
const common = (options: LayerFileOptions) =>
  defined({
    activation: options['activation'] as Activation,
    useBias: options['useBias'] !== false,
    returnSequences: options['returnSequences'] === true,
    goBackwards: options['goBackwards'] === true,
    dropout: numberIn(options, 'dropout'),
    recurrentDropout: numberIn(options, 'recurrentDropout'),
    kernelInitializer: initializerFromConfig(options['kernelInitializer']),
    recurrentInitializer: initializerFromConfig(options['recurrentInitializer']),
    biasInitializer: initializerFromConfig(options['biasInitializer']),
    kernelRegularizer: regularizerFromConfig(options['kernelRegularizer']),
    recurrentRegularizer: regularizerFromConfig(options['recurrentRegularizer']),
    biasRegularizer: regularizerFromConfig(options['biasRegularizer']),
  });

const units = (options: LayerFileOptions): number => numberIn(options, 'units');
const gateOf = (options: LayerFileOptions) =>
  defined({ recurrentActivation: options['recurrentActivation'] as Activation });

/** The layers that walk a sequence, from their options. */
const recurrent = {
  simpleRnn: (options, name) => simpleRnn(units(options), defined({ ...common(options), name })),
  lstm: (options, name) =>
    lstm(
      units(options),
      defined({
        ...common(options),
        ...gateOf(options),
        unitForgetBias: options['unitForgetBias'] !== false,
        name,
      }),
    ),
  gru: (options, name) =>
    gru(
      units(options),
      defined({ ...common(options), ...gateOf(options), resetAfter: options['resetAfter'] !== false, name }),
    ),
} satisfies Readonly<Record<string, (options: LayerFileOptions, name: string | undefined) => Layer>>;

/** Make the layer that another one walks in both directions. */
function innerLayer(value: unknown): Layer {
  const type = isRecord(value) ? value['type'] : undefined;
  if (isRecord(value) && typeof type === 'string' && Object.hasOwn(recurrent, type))
    return recurrent[type as keyof typeof recurrent](value, undefined);
  throw new IncompatibleError({
    received: `a bidirectional layer of '${String(type)}'`,
    expected: Object.keys(recurrent).join(', '),
  });
}

/** Layers of sequences, by their type. */
export const recurrentFactories = /* @__PURE__ */ Object.assign(
  {
    bidirectional: (options, name) =>
      bidirectional(
        innerLayer(options['layer']),
        defined({ merge: options['merge'] as BidirectionalMerge, name }),
      ),
    embedding: (options, name) =>
      embedding(
        numberIn(options, 'vocabulary'),
        units(options),
        defined({
          name,
          maskZero: options['maskZero'] === true,
          embeddingsInitializer: initializerFromConfig(options['embeddingsInitializer']),
          embeddingsRegularizer: regularizerFromConfig(options['embeddingsRegularizer']),
        }),
      ),
    masking: (options, name) => masking(numberIn(options, 'value'), { name }),
  } satisfies Readonly<Record<string, (options: LayerFileOptions, name: string) => Layer>>,
  recurrent,
);
