import { compile } from '../compile/compile.ts';
import type { Program } from '../compile/program.ts';
import * as $ from '../graph/operations.ts';
import { type Tensor, withScope } from '../graph/tensor.ts';
import type { Loss } from '../nn/losses.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { StoreLayout } from '../runtime/layout.ts';
import { ArgumentError } from '../util/errors.ts';
import { rows } from '../util/shape.ts';
import type { Targets } from './inputs.ts';
import type { Network, TracedNetwork } from './network.ts';

/** The input that holds the targets; no input of a model can have this name. */
export const TARGET = '#target';

/** The input that holds the weights of the rows, where they have any. */
export const WEIGHT = '#weight';

/** The loss of a network on a batch, with what it is made of. */
export interface LossGraph {
  readonly loss: Tensor;
  readonly prediction: Tensor;
  readonly target: Tensor;
  /** What the network is computed by: the inputs first, then what each layer's call gives. */
  readonly values: readonly Tensor[];
  /** The next values of state, such as running statistics. */
  readonly assignments: TracedNetwork['assignments'];
  /** What parameters are brought back to after each step. */
  readonly constraints: TracedNetwork['constraints'];
}

/** Below this, weights of a batch count as none, and it teaches nothing. */
const LEAST_WEIGHT = 1e-30;

/** Average the losses of rows, by their weights where there are any. */
export function averageLoss(
  loss: Loss,
  prediction: Tensor,
  target: Tensor,
  meanOver: 'rows' | 'weights' | undefined,
): Tensor {
  if (meanOver === undefined) return loss.build(prediction, target);
  if (loss.rows === undefined) {
    throw new ArgumentError({
      received: `weights for the loss '${loss.name}', which does not tell rows apart`,
      expected: 'a loss with the method `rows`, which gives one number a row',
    });
  }
  const weights = $.input(WEIGHT, [rows()]);
  const losses = $.multiply(loss.rows(prediction, target), weights);
  if (meanOver === 'rows') return $.mean(losses);
  return $.divide($.sum(losses), $.maximum($.sum(weights), LEAST_WEIGHT));
}

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
  const { prediction, values, penalty, assignments, constraints } = network.trace(training);
  const flat =
    prediction.rank === 2
      ? prediction
      : $.reshape(prediction, [rows(), prediction.shape.slice(1).reduce((a, b) => a * b, 1)]);
  const target =
    targets.kind === 'labels' ? $.input(TARGET, [rows()], 'int') : $.input(TARGET, [rows(), targets.width]);
  const value = withScope('loss', () => {
    const proper = averageLoss(loss, flat, target, meanOver);
    return penalty === undefined ? proper : $.add(proper, penalty);
  });
  return { loss: value, prediction: flat, target, values, assignments, constraints };
}

/** Compile a training step; accuracy, where it is given, is recorded beside the loss. */
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
    ...(accuracy === undefined ? {} : { records: { accuracy } }),
    trainable: layout.segments.filter(({ trainable }) => trainable).map(({ name }) => name),
    update: {
      rule: optimizer.rule,
      scalarsPerRun: optimizer.scalarsPerRun,
      runs: layout.updateRuns(optimizer.constants),
    },
    assignments: graph.assignments,
    constraints: graph.constraints,
    clip,
    gathered: true,
  });
};

/** Compile the measuring of rows: the loss without dropout, and the prediction. */
export const compileEvaluation = (graph: LossGraph): Program =>
  compile({ records: { loss: graph.loss }, outputs: { prediction: graph.prediction }, gathered: true });

/** Compile the prediction alone, with inputs that are gathered from tables or written. */
export const compilePrediction = (network: Network, gathered: boolean): Program =>
  compile({ outputs: { prediction: network.trace(false).prediction }, gathered });
