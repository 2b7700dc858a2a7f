import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ArgumentError } from '../../util/errors.ts';
import { Field, fields, type OptionsOf, oneOf } from '../../util/fields.ts';
import { isRecord } from '../../util/options.ts';
import { type Layer, type LayerContext, layerFields, layerOf, requireLayers } from '../layer.ts';
import { type RecurrentDefinition, swapTime } from './recurrent.ts';

const mergeNames = ['concatenate', 'sum', 'multiply', 'average'] as const;

/** How the outputs of both directions become one. */
export type BidirectionalMerge = (typeof mergeNames)[number];

/** The options of `bidirectional`, as a file holds them; there the inner layer is described by its type and options. */
export const bidirectionalFields = /* @__PURE__ */ fields('bidirectional', () => ({
  /** How the outputs of both directions become one. Default `concatenate`. */
  merge: oneOf(mergeNames).default('concatenate'),
  layer: recurrentLayerField(),
  ...layerFields(),
}));

/** Options of a layer in both directions. */
export type BidirectionalOptions = OptionsOf<typeof bidirectionalFields, 'layer'>;

/** A recurrent layer that goes forwards. */
const recurrentLayerField = (): Field<Layer, RecurrentDefinition> =>
  new Field(
    {
      read(layer) {
        requireLayers([layer]);
        const { definition } = layer as Layer;
        requireRecurrent(definition);
        return definition;
      },
      write: ({ type, options }) => ({ type, ...options?.() }),
    },
    'required',
  );

const merges: Record<BidirectionalMerge, (forward: Tensor, backward: Tensor) => Tensor> = {
  concatenate: (forward, backward) => $.concatenate([forward, backward]),
  sum: (forward, backward) => $.add(forward, backward),
  multiply: (forward, backward) => $.multiply(forward, backward),
  average: (forward, backward) => $.affine($.add(forward, backward), 0.5, 0),
};

function requireRecurrent(definition: object): asserts definition is RecurrentDefinition {
  const { recurrence, type } = definition as Partial<RecurrentDefinition>;
  if (isRecord(recurrence) && !recurrence.goBackwards) return;
  throw new ArgumentError({
    received: `bidirectional of a layer '${String(type)}'${recurrence === undefined ? '' : ' that goes backwards'}`,
    expected: 'simpleRnn, lstm or gru, going forwards',
  });
}

/** `kernel` of the forward direction is `forwardKernel`. */
const prefixed = (direction: string, name: string): string =>
  `${direction}${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The context of one direction: its own parameters and streams. */
const contextOf = (context: LayerContext, direction: string): LayerContext => ({
  ...context,
  parameter: (name) => context.parameter(prefixed(direction, name)),
  stream: (purpose) => context.stream(prefixed(direction, purpose)),
});

/**
 * Read a sequence in both directions, each with weights of its own (Schuster & Paliwal 1997), and merge the outputs: the
 * last ones, or with `returnSequences` those of the same time step.
 *
 * Parameters: those of the layer, twice, as `forwardKernel`, `backwardKernel` …
 *
 * @param layer - A recurrent layer: simpleRnn, lstm or gru. Its weights are not shared. If it is frozen
 *   or has a learning-rate factor, both directions take that over.
 * @param options - How outputs are merged, name.
 * @returns The layer; [rows, 2·units] or [rows, time, 2·units] when outputs are concatenated, else `units` wide.
 * @throws ArgumentError for another layer, one that goes backwards, or an unknown merge.
 * @example
 * import { bidirectional, dense, lstm, sequential } from 'gradus';
 * const model = sequential([bidirectional(lstm(8)), dense(1)], { inputShape: [20, 3] });
 * model.parameterCount; // 785
 */
export function bidirectional(layer: Layer, options: BidirectionalOptions = {}): Layer {
  const own = bidirectionalFields.read(options, { layer });
  const { merge, layer: inner } = own;
  const { recurrence } = inner;
  const { trainable = inner.trainable, learningRateFactor = inner.learningRateFactor } = own;
  return layerOf(
    bidirectionalFields,
    { ...own, trainable, learningRateFactor },
    {
      parameters: ([x]) =>
        Object.fromEntries(
          ['forward', 'backward'].flatMap((direction) =>
            Object.entries(recurrence.parameters(x)).map(([own, declaration]) => [
              prefixed(direction, own),
              declaration,
            ]),
          ),
        ),
      call([x], context) {
        const forward = recurrence.unroll(x, contextOf(context, 'forward'), false);
        const backward = recurrence.unroll(x, contextOf(context, 'backward'), true);
        return recurrence.returnSequences
          ? swapTime(merges[merge](forward.sequence, backward.sequence))
          : merges[merge](forward.last, backward.last);
      },
    },
  );
}
