import type { Program } from '../../compile/program.ts';
import { isOp } from '../../graph/attributes.ts';
import { reachableNodes, type Tensor, withScope } from '../../graph/tensor.ts';
import { StoreLayout } from '../../runtime/layout.ts';
import { accuracyTensor } from '../../train/metrics.ts';
import { ArgumentError, UnsupportedError } from '../../util/errors.ts';
import { compileTraining, type LossGraph, lossGraph } from '../network/graphs.ts';
import type { FitRequest } from './check.ts';
import type { RowPlan } from './plan.ts';

/** The program of a training step, and what it was made of. */
export interface CompiledFit {
  readonly graph: LossGraph;
  readonly program: Program;
  /** Where the parameters lie. */
  readonly layout: StoreLayout;
  /** Names of the metrics that the program records beside the loss. */
  readonly recorded: readonly string[];
  /** Rows of a block that the program runs over. */
  readonly blockRows: number;
  /** Rows of a step: a block's, or all where the optimizer sees the whole data. */
  readonly batchSize: number;
}

/**
 * Build the graph of the loss and compile the step.
 *
 * @throws ArgumentError for an optimizer that cannot do what options or layers ask of it.
 * @throws UnsupportedError for a function without a slope between the loss and parameters.
 */
export function compileFit(request: FitRequest, plan: RowPlan): CompiledFit {
  const { network, loss, optimizer, metrics, clip } = request;
  const graph = lossGraph(network, loss, plan.data.targets, true, plan.meanOver);
  if (optimizer.kind === 'wholeData') requireWholeData(request, graph);
  const layout = new StoreLayout(network.specs);
  const accuracy = metrics.some(({ name }) => name === 'accuracy')
    ? withScope('accuracy', () => accuracyTensor(loss, graph))
    : undefined;
  const program = compileTraining(graph, { optimizer, layout, accuracy, clip });
  requireSlopes(graph.loss, program.unreached);
  // A mean over weights or over steps that count is no mean of blocks: then one block holds all rows.
  const isWhole = optimizer.kind === 'wholeData' && graph.count !== undefined;
  const blockRows = isWhole ? plan.rows.length : plan.blockRows;
  return {
    graph,
    program,
    layout,
    recorded: accuracy === undefined ? [] : ['accuracy'],
    blockRows,
    batchSize: optimizer.kind === 'steps' ? blockRows : plan.rows.length,
  };
}

/** Refuse, for an optimizer that sees all rows at once and chooses its steps, what only steps on batches can heed. */
function requireWholeData(
  { network, optimizer, options: { clipGradient, order } }: FitRequest,
  { assignments, constraints }: LossGraph,
): void {
  const hasOwnRate = [...network.parameters.values()].some(
    ({ trainable = true, learningRateFactor = 1 }) => trainable && learningRateFactor !== 1,
  );
  const unfit = [
    ...(clipGradient === undefined ? [] : ['clipGradient']),
    ...(order === undefined ? [] : ['order']),
    ...(constraints.size === 0 ? [] : ['a model whose layers have constraints']),
    ...(assignments.length === 0 ? [] : ['a model whose layers keep state from batch to batch']),
    ...(hasOwnRate ? ['a model whose layers have a learningRateFactor'] : []),
  ];
  if (unfit.length === 0) return;
  throw new ArgumentError({
    received: `${optimizer.name} with ${unfit.join(' and ')}`,
    expected: 'an optimizer that makes steps on batches',
    remedy: 'Use adam() or another such optimizer, or leave it out',
  });
}

/**
 * Refuse a step function between the loss and parameters: its derivative is 0 wherever it exists, so they would stay as
 * they are. Parameters that the loss does not reach for another reason may be meant to.
 */
export function requireSlopes(loss: Tensor, unreached: readonly string[]): void {
  if (unreached.length === 0) return;
  for (const node of reachableNodes([loss])) {
    if (!isOp(node, 'unary') || node.attributes.function !== 'step') continue;
    const behind = reachableNodes(node.inputs).flatMap((each) =>
      isOp(each, 'parameter') && unreached.includes(each.attributes.name) ? [each.attributes.name] : [],
    );
    if (behind.length === 0) continue;
    throw new UnsupportedError({
      received: `the step in '${node.scope}' between the loss and ${behind.join(', ')}, to train by gradients`,
      expected: 'a function with a slope, as the derivative of a step is 0 wherever it exists',
      remedy:
        "Use the activation 'straightThrough', which lets the gradient pass, or 'sigmoid'; the rule of the perceptron needs no gradient",
    });
  }
}
