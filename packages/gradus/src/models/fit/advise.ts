import { onlyValue } from '../inputs/checkedData.ts';
import type { FitRequest } from './check.ts';
import type { CompiledFit } from './compile.ts';
import type { RowPlan } from './plan.ts';

/** What is known of a training before its first step. */
export interface PlannedFit {
  readonly request: FitRequest;
  readonly plan: RowPlan;
  readonly compiled: CompiledFit;
}

/** Looks at a planned training and says what is odd about it; undefined where nothing is. */
type Adviser = (planned: PlannedFit) => string | undefined;

/** A softmax in front of a loss that applies one itself trains, but badly. */
const doubleSoftmax: Adviser = ({ request: { loss }, compiled: { graph } }) => {
  let { node } = graph.prediction;
  while (node.op === 'reshape') node = node.inputs[0].node;
  const { op, attributes } = node;
  const last =
    op === 'row' || op === 'activation' ? (attributes as { readonly function: string }).function : '';
  if (loss.probabilities === 'identity' || last !== loss.probabilities) return undefined;
  return `The last layer ends with ${last}, and the loss ${loss.name} applies it again. Leave the activation of the last layer out.`;
};

/** Rows of one class leave nothing to tell apart. */
const oneClass: Adviser = ({ request: { loss }, plan: { data, rows } }) => {
  if (loss.task === 'values' || data.targets.width !== 1 || rows.length < 2) return undefined;
  const only = onlyValue(data.targets.values, rows);
  if (only === undefined) return undefined;
  return `All ${rows.length} training targets are ${loss.task === 'classes' ? 'class ' : ''}${only}, so the model can only learn to answer that. Look at how y was made.`;
};

const nothingTrained: Adviser = ({ compiled: { layout } }) =>
  layout.segments.some(({ trainable }) => trainable)
    ? undefined
    : 'No parameter is trained: every layer is frozen, or has none. Call unfreeze.';

/** Some layers learn nothing from the smallest batch of an epoch, such as a batch normalisation from one row. */
const fewRows: Adviser = ({ request: { network }, plan: { rows }, compiled: { batchSize } }) => {
  const { architecture, shapes } = network;
  const least = rows.length % batchSize === 0 ? batchSize : rows.length % batchSize;
  for (const { layer, inputs } of architecture.calls) {
    const { name, definition, trainable } = architecture.layers[layer];
    const needed = definition.leastRows?.(inputs.map((input) => shapes[input])) ?? 1;
    if (!trainable || least >= needed) continue;
    const batches = least === batchSize ? 'batches have' : 'the last batch of an epoch has';
    return `The layer '${name}' learns nothing from fewer than ${needed} rows, and ${batches} ${least}. Choose another batchSize.`;
  }
  return undefined;
};

const unreached: Adviser = ({ compiled: { program } }) =>
  program.unreached.length === 0
    ? undefined
    : `The loss does not depend on ${program.unreached.join(', ')}, which will not be trained.`;

/** All advisers, in the order in which they speak. */
const advisers: readonly Adviser[] = [doubleSoftmax, oneClass, nothingTrained, fewRows, unreached];

/** Say in a sentence each what is odd about a training. */
export const adviseOn = (planned: PlannedFit): string[] =>
  advisers.flatMap((adviser) => adviser(planned) ?? []);
