import { defined, type LayerFileOptions, numberIn } from './fileOptions.ts';
import type { Layer } from './layer.ts';
import type { Connections } from './layers/connections.ts';
import { conv1d, conv2d } from './layers/convolution.ts';
import {
  averagePool1d,
  averagePool2d,
  globalAveragePool1d,
  globalAveragePool2d,
  globalMaxPool1d,
  globalMaxPool2d,
  maxPool1d,
  maxPool2d,
} from './layers/pooling.ts';
import { convTranspose1d, convTranspose2d } from './layers/transposedConvolution.ts';
import type { ImagePadding, ImageSize, SeriesPadding } from './layers/windows.ts';
import { spatialDropout, zeroPadding2d } from './spatialLayers.ts';
import { weightOptionsFrom } from './weights/weightOptions.ts';

const size2d = (options: LayerFileOptions, key: string): ImageSize => options[key] as ImageSize;
const window2d = (options: LayerFileOptions) => ({
  strides: size2d(options, 'strides'),
  padding: options['padding'] as ImagePadding,
});
const window1d = (options: LayerFileOptions) => ({
  strides: numberIn(options, 'strides'),
  padding: options['padding'] as Exclude<SeriesPadding, 'causal'>,
});

/** What every convolution of images takes. */
const kernel2d = (options: LayerFileOptions, name: string) => ({
  ...weightOptionsFrom(options, name),
  ...window2d(options),
  dilation: size2d(options, 'dilation'),
});
/** What every convolution of series takes. */
const kernel1d = (options: LayerFileOptions, name: string) => ({
  ...weightOptionsFrom(options, name),
  ...window1d(options),
  dilation: numberIn(options, 'dilation'),
});

const filtersOf = (options: LayerFileOptions): number => numberIn(options, 'filters');

type Factory = (options: LayerFileOptions, name: string) => Layer;

const pool2d =
  (layer: typeof maxPool2d): Factory =>
  (options, name) =>
    layer(size2d(options, 'poolSize'), { ...window2d(options), name });
const pool1d =
  (layer: typeof maxPool1d): Factory =>
  (options, name) =>
    layer(numberIn(options, 'poolSize'), { ...window1d(options), name });

/** Layers of images and series, by their type. */
export const imageFactories = {
  conv2d: (options, name) =>
    conv2d(
      filtersOf(options),
      size2d(options, 'kernelSize'),
      defined({
        ...kernel2d(options, name),
        groups: numberIn(options, 'groups'),
        paddingValue: options['paddingValue'] as number,
        connections: options['connections'] as Connections,
        sharedBias: options['sharedBias'] !== false,
      }),
    ),
  conv1d: (options, name) =>
    conv1d(
      filtersOf(options),
      numberIn(options, 'kernelSize'),
      defined({
        ...kernel1d(options, name),
        groups: numberIn(options, 'groups'),
      }),
    ),
  convTranspose2d: (options, name) =>
    convTranspose2d(
      filtersOf(options),
      size2d(options, 'kernelSize'),
      defined({
        ...kernel2d(options, name),
        outputPadding: options['outputPadding'] as number,
      }),
    ),
  convTranspose1d: (options, name) =>
    convTranspose1d(
      filtersOf(options),
      numberIn(options, 'kernelSize'),
      defined({
        ...kernel1d(options, name),
        outputPadding: options['outputPadding'] as number,
      }),
    ),
  maxPool2d: pool2d(maxPool2d),
  maxPool1d: pool1d(maxPool1d),
  averagePool2d: pool2d(averagePool2d),
  averagePool1d: pool1d(averagePool1d),
  globalMaxPool2d: (_, name) => globalMaxPool2d({ name }),
  globalMaxPool1d: (_, name) => globalMaxPool1d({ name }),
  globalAveragePool2d: (_, name) => globalAveragePool2d({ name }),
  globalAveragePool1d: (_, name) => globalAveragePool1d({ name }),
  spatialDropout: (options, name) => spatialDropout(numberIn(options, 'rate'), { name }),
  zeroPadding2d: (options, name) =>
    zeroPadding2d(options['padding'] as Exclude<ImagePadding, 'same'>, { name }),
} satisfies Readonly<Record<string, Factory>>;
