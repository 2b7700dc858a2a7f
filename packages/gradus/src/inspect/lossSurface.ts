import type { ComputeOptions, EvaluationOptions } from '../models/fit/options.ts';
import type { Dataset } from '../models/inputs/inputs.ts';
import type { Model } from '../models/model.ts';
import type { NamedTensor } from '../train/state.ts';
import { ArgumentError } from '../util/errors.ts';
import { describeValue, requireCount, requireOptions, requireRange } from '../util/options.ts';
import { createStream } from '../util/random.ts';
import { type Direction, difference, filterNormalized, principalDirections, project } from './directions.ts';
import { prepareLoss } from './lossAt.ts';

/** Options of `lossSurface`. */
export interface LossSurfaceOptions extends ComputeOptions {
  /** The loss to measure, as in `evaluate`. */
  readonly loss: EvaluationOptions['loss'];
  /** Weights during a training, from `recordWeights`; they are projected onto the plane. Default none. */
  readonly path?: readonly (readonly NamedTensor[])[] | undefined;
  /**
   * The plane through the model's weights: `random`, two random directions with filters of the size of the model's,
   * or `path`, the two principal directions of the path. Default `random`.
   */
  readonly directions?: 'random' | 'path' | undefined;
  /** The distance to each side. Default 1 for random directions; for those of the path, a fifth more than it needs. */
  readonly range?: number | undefined;
  /** Points per axis; odd, so that the model is one of them. Default 21. */
  readonly resolution?: number | undefined;
  /** The seed of random directions. Default 0. */
  readonly seed?: number | undefined;
  /** Called with the number of points done, and of all points. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** A point of a training, projected onto the plane. */
export interface PathPoint {
  /** Position along the first direction. */
  readonly x: number;
  /** Position along the second direction. */
  readonly y: number;
  /** The loss with the recorded weights themselves, which are not on the plane. */
  readonly loss: number;
}

/** The loss on a plane through a model's weights. */
export interface LossSurface {
  /** Positions along the first direction; 0 is the model. */
  readonly x: Float64Array;
  /** Positions along the second direction. */
  readonly y: Float64Array;
  /** Losses, one row per y. */
  readonly losses: Float64Array;
  /** The path, projected; empty without one. */
  readonly path: readonly PathPoint[];
  /** Shares of the path's variance along each direction; undefined for random directions. */
  readonly explained: readonly [number, number] | undefined;
}

const surfaceOptions = {
  loss: true,
  path: true,
  directions: true,
  range: true,
  resolution: true,
  seed: true,
  progress: true,
  numerics: true,
  threads: true,
  executor: true,
} as const;

/**
 * Measure the loss on a plane through the weights of a model. The model keeps its weights.
 *
 * Random directions are filter-normalised, d ← d/‖d‖·‖θ‖ for every filter, so that a step means the same in every layer
 * and surfaces of different networks are comparable. Biases, parameters of normalisation and running statistics stay
 * fixed. Principal directions are those of θᵢ − θ, i along the path. Source: Li et al. 2018, Visualizing the loss
 * landscape of neural nets.
 *
 * @param model - A model that knows the shape of its input.
 * @param data - Rows whose mean loss is measured at every point.
 * @param options - Loss, directions, range, resolution, path.
 * @returns Positions, losses and the projected path.
 * @throws ArgumentError for invalid options; DataError and ShapeError for data that does not fit;
 *   IncompatibleError for weights of another architecture.
 * @example
 * import { dense, sequential } from 'gradus';
 * import { lossSurface } from 'gradus/inspect';
 * const model = sequential([dense(1, { useBias: false, kernelInitializer: 'ones' })], { inputShape: [1] });
 * const data = { x: [[1]], y: [1] };
 * const surface = await lossSurface(model, data, { loss: 'meanSquaredError', resolution: 3 });
 * surface.x; // [-1, 0, 1]
 * surface.losses[4]; // 0
 */
export async function lossSurface(
  model: Model,
  data: Dataset,
  options: LossSurfaceOptions,
): Promise<LossSurface> {
  requireOptions(options, surfaceOptions, 'lossSurface');
  const { path = [], directions = 'random', resolution = 21, seed = 0, progress } = options;
  requireCount('resolution', resolution, 1);
  requireRange('range', options.range ?? 1, { least: 0, below: Number.POSITIVE_INFINITY });
  requirePlane(directions, path);
  const loss = await prepareLoss(model, data, options);
  try {
    const ways = path.map((weights) => difference(loss.weights, weights, loss.trainable));
    const found =
      directions === 'path'
        ? principalDirections([...ways, emptied(ways[0])])
        : { directions: randomPlane(loss.weights, loss.trainable, seed), explained: undefined };
    const places = ways.map((way) => project(way, found.directions));
    const farthest = Math.max(0, ...places.flat().map(Math.abs));
    const range = options.range ?? (directions === 'path' && farthest > 0 ? 1.2 * farthest : 1);
    const axis = placesOf(-range, range, resolution);
    const losses = new Float64Array(resolution * resolution);
    for (let i = 0; i < losses.length; i++) {
      losses[i] = await loss.along(
        [axis[i % resolution], axis[Math.floor(i / resolution)]],
        found.directions,
      );
      progress?.(i + 1, losses.length);
    }
    const points: PathPoint[] = [];
    for (const [k, [x, y]] of places.entries()) points.push({ x, y, loss: await loss.ofWeights(path[k]) });
    return { x: axis, y: axis.slice(), losses, path: points, explained: found.explained };
  } finally {
    loss.dispose();
  }
}

/** Options of `lossLine`. */
export interface LossLineOptions extends ComputeOptions {
  /** The loss to measure, as in `evaluate`. */
  readonly loss: EvaluationOptions['loss'];
  /** The weights at 1; those of the model are at 0. Default: a random direction, filter-normalised. */
  readonly to?: readonly NamedTensor[] | undefined;
  /** The first position. Default 0 with `to`, otherwise −1. */
  readonly least?: number | undefined;
  /** The last position. Default 1. */
  readonly most?: number | undefined;
  /** How many positions. Default 25. */
  readonly resolution?: number | undefined;
  /** The seed of the random direction. Default 0. */
  readonly seed?: number | undefined;
}

/** The loss on a line through a model's weights. */
export interface LossLine {
  /** Positions: 0 is the model, 1 the other end. */
  readonly x: Float64Array;
  /** The loss at each. */
  readonly losses: Float64Array;
}

const lineOptions = {
  loss: true,
  to: true,
  least: true,
  most: true,
  resolution: true,
  seed: true,
  numerics: true,
  threads: true,
  executor: true,
} as const;

/**
 * Measure the loss on a line through the weights of a model: θ + t(θ′ − θ) towards other weights, in all trainable
 * parameters, or θ + td in a random direction, filter-normalised. The model keeps its weights.
 *
 * Sources: Goodfellow, Vinyals & Saxe 2015 for the way between two sets of weights, Li et al. 2018 for the direction.
 *
 * @param model - A model that knows the shape of its input.
 * @param data - Rows whose mean loss is measured at every point.
 * @param options - Loss, the other end, positions.
 * @returns Positions and losses.
 * @throws ArgumentError for invalid options; DataError and ShapeError for data that does not fit;
 *   IncompatibleError for weights of another architecture.
 * @example
 * import { dense, sequential } from 'gradus';
 * import { lossLine } from 'gradus/inspect';
 * const model = sequential([dense(1, { useBias: false, kernelInitializer: 'zeros' })], { inputShape: [1] });
 * const to = [{ name: 'dense/kernel', shape: [1, 1], values: Float32Array.of(2) }];
 * const line = await lossLine(model, { x: [[1]], y: [1] }, { loss: 'meanSquaredError', to, resolution: 3 });
 * line.losses; // [1, 0, 1]
 */
export async function lossLine(model: Model, data: Dataset, options: LossLineOptions): Promise<LossLine> {
  requireOptions(options, lineOptions, 'lossLine');
  const { to, least = to === undefined ? -1 : 0, most = 1, resolution = 25, seed = 0 } = options;
  requireCount('resolution', resolution, 1);
  if (!(Number.isFinite(least) && most >= least && most < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError({
      received: `positions from ${describeValue(least)} to ${describeValue(most)}`,
      expected: 'a range of finite numbers',
    });
  }
  const loss = await prepareLoss(model, data, options);
  try {
    const direction =
      to === undefined
        ? randomPlane(loss.weights, loss.trainable, seed)[0]
        : difference(loss.weights, to, loss.trainable);
    const x = placesOf(least, most, resolution);
    const losses = new Float64Array(resolution);
    for (const [i, place] of x.entries()) losses[i] = await loss.along([place], [direction]);
    return { x, losses };
  } finally {
    loss.dispose();
  }
}

function requirePlane(directions: unknown, path: readonly (readonly NamedTensor[])[]): void {
  if (directions === 'random') return;
  if (directions !== 'path') {
    throw new ArgumentError({
      received: `directions ${describeValue(directions)}`,
      expected: "'random' or 'path'",
    });
  }
  if (path.length < 2) {
    throw new ArgumentError({
      received: `directions of a path of ${path.length} ${path.length === 1 ? 'point' : 'points'}`,
      expected: 'at least 2',
      remedy: 'Give `path` the weights that recordWeights has kept',
    });
  }
}

/** Positions from one end to the other; of an odd count, the middle one is exactly between them. */
const placesOf = (least: number, most: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) =>
    count === 1 ? (least + most) / 2 : least + ((most - least) * i) / (count - 1),
  );

/** The position of the model itself. */
const emptied = (way: Direction): Direction =>
  new Map([...way].map(([name, { length }]) => [name, new Float64Array(length)]));

function randomPlane(
  weights: readonly NamedTensor[],
  trainable: ReadonlySet<string>,
  seed: number,
): [Direction, Direction] {
  const stream = createStream(seed, 'noise');
  const draw = (label: string): Direction => filterNormalized(weights, trainable, stream.split(label));
  return [draw('first'), draw('second')];
}
