import type { Loss } from '../nn/losses/index.ts';
import type { LossGraph } from './graphs.ts';
import type { Targets } from './inputs.ts';
import type { FitOptions } from './options.ts';

/** A softmax in front of a loss that has one of its own trains, but badly: say so. */
export function warnAboutSoftmax(graph: LossGraph, loss: Loss, onEvent: FitOptions['onEvent']): void {
  let { node } = graph.prediction;
  while (node.op === 'reshape') node = node.inputs[0].node;
  const { op, attributes } = node;
  const last =
    op === 'row' || op === 'activation' ? (attributes as { readonly function: string }).function : '';
  if (loss.probabilities === 'identity' || last !== loss.probabilities) return;
  onEvent?.({
    type: 'warning',
    message: `The last layer ends with ${last}, and the loss ${loss.name} applies it again. Leave the activation of the last layer out.`,
  });
}

/** Where all rows have one answer there is nothing to tell apart: say so. */
export function warnAboutOneClass(
  { values, width }: Targets,
  rows: Int32Array,
  { task }: Loss,
  onEvent: FitOptions['onEvent'],
): void {
  if (task === 'values' || width !== 1 || rows.length < 2) return;
  const only = values[rows[0]];
  if (!rows.every((row) => values[row] === only)) return;
  onEvent?.({
    type: 'warning',
    message: `All ${rows.length} training targets are ${task === 'classes' ? 'class ' : ''}${only}, so the model can only learn to answer that. Look at how y was made.`,
  });
}
