import { compile } from '../../compile/compile.ts';
import type { Program } from '../../compile/program.ts';
import * as $ from '../../graph/operations.ts';
import { type Tensor, withScope } from '../../graph/tensor.ts';
import type { Loss } from '../../nn/losses/index.ts';
import type { Optimizer } from '../../optim/optimizer.ts';
import type { StoreLayout } from '../../runtime/layout.ts';
import { COUNT } from '../../train/streamRows.ts';
import { ArgumentError } from '../../util/errors.ts';
import { rows } from '../../util/shape.ts';
import type { Targets } from '../inputs/targets.ts';
import type { Network, TracedNetwork } from './network.ts';

/** The input that holds the targets; no input of a model can have this name. */
export const TARGET = '#target';

/** The input that holds the weights of the rows, where they have any. */
export const WEIGHT = '#weight';

/** The loss of a network on a batch, with what it is made of. */
export interface LossGraph {
  readonly loss: Tensor;
  /** What the batch weighs beside others in a mean; undefined where that is the number of its rows. */
  readonly count: Tensor | undefined;
  /** As the loss sees it, [places, outputs]: a step of a sequence or a cell of an image is a place of its own. */
  readonly prediction: Tensor;
  readonly target: Tensor;
  /** Which places count, [places]; undefined where all do. */
  readonly mask: Tensor | undefined;
  /** What the network is computed by: the inputs first, then what each layer's call gives. */
  readonly values: readonly Tensor[];
  /** The next values of state, such as running statistics. */
  readonly assignments: TracedNetwork['assignments'];
  /** What parameters are brought back to after each step. */
  readonly constraints: TracedNetwork['constraints'];
}

/** Below this, weights of a batch count as none, and it teaches nothing. */
const LEAST_WEIGHT = 1e-30;

/** The mean of a batch's losses. */
interface AveragedLoss {
  readonly mean: Tensor;
  /** What it divides by, and weighs beside other batches; undefined where that is the number of rows. */
  readonly count: Tensor | undefined;
}

/**
 * Average the losses of rows, by their weights where there are any. With m the mask and w the weights of the rows that is
 * Σ w·m·l / Σ m, or / Σ w·m for the mean over weights: what is masked neither counts nor is counted, as in Keras.
 *
 * @param prediction - [places, outputs], of each row one place after the other; the target alike.
 * @param mask - Which places count, [places]. Default all.
 */
export function averageLoss(
  loss: Loss,
  prediction: Tensor,
  target: Tensor,
  meanOver: 'rows' | 'weights' | undefined,
  mask?: Tensor,
): AveragedLoss {
  if (meanOver === undefined && mask === undefined) {
    return { mean: loss.build(prediction, target), count: undefined };
  }
  if (loss.rows === undefined) {
    throw new ArgumentError({
      received: `weights for the loss '${loss.name}', which does not tell rows apart`,
      expected: 'a loss with the method `rows`, which gives one number a row',
    });
  }
  const weights = meanOver && $.input(WEIGHT, [rows()]);
  const losses = times(meanOfPlaces(times(loss.rows(prediction, target), mask)), weights);
  const share = mask && meanOfPlaces(mask);
  const counted = weights && meanOver === 'weights' ? times(weights, share) : share;
  if (counted === undefined) return { mean: $.mean(losses), count: undefined };
  const count = $.maximum($.sum(counted), LEAST_WEIGHT);
  return { mean: $.divide($.sum(losses), count), count };
}

const times = (a: Tensor, b: Tensor | undefined): Tensor => (b === undefined ? a : $.multiply(a, b));

/** Average what the places of a row have: [places] → [rows]. */
function meanOfPlaces(values: Tensor): Tensor {
  const places = -values.shape[0];
  return places === 1 ? values : $.mean($.reshape(values, [rows(), places]), { axes: 1 });
}

/** Say of every place whether its step counts: [rows, steps] → [places]; a step may hold several. */
function maskOfPlaces(mask: Tensor, places: number): Tensor {
  const steps = mask.shape[1];
  const wide = $.broadcastTo($.reshape(mask, [rows(), steps, 1]), [rows(), steps, places / steps]);
  return $.reshape(wide, [rows(places)]);
}

/** Bring numbers of rows to [places, numbers]; a vector of rows stays. */
const byPlaces = (values: Tensor, places: number): Tensor =>
  places === 1 ? values : $.reshape(values, [rows(places), sizeOfRow(values) / places]);

const sizeOfRow = ({ shape }: Tensor): number => shape.slice(1).reduce((a, b) => a * b, 1);

/**
 * Build the loss of a batch: the loss proper, and the penalties of regularizers.
 *
 * @param meanOver - What weighted losses are averaged over. Default: rows have no weights.
 */
export function lossGraph(
  network: Network,
  loss: Loss,
  targets: Pick<Targets, 'kind' | 'width'>,
  training: boolean,
  meanOver?: 'rows' | 'weights',
): LossGraph {
  const { prediction, mask, values, penalty, assignments, constraints } = network.trace(training);
  const places = placesOf(loss, network.outputShape);
  const isSplit = prediction.rank > 2;
  const flat = isSplit ? $.reshape(prediction, [rows(places), sizeOfRow(prediction) / places]) : prediction;
  const isLabel = targets.kind === 'labels';
  const given = $.input(
    TARGET,
    isLabel && places === 1 ? [rows()] : [rows(), targets.width],
    isLabel ? 'int' : 'float',
  );
  const target = isLabel && places > 1 ? $.reshape(given, [rows(places)]) : byPlaces(given, places);
  const counted = mask && isSplit && !loss.wholeRows ? maskOfPlaces(mask, places) : undefined;
  return withScope('loss', () => {
    const { mean, count } = averageLoss(loss, flat, target, meanOver, counted);
    const value = penalty === undefined ? mean : $.add(mean, penalty);
    return { loss: value, count, prediction: flat, target, mask: counted, values, assignments, constraints };
  });
}

/** Count the places of a row for which a loss asks its question: all axes of the output but the last. */
export const placesOf = (loss: Pick<Loss, 'wholeRows'>, outputShape: readonly number[]): number =>
  loss.wholeRows ? 1 : outputShape.slice(0, -1).reduce((a, b) => a * b, 1);

/** Compile a training step; accuracy, where it is given, is recorded beside the loss, with how many places it is of. */
export const compileTraining = (
  graph: LossGraph,
  parts: {
    readonly optimizer: Optimizer;
    readonly layout: StoreLayout;
    readonly accuracy?: Tensor | undefined;
    readonly clip?: ((gradients: readonly Tensor[]) => readonly Tensor[]) | undefined;
  },
): Program => {
  const { optimizer, layout, accuracy, clip } = parts;
  return compile({
    loss: graph.loss,
    ...(accuracy && { records: { accuracy, ...(graph.mask && { [COUNT]: $.sum(graph.mask) }) } }),
    trainable: layout.segments.filter(({ trainable }) => trainable).map(({ name }) => name),
    ...(optimizer.kind === 'steps' && {
      update: {
        rule: optimizer.rule,
        scalarsPerRun: optimizer.scalarsPerRun,
        runs: layout.updateRuns(optimizer.constants),
      },
    }),
    assignments: graph.assignments,
    constraints: graph.constraints,
    clip,
    gathered: true,
  });
};

/** Compile the measuring of rows: the loss without dropout, the prediction, and which positions of it count. */
export const compileEvaluation = ({ loss, count, prediction, mask }: LossGraph): Program =>
  compile({
    records: { loss, ...(count && { [COUNT]: count }) },
    outputs: { prediction, ...(mask && { mask }) },
    gathered: true,
  });

/** Compile the prediction alone, with inputs that are gathered from tables or written. */
export const compilePrediction = (network: Network, gathered: boolean): Program =>
  compile({ outputs: { prediction: network.trace(false).prediction }, gathered });
