import { IncompatibleError } from '../util/errors.ts';
import type { Activation } from './activations.ts';
import { defined, type LayerFileOptions, numberIn } from './fileOptions.ts';
import { imageFactories } from './imageFactories.ts';
import type { Layer } from './layer.ts';
import { dense } from './layers/dense.ts';
import { gaussianDropout, gaussianNoise } from './layers/noise.ts';
import { batchNormalization, layerNormalization, type NormalizationOptions } from './layers/normalization.ts';
import { prelu } from './layers/prelu.ts';
import { activation, add, concatenate, dropout, flatten, reshape } from './layers.ts';
import { recurrentFactories } from './recurrentFactories.ts';
import { initializerFromConfig } from './weights/initializers.ts';
import { weightOptionsFrom } from './weights/weightOptions.ts';

export type { LayerFileOptions };

/** Make a layer again from the options that it gave, and its name. */
export type LayerFactory = (options: LayerFileOptions, name: string) => Layer;

const normalizationOptions = (options: LayerFileOptions, name: string): NormalizationOptions =>
  defined({
    name,
    epsilon: numberIn(options, 'epsilon'),
    center: options['center'] !== false,
    scale: options['scale'] !== false,
    betaInitializer: initializerFromConfig(options['betaInitializer']),
    gammaInitializer: initializerFromConfig(options['gammaInitializer']),
    decayFactor: numberIn(options, 'decayFactor'),
  });

/** Every layer of the library, by its type. */
// A spread would keep all layers in every bundle; a call that is marked as pure goes where nobody reads its result.
export const layerFactories = /* @__PURE__ */ Object.assign(
  {
    dense: (options, name) => dense(numberIn(options, 'units'), weightOptionsFrom(options, name)),
    activation: (options, name) => activation(options['activation'] as Activation, { name }),
    dropout: (options, name) => dropout(numberIn(options, 'rate'), { name }),
    flatten: (_, name) => flatten({ name }),
    reshape: (options, name) => reshape(shapeFrom(options['shape']), { name }),
    add: (_, name) => add({ name }),
    concatenate: (options, name) => concatenate({ axis: numberIn(options, 'axis'), name }),
    batchNormalization: (options, name) =>
      batchNormalization({
        ...normalizationOptions(options, name),
        momentum: numberIn(options, 'momentum'),
      }),
    layerNormalization: (options, name) => layerNormalization(normalizationOptions(options, name)),
    prelu: (options, name) =>
      prelu(
        defined({
          name,
          slopeInitializer: initializerFromConfig(options['slopeInitializer']),
          sharedAxes: options['sharedAxes'] as number[],
        }),
      ),
    gaussianNoise: (options, name) => gaussianNoise(numberIn(options, 'deviation'), { name }),
    gaussianDropout: (options, name) => gaussianDropout(numberIn(options, 'rate'), { name }),
  } satisfies Readonly<Record<string, LayerFactory>>,
  recurrentFactories,
  imageFactories,
);

/** The types of the library's layers. */
export type LayerType = keyof typeof layerFactories;

/** Read a shape out of a file: whole numbers of at least 1, with a product that memory can hold. */
export function shapeFrom(value: unknown): number[] {
  const isShape =
    Array.isArray(value) &&
    value.every((size) => Number.isInteger(size) && size >= 1) &&
    value.reduce((a: number, b: number) => a * b, 1) < 2 ** 31;
  if (isShape) return [...(value as number[])];
  throw new IncompatibleError({
    received: `the shape ${JSON.stringify(value)}`,
    expected: 'a list of whole numbers of at least 1',
  });
}
