import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ShapeError } from '../../util/errors.ts';
import { fields, flag, fraction, numberFrom, type OptionsOf, type ValuesOf } from '../../util/fields.ts';
import { formatShape, isRows, type Shape } from '../../util/shape.ts';
import { type Layer, type LayerContext, layerFields, layerOf, type ParameterDeclaration } from '../layer.ts';
import { initializerField, ones, zeros } from '../weights/initializers.ts';

const normalizationFields = () => ({
  /** Added to the variance, so that its root can divide. Default 1e-3, as in Keras; PyTorch's is 1e-5. */
  epsilon: numberFrom(1e-12).default(1e-3),
  /** Whether a trainable `beta` is added. Default true. */
  center: flag().default(true),
  /** Whether a trainable `gamma` multiplies. Default true. */
  scale: flag().default(true),
  /** Initial values of `beta`. Default `zeros`. */
  betaInitializer: initializerField().default('zeros'),
  /** Initial values of `gamma`. Default `ones`. */
  gammaInitializer: initializerField().default('ones'),
  /** Multiplies the optimizer's weight decay for `gamma` and `beta`: 0 spares them. Default 1. */
  decayFactor: numberFrom(0).default(1),
  ...layerFields(),
});

/** The options of `layerNormalization`, as a file holds them. */
export const layerNormalizationFields = /* @__PURE__ */ fields('layerNormalization', normalizationFields);

/** Options of a layer that normalises. */
export type NormalizationOptions = OptionsOf<typeof layerNormalizationFields>;

/** The options of `batchNormalization`, as a file holds them. */
export const batchNormalizationFields = /* @__PURE__ */ fields('batchNormalization', () => ({
  /** The share of the moving statistics that a step keeps, from 0 up to, not including, 1. Default 0.99. */
  momentum: fraction().default(0.99),
  ...normalizationFields(),
}));

/** Options of batch normalisation. */
export type BatchNormalizationOptions = OptionsOf<typeof batchNormalizationFields>;

/** What both kinds of normalisation share: the trainable scale and shift of every channel. */
function scaleAndShift(own: ValuesOf<ReturnType<typeof normalizationFields>>) {
  const { epsilon, center, scale, decayFactor, betaInitializer, gammaInitializer } = own;
  return {
    parameters(channels: number): Record<string, ParameterDeclaration> {
      const shape = [channels];
      return {
        ...(scale && { gamma: { shape, initializer: gammaInitializer, decayFactor } }),
        ...(center && { beta: { shape, initializer: betaInitializer, decayFactor } }),
      };
    },
    /** gamma·(x − mean)/√(variance + ε) + beta, given x − mean and the variance. */
    normalize(centered: Tensor, variance: Tensor, { parameter }: LayerContext): Tensor {
      const inverse = $.reciprocal($.sqrt($.affine(variance, 1, epsilon)));
      // A factor of each channel is multiplied before it meets the rows; a factor of each row meets the row first.
      const isPerChannel = variance.rank === 1;
      const factor = scale && isPerChannel ? $.multiply(parameter('gamma'), inverse) : inverse;
      const standard = $.multiply(centered, factor);
      const scaled = scale && !isPerChannel ? $.multiply(standard, parameter('gamma')) : standard;
      return center ? $.add(scaled, parameter('beta')) : scaled;
    },
  };
}

/** Keras's: with it the mean of no step at all is 0. */
const LEAST_COUNT = 1e-7;

/** Average values of the shape of x over all axes but the channels: over the steps that a mask counts, where there is one. */
function meanOfCounted({ shape }: Tensor, mask: Tensor | undefined): (values: Tensor) => Tensor {
  const axes = shape.slice(1).map((_, axis) => axis);
  if (mask === undefined) return (values) => $.mean(values, { axes });
  // A step may hold several cells.
  const cells = shape.slice(2, -1).reduce((a, b) => a * b, 1);
  const counts = $.reshape(mask, [...mask.shape, ...shape.slice(2).map(() => 1)]);
  const share = $.reciprocal($.affine($.sum(mask), cells, LEAST_COUNT));
  return (values) => $.multiply($.sum($.multiply(values, counts), { axes }), share);
}

/** The size of the last axis of an input that has one beside its rows. */
function channelsOf(shape: Shape, what: string): number {
  const channels = shape[shape.length - 1];
  if (shape.length >= 2 && !isRows(channels)) return channels;
  throw new ShapeError({
    received: `an input of shape ${formatShape(shape)} for ${what}`,
    expected: '[rows, …, channels]',
  });
}

/**
 * Normalise every channel, the last axis, by its mean and variance over the batch and all other axes, then scale and
 * shift it: y = gamma·(x − mean)/√(variance + ε) + beta (Ioffe & Szegedy 2015).
 *
 * In training the statistics are the batch's, with the variance divided by the count n, and each step moves the ones
 * that are kept: moving ← momentum·moving + (1 − momentum)·batch. Evaluation and prediction use the moving ones, and so
 * does training where the layer is frozen. A batch of one row has no variance: a row of one value a channel becomes
 * beta, and no gradient passes; training warns about such a batch.
 *
 * Parameters, each of shape [channels]: `gamma`, `beta`, `movingMean`, `movingVariance`, the latter two not trained.
 * As in Keras, steps of a sequence that a mask leaves out are normalised, but do not enter the statistics.
 * PyTorch's momentum is 1 minus this one, and its moving variance uses n − 1 instead of n; otherwise the two agree.
 *
 * @param options - Momentum, ε, which parameters there are, name.
 * @returns The layer, for inputs [rows, …, channels].
 * @throws ArgumentError for options out of range; ShapeError, when the model is built, for an input without channels.
 * @example
 * import { batchNormalization, dense, sequential } from 'gradus';
 * const model = sequential([dense(64), batchNormalization(), dense(1)], { inputShape: [8] });
 * model.parameterCount; // 897
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  const own = batchNormalizationFields.read(options);
  const { momentum } = own;
  const shared = scaleAndShift(own);
  return layerOf(batchNormalizationFields, own, {
    parameters([x]) {
      const channels = channelsOf(x, 'batch normalisation');
      const state = { shape: [channels], trainable: false };
      return {
        ...shared.parameters(channels),
        movingMean: { ...state, initializer: zeros() },
        movingVariance: { ...state, initializer: ones() },
      };
    },
    call([x], context) {
      const { training, trainable, parameter, assign } = context;
      if (!(training && trainable)) {
        const centered = $.subtract(x, parameter('movingMean'));
        return shared.normalize(centered, parameter('movingVariance'), context);
      }
      const meanOf = meanOfCounted(x, context.masks[0]);
      const mean = meanOf(x);
      const centered = $.subtract(x, mean);
      const variance = meanOf($.square(centered));
      const move = (name: string, batch: Tensor): void => {
        assign(name, $.add($.affine(parameter(name), momentum, 0), $.affine(batch, 1 - momentum, 0)));
      };
      move('movingMean', mean);
      move('movingVariance', variance);
      return shared.normalize(centered, variance, context);
    },
    leastRows: ([x]) => (x.slice(1, -1).every((size) => size === 1) ? 2 : 1),
  });
}

/**
 * Normalise the values along the last axis by their own mean and variance, position by position, then scale and shift
 * them: y = gamma·(x − mean)/√(variance + ε) + beta (Ba, Kiros & Hinton 2016).
 *
 * A row's output does not depend on other rows, and training and prediction compute the same. Parameters `gamma` and `beta`, each
 * of the last axis's size, as in Keras; PyTorch's `LayerNorm(size)` is this with ε = 1e-5.
 *
 * @param options - ε, which parameters there are, name.
 * @returns The layer, for inputs [rows, …, size].
 * @throws ArgumentError for options out of range; ShapeError, when the model is built, for an input without a last
 *   axis.
 * @example
 * import { dense, layerNormalization, sequential } from 'gradus';
 * const model = sequential([dense(64), layerNormalization({ epsilon: 1e-5 })], { inputShape: [8] });
 * model.parameterCount; // 704
 */
export function layerNormalization(options: NormalizationOptions = {}): Layer {
  const own = layerNormalizationFields.read(options);
  const shared = scaleAndShift(own);
  return layerOf(layerNormalizationFields, own, {
    parameters: ([x]) => shared.parameters(channelsOf(x, 'layer normalisation')),
    call([x], context) {
      const own = { axes: -1, keepDimensions: true };
      const centered = $.subtract(x, $.mean(x, own));
      return shared.normalize(centered, $.mean($.square(centered), own), context);
    },
  });
}
