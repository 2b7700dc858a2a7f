import type { Tensor } from '../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import {
  type FieldRecord,
  type Fields,
  flag,
  numberFrom,
  type OptionsOf,
  text,
  type ValuesOf,
} from '../util/fields.ts';
import type { JsonObject } from '../util/json.ts';
import { describeValue, isRecord, requireRange } from '../util/options.ts';
import type { Shape } from '../util/shape.ts';
import type { Constraint } from './weights/constraints.ts';
import type { Initializer } from './weights/initializers.ts';
import type { Regularizer } from './weights/regularizers.ts';

/** A parameter that a layer declares. */
export interface ParameterDeclaration {
  /** Its shape. */
  readonly shape: readonly number[];
  /** How it gets its initial values. */
  readonly initializer: Initializer;
  /** False for state that no optimizer changes. Default true. */
  readonly trainable?: boolean | undefined;
  /** A penalty that is added to the loss. Default none. */
  readonly regularizer?: Regularizer | undefined;
  /** A projection after each step. Default none. */
  readonly constraint?: Constraint | undefined;
  /** Multiplies the optimizer's weight decay. Default 1. */
  readonly decayFactor?: number | undefined;
  /** Multiplies the learning rate. Default 1. */
  readonly learningRateFactor?: number | undefined;
}

/** What a layer may use while its graph is built. */
export interface LayerContext {
  /** The layer's name in the model, such as `dense_1`. */
  readonly name: string;
  /** Whether the graph is built for training, where dropout is active. */
  readonly training: boolean;
  /** Whether the layer itself is trained; false where it is frozen. */
  readonly trainable: boolean;
  /**
   * The mask of each input, undefined for none: [rows, time], 1 for a step that counts and 0 for padding.
   */
  readonly masks: readonly (Tensor | undefined)[];
  /** Give a parameter that the layer has declared, or the value that was assigned to it. */
  parameter(name: string): Tensor;
  /**
   * Give state, a parameter declared with `trainable: false`, its next value. It is kept at the end of a training step,
   * and nowhere else. Later calls of a shared layer start from it.
   */
  assign(name: string, value: Tensor): void;
  /** Name a random stream of the layer; each call of a shared layer has its own. */
  stream(purpose: string): string;
}

/** Data for an input of a model, row after row. */
export interface RowData {
  /** All values; a byte means scale·byte + shift. */
  readonly values: ArrayLike<number>;
  /** The number of values in a row. */
  readonly width: number;
  /** Default 1. */
  readonly scale?: number | undefined;
  /** Default 0. */
  readonly shift?: number | undefined;
}

/** A layer's parameters, formula and options. */
export interface LayerDefinition {
  /** What kind of layer it is; models name layers after it: `dense`, `dense_1` … */
  readonly type: string;
  /** A name of its own. Default: made from the type. */
  readonly name?: string | undefined;
  /** False for a layer that is frozen from the start. Default true. */
  readonly trainable?: boolean | undefined;
  /** Multiplies the learning rate of all its parameters. Default 1. */
  readonly learningRateFactor?: number | undefined;
  /**
   * Declare the parameters for inputs of given shapes, the first dimension being the rows. Default none.
   */
  parameters?(inputs: readonly Shape[]): Readonly<Record<string, ParameterDeclaration>>;
  /** Build the graph: compute the layer's output from its inputs. */
  call(inputs: readonly Tensor[], context: LayerContext): Tensor;
  /**
   * Build the mask of the output. Default: at each step the maximum of the inputs' masks, as long as the output still has
   * the axis of time; none if an input has none.
   */
  mask?(inputs: readonly Tensor[], context: LayerContext): Tensor | undefined;
  /** Say how many rows a batch needs for the layer to learn from it: training warns about fewer. Default 1. */
  leastRows?(inputs: readonly Shape[]): number;
  /**
   * Refuse data that the layer cannot take, naming row and column. It is called before the data is used, with the data of
   * an input that the layer reads itself and the name of that input in messages. Default: any finite values will do.
   */
  checkData?(data: RowData, name: string): void;
  /** Give the options from which the layer can be made again, as JSON. Default none. */
  options?(): JsonObject;
}

/** A layer: put it in a sequential model, or call it on the outputs of others. The same layer called twice shares its weights. */
export interface Layer {
  /** Call the layer on the outputs of others. */
  (...inputs: readonly Connection[]): Connection;
  /** What the layer is. */
  readonly definition: LayerDefinition;
}

/** A value in a functional model: an input, or the output of a layer that was called. */
export interface Connection {
  /** The layer that computes it; undefined for an input. */
  readonly layer: Layer | undefined;
  /** What the layer was called on. */
  readonly inputs: readonly Connection[];
  /** The shape of an input without its rows; undefined for a layer's output. */
  readonly shape: readonly number[] | undefined;
  /** The name of an input. */
  readonly name: string | undefined;
}

/** Require a connection of a functional model. */
export function requireConnection(value: unknown, what: string): asserts value is Connection {
  if (isRecord(value) && 'layer' in value && 'inputs' in value) return;
  const isLayer = typeof value === 'function' && 'definition' in value;
  throw new ArgumentError({
    received: `${isLayer ? 'a layer that was not called' : describeValue(value)} as ${what}`,
    expected: 'input([…]), or the output of a layer that was called',
    ...(isLayer && { remedy: 'Call the layer: dense(8)(x)' }),
  });
}

/** Require a list of layers. */
export function requireLayers(layers: unknown): asserts layers is readonly Layer[] {
  if (!Array.isArray(layers)) {
    throw new ArgumentError({
      received: `layers that are ${typeof layers === 'function' ? 'no list' : describeValue(layers)}`,
      expected: 'a list of layers',
      remedy: 'Write sequential([dense(8), dense(1)])',
    });
  }
  layers.forEach((layer: unknown, i) => {
    if (typeof layer === 'function' && 'definition' in layer && isRecord(layer.definition)) return;
    throw new ArgumentError({
      received: `${describeValue(layer)} as layer ${i + 1}`,
      expected: 'a layer',
      remedy: 'Write dense(8), dropout(0.2) … with their brackets',
    });
  });
}

/**
 * Make a layer from its definition: a few lines are a layer of your own.
 *
 * @param definition - Type, parameters, formula, options.
 * @returns The layer; calling it on anything but connections throws an ArgumentError.
 * @example
 * import { defineLayer, ones, sequential } from 'gradus';
 * import { multiply } from 'gradus/tensor';
 * const scale = () =>
 *   defineLayer({
 *     type: 'scale',
 *     parameters: ([x]) => ({ factor: { shape: [x[1]], initializer: ones() } }),
 *     call: ([x], { parameter }) => multiply(x, parameter('factor')),
 *   });
 * sequential([scale()], { inputShape: [5] }).parameterCount; // 5
 */
export function defineLayer(definition: LayerDefinition): Layer {
  requireTraining(definition);
  const layer: Layer = Object.assign(
    (...inputs: readonly Connection[]): Connection => {
      if (inputs.length === 0) {
        throw new ArgumentError({
          received: `a layer '${definition.type}' that is called on nothing`,
          expected: 'connections',
          remedy: 'Write dense(8)(x), where x is input([…]) or the output of another layer',
        });
      }
      for (const input of inputs) requireConnection(input, `the input of a layer '${definition.type}'`);
      return { layer, inputs, shape: undefined, name: undefined };
    },
    { definition },
  );
  return layer;
}

/** The options that every layer takes. */
export const layerFields = () => ({
  /** The layer's name in the model. Default: made from its type. */
  name: text().optional().notWritten(),
  /** False for a layer that is frozen from the start; `model.unfreeze` thaws it. Default true. */
  trainable: flag().optional().notWritten(),
  /** Multiplies the learning rate of all its parameters. Default 1. */
  learningRateFactor: numberFrom(0).optional().notWritten(),
});

/** Options that every layer takes. */
export type LayerOptions = OptionsOf<Fields<ReturnType<typeof layerFields>>>;

/** What a layer does: its definition without its type and its options. */
export type LayerBody = Omit<LayerDefinition, 'type' | 'options' | keyof LayerOptions>;

/**
 * Make a layer of the library from its options, which were read, and what its type does with them.
 *
 * @param declared - The options; their name is the layer's type.
 * @param own - Their values.
 * @param body - Parameters, formula and the rest.
 */
export const layerOf = <Declared extends ReturnType<typeof layerFields> & FieldRecord>(
  declared: Fields<Declared>,
  own: ValuesOf<Declared>,
  body: LayerBody,
): Layer =>
  defineLayer({
    type: declared.name,
    name: own.name,
    trainable: own.trainable,
    learningRateFactor: own.learningRateFactor,
    ...body,
    options: () => declared.write(own),
  });

function requireTraining({ type, trainable = true, learningRateFactor = 1 }: LayerDefinition): void {
  if (typeof trainable !== 'boolean') {
    throw new ArgumentError({
      received: `trainable is ${describeValue(trainable)} for a layer '${type}'`,
      expected: 'true or false',
    });
  }
  requireRange('learningRateFactor', learningRateFactor, { least: 0, below: Number.POSITIVE_INFINITY });
}

/**
 * Declare an input of a functional model.
 *
 * @param shape - The shape of one row: [30] for thirty values.
 * @param options - `name`: the key under which its data is given; default `input`, `input_1` …
 * @returns A connection to call layers on.
 * @throws ShapeError for a shape that is not a list of whole numbers.
 * @example
 * import { dense, functional, input } from 'gradus';
 * const x = input([30]);
 * functional({ inputs: [x], outputs: dense(2)(x) }).parameterCount; // 62
 */
export function input(
  shape: readonly number[],
  options: { readonly name?: string | undefined } = {},
): Connection {
  requireRowShape(shape, 'the shape of an input');
  return { layer: undefined, inputs: [], shape, name: options.name };
}

/** Require the shape of one row. */
export function requireRowShape(shape: unknown, what: string): void {
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 1);
  if (isShape) return;
  throw new ShapeError({
    received: `${what} ${Array.isArray(shape) ? `[${shape.map(describeValue).join(', ')}]` : `that is ${describeValue(shape)}`}`,
    expected: 'a list of whole numbers of at least 1, such as [30]',
  });
}
