import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ShapeError } from '../../util/errors.ts';
import {
  type FieldRecord,
  type Fields,
  flag,
  fraction,
  type OptionsOf,
  positiveInteger,
  type ValuesOf,
} from '../../util/fields.ts';
import { formatShape, isRows, multiplyDimensions, type Shape } from '../../util/shape.ts';
import { activationField } from '../activations.ts';
import {
  type Layer,
  type LayerBody,
  type LayerContext,
  type LayerDefinition,
  layerFields,
  layerOf,
  type ParameterDeclaration,
} from '../layer.ts';
import { type Initializer, initializerField } from '../weights/initializers.ts';
import { regularizerField } from '../weights/regularizers.ts';

/*
 * What recurrent layers have in common. The input's product with the kernel is taken for all steps at once, before the
 * loop; the loop multiplies the previous step's output by the recurrent kernel. Inside, time is the first axis.
 */

/** The options of every recurrent layer. */
export const recurrentFields = () => ({
  units: positiveInteger(),
  /** The activation of what a step lets through. Default `tanh`. */
  activation: activationField().default('tanh'),
  /** Whether biases are added. Default true. */
  useBias: flag().default(true),
  /** Whether the output of every step is returned, [rows, time, units]. Default false: that of the last one, [rows, units]. */
  returnSequences: flag().default(false),
  /** Whether the sequence is read from its end; sequences are then returned in the order in which they were computed. Default false. */
  goBackwards: flag().default(false),
  /** The share of inputs dropped while training, the same ones in all steps of a sequence. Default 0. */
  dropout: fraction().default(0),
  /** The share of outputs dropped on their way to the next step, the same ones in all steps (Gal & Ghahramani 2016). Default 0. */
  recurrentDropout: fraction().default(0),
  /** Initial values of the kernel. Default `glorotUniform`. */
  kernelInitializer: initializerField().default('glorotUniform'),
  /** Initial values of the recurrent kernel. Default `orthogonal`. */
  recurrentInitializer: initializerField().default('orthogonal'),
  /** Initial values of the biases. Default `zeros`. */
  biasInitializer: initializerField().default('zeros'),
  /** A penalty on the kernel, added to the loss. Default none. */
  kernelRegularizer: regularizerField().optional(),
  /** A penalty on the recurrent kernel, added to the loss. Default none. */
  recurrentRegularizer: regularizerField().optional(),
  /** A penalty on the biases, added to the loss. Default none. */
  biasRegularizer: regularizerField().optional(),
  ...layerFields(),
});

type RecurrentFields = ReturnType<typeof recurrentFields>;

/** Options of every recurrent layer. */
export type RecurrentOptions = OptionsOf<Fields<RecurrentFields>, 'units'>;

/** What distinguishes one kind of recurrent layer from another. */
export interface Cell {
  /** How many sums of the inputs a unit has. */
  readonly sums: number;
  /** How many states a unit has; the first is its output. */
  readonly states: number;
  /** Make the initializer of the bias, given the one that was chosen. Default: that one. */
  readonly biasInitializer?: (given: Initializer) => Initializer;
  /** Whether a second bias is added to the recurrent sums. Default false. */
  readonly recurrentBias?: boolean;
  /** Make one step. */
  step(given: {
    /** x·kernel + bias at this step, [rows, sums·units]. */
    readonly sums: Tensor;
    /** The output of the previous step, with dropout if there is any. */
    readonly output: Tensor;
    /** The states before it. */
    readonly states: readonly Tensor[];
    /** The recurrent kernel, [units, sums·units]. */
    readonly kernel: Tensor;
    /** The recurrent bias if there is one, [sums·units]. */
    readonly bias: Tensor | undefined;
  }): readonly Tensor[];
}

/** What a recurrent layer computes, with time as the first axis. */
interface Unrolled {
  /** The output of the step that is computed last, [rows, units]. */
  readonly last: Tensor;
  /** The outputs in the order of time, [time, rows, units]. */
  readonly sequence: Tensor;
}

/** A recurrent layer without its direction; `bidirectional` uses it in both. */
export interface Recurrence {
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
  /** Declare the parameters for an input of a shape. */
  parameters(input: Shape): Readonly<Record<string, ParameterDeclaration>>;
  /** Read an input, with `reverse` from its end. */
  unroll(x: Tensor, context: LayerContext, reverse: boolean): Unrolled;
}

/** The definition of a recurrent layer. */
export interface RecurrentDefinition extends LayerDefinition {
  readonly recurrence: Recurrence;
}

/** Swap the first two axes: rows and time. */
export const swapTime = (x: Tensor): Tensor =>
  $.transpose(x, [1, 0, ...x.shape.slice(2).map((_, axis) => axis + 2)]);

/** Reverse the first axis, of as many steps as float32 can count. */
function reversed(x: Tensor): Tensor {
  const [length] = x.shape;
  if (length > 2 ** 24) {
    throw new ShapeError({
      received: `a sequence of ${length} steps to reverse`,
      expected: `at most ${2 ** 24}`,
    });
  }
  return $.take(x, $.constant(Float64Array.from({ length }, (_, i) => length - 1 - i)));
}

function requireSequence(shape: Shape, type: string): readonly [time: number, width: number] {
  const [, time, width] = shape;
  if (shape.length === 3 && !isRows(time) && !isRows(width)) return [time, width];
  throw new ShapeError({
    received: `an input of shape ${formatShape(shape)} for a layer '${type}'`,
    expected: '[rows, time, inputs]',
    remedy: 'Put embedding(…) or reshape([time, inputs]) in front of it',
  });
}

/** Factors that are drawn once a sequence: 0 with the rate as probability, else 1/(1 − rate). */
const keptOf = (rate: number, shape: Shape, stream: string): Tensor =>
  $.dropout($.broadcastTo($.constant(1), shape), rate, stream);

/**
 * Make a recurrent layer of its cell.
 *
 * @param declared - The options; their name is the layer's type.
 * @param own - Their values.
 * @param cell - One step.
 */
export function recurrentLayer<Declared extends RecurrentFields & FieldRecord>(
  declared: Fields<Declared>,
  own: ValuesOf<Declared> & ValuesOf<RecurrentFields>,
  cell: Cell,
): Layer {
  const type = declared.name;
  const { units, useBias, dropout, recurrentDropout, returnSequences, goBackwards } = own;
  const { kernelRegularizer, recurrentRegularizer, biasRegularizer } = own;
  const { kernelInitializer, recurrentInitializer, biasInitializer } = own;
  const width = cell.sums * units;

  const recurrence: Recurrence = {
    returnSequences,
    goBackwards,
    parameters(input) {
      const [, inputs] = requireSequence(input, type);
      const bias = { shape: [width], initializer: biasInitializer, regularizer: biasRegularizer };
      return {
        kernel: { shape: [inputs, width], initializer: kernelInitializer, regularizer: kernelRegularizer },
        recurrentKernel: {
          shape: [units, width],
          initializer: recurrentInitializer,
          regularizer: recurrentRegularizer,
        },
        ...(useBias && {
          bias: { ...bias, initializer: cell.biasInitializer?.(biasInitializer) ?? biasInitializer },
        }),
        ...(useBias && cell.recurrentBias && { recurrentBias: bias }),
      };
    },
    unroll(x, { training, masks: [mask], parameter, stream }, reverse) {
      const [time, inputs] = requireSequence(x.shape, type);
      const [rows] = x.shape;
      const first = $.broadcastTo($.constant(0), [rows, units]);
      const drop = (rate: number, count: number, purpose: string): Tensor | undefined =>
        training && rate > 0 ? keptOf(rate, [rows, count], stream(purpose)) : undefined;
      const keptInputs = drop(dropout, inputs, 'dropout');
      const keptOutputs = drop(recurrentDropout, units, 'recurrentDropout');
      const steps = keptInputs === undefined ? swapTime(x) : $.multiply(swapTime(x), keptInputs);
      const vectors = $.reshape(steps, [multiplyDimensions(time, rows), inputs]);
      const product = $.matmul(vectors, parameter('kernel'));
      const sums = $.reshape(useBias ? $.add(product, parameter('bias')) : product, [time, rows, width]);
      const counts = mask === undefined ? [] : [$.reshape(swapTime(mask), [time, rows, 1])];
      const kernel = parameter('recurrentKernel');
      const bias = useBias && cell.recurrentBias ? parameter('recurrentBias') : undefined;
      const carried = new Array<Tensor>(cell.states).fill(first);
      const result = $.repeat(
        { count: time, carried, sliced: [sums, ...counts], reverse },
        (states, [sumsNow, countsNow]) => {
          const output = keptOutputs === undefined ? states[0] : $.multiply(states[0], keptOutputs);
          const next = cell.step({ sums: sumsNow, output, states, kernel, bias });
          // Padding changes no state.
          const held =
            countsNow === undefined
              ? next
              : next.map((state, i) => $.where($.broadcastTo(countsNow, state.shape), state, states[i]));
          return { carried: held, stacked: [held[0]] };
        },
      );
      return { last: result.carried[0], sequence: result.stacked[0] };
    },
  };

  const body: LayerBody & Pick<RecurrentDefinition, 'recurrence'> = {
    recurrence,
    parameters: ([x]) => recurrence.parameters(x),
    call([x], context) {
      const { last, sequence } = recurrence.unroll(x, context, goBackwards);
      if (!returnSequences) return last;
      return swapTime(goBackwards ? reversed(sequence) : sequence);
    },
    // A reversed sequence has a reversed mask.
    ...(returnSequences &&
      goBackwards && {
        mask: (_, { masks: [mask] }) => mask && swapTime(reversed(swapTime(mask))),
      }),
  };
  return layerOf(declared, own, body);
}

/** Cut a tensor of sums into its parts, `units` wide. */
export const partsOf = (sums: Tensor, units: number): Tensor[] =>
  Array.from({ length: sums.shape[1] / units }, (_, part) =>
    $.slice(sums, [0, part * units], [sums.shape[0], units]),
  );
