import * as $ from '../../graph/operations.ts';
import { type Tensor, withScope } from '../../graph/tensor.ts';
import type {
  Connection,
  Layer,
  LayerContext,
  LayerDefinition,
  ParameterDeclaration,
} from '../../nn/layer.ts';
import type { Constraint } from '../../nn/weights/constraints.ts';
import type { ParameterSpec } from '../../runtime/layout.ts';
import { ArgumentError, GradusError, ShapeError } from '../../util/errors.ts';
import { unknownName } from '../../util/options.ts';
import { formatShape, rows, type Shape, sameShape } from '../../util/shape.ts';
import { requireAllRead } from './unreadInputs.ts';

/** An input of a network: its name, and the shape of one row. */
export interface NetworkInput {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A layer at work: which one, on which values. Values are numbered: the inputs first, then the calls. */
export interface NetworkCall {
  /** Index of the layer. */
  readonly layer: number;
  readonly inputs: readonly number[];
}

/** A layer in its place: its name, and how it is trained. */
export interface NetworkLayer {
  readonly name: string;
  readonly definition: LayerDefinition;
  /** False where it is frozen. */
  readonly trainable: boolean;
  /** Multiplies the learning rate of all its parameters. */
  readonly learningRateFactor: number;
}

/** How layers are to be trained from now on; without a factor each keeps its own. */
export interface LayerTraining {
  readonly trainable: boolean;
  readonly learningRateFactor?: number | undefined;
}

/** What a model is made of: layers, and how they are connected. */
export interface Architecture {
  readonly inputs: readonly NetworkInput[];
  readonly layers: readonly NetworkLayer[];
  readonly calls: readonly NetworkCall[];
  /** The number of the value that is the prediction. */
  readonly output: number;
}

/** A network as a graph of symbolic tensors. */
export interface TracedNetwork {
  readonly prediction: Tensor;
  /** Which of the prediction's steps count, [rows, steps]; undefined where all do. */
  readonly mask: Tensor | undefined;
  /** Every value: the inputs first, then what each call gives. */
  readonly values: readonly Tensor[];
  /** The sum of the regularizers' terms; undefined without any. */
  readonly penalty: Tensor | undefined;
  /** The next values of state, by the names of its parameters; none outside of training. */
  readonly assignments: readonly (readonly [string, Tensor])[];
  /** What parameters are brought back to after each step, by name. */
  readonly constraints: ReadonlyMap<string, Constraint>;
}

/** What is known of parameters while a graph is built. */
interface Parameters {
  readonly declarations: Map<string, ParameterDeclaration>;
  readonly tensors: Map<string, Tensor>;
  /** Next values of state. */
  readonly assigned: Map<string, Tensor>;
}

const noParameters = (): Parameters => ({
  declarations: new Map(),
  tensors: new Map(),
  assigned: new Map(),
});

/** An architecture with its shapes and parameters known. */
export class Network {
  #described: Architecture;
  #declared: ReadonlyMap<string, ParameterDeclaration>;
  /** The shape of every value, rows included. */
  readonly shapes: readonly Shape[];
  /** How many weights there are in all parameters. */
  readonly parameterCount: number;

  constructor(architecture: Architecture) {
    this.#described = architecture;
    const { declarations, values } = build(architecture, false);
    this.#declared = declarations;
    this.parameterCount = [...declarations.values()].reduce(
      (total, { shape }) => total + shape.reduce((a, b) => a * b, 1),
      0,
    );
    this.shapes = values.map(({ shape }) => shape);
    const output = values[architecture.output];
    if (output.rank < 2 || output.shape[0] !== rows()) {
      throw new ShapeError({
        received: `a model whose output has the shape [${output.shape.join(', ')}]`,
        expected: 'one row of numbers a row of the input',
      });
    }
  }

  /** The layers as they are connected. */
  get architecture(): Architecture {
    return this.#described;
  }

  /** All parameters in the order of the layers, named `layer/parameter`. */
  get parameters(): ReadonlyMap<string, ParameterDeclaration> {
    return this.#declared;
  }

  /** Freeze or thaw some layers, and set the factor of their rate if one is given. */
  setTraining(names: readonly string[], training: LayerTraining): void {
    const { trainable } = training;
    const known = this.#described.layers.map(({ name }) => name);
    for (const name of names) if (!known.includes(name)) throw unknownName('layer', name, known);
    const layers = this.#described.layers.map((layer) => {
      const { learningRateFactor = layer.learningRateFactor } = training;
      return names.includes(layer.name) ? { ...layer, trainable, learningRateFactor } : layer;
    });
    this.#described = { ...this.#described, layers };
    this.#declared = build(this.#described, false).declarations;
  }

  /** The parameters as the runtime wants them. */
  get specs(): ParameterSpec[] {
    return [...this.parameters].map(
      ([name, { shape, trainable = true, decayFactor, learningRateFactor }]) => ({
        name,
        shape,
        trainable,
        ...(decayFactor === undefined ? {} : { decayFactor }),
        ...(learningRateFactor === undefined ? {} : { learningRateFactor }),
      }),
    );
  }

  /** The layers that read an input, given by its number, and check data for it. */
  readersOf(input: number): readonly LayerDefinition[] {
    return this.architecture.calls
      .filter(({ inputs }) => inputs.includes(input))
      .map(({ layer }) => this.architecture.layers[layer].definition)
      .filter(({ checkData }) => checkData !== undefined);
  }

  /** The shape of the prediction without its rows. */
  get outputShape(): readonly number[] {
    return this.shapes[this.architecture.output].slice(1);
  }

  /** Build the graph, with dropout at work or not. */
  trace(training: boolean): TracedNetwork {
    const { values, masks, ...parameters } = build(this.architecture, training);
    // As in Keras, what is frozen is not penalised.
    const penalties = [...parameters.declarations].flatMap(([name, { regularizer, trainable = true }]) =>
      regularizer === undefined || !trainable
        ? []
        : [withScope(name, () => regularizer.penalty(parameterIn(parameters, name)))],
    );
    const penalty = penalties.reduce<Tensor | undefined>(
      (a, b) => (a === undefined ? b : $.add(a, b)),
      undefined,
    );
    return {
      prediction: values[this.architecture.output],
      mask: masks[this.architecture.output],
      values,
      penalty,
      assignments: [...parameters.assigned],
      constraints: new Map(
        [...parameters.declarations].flatMap(([name, { constraint, trainable = true }]) =>
          constraint === undefined || !trainable ? [] : [[name, constraint]],
        ),
      ),
    };
  }
}

/** One tensor a parameter, however often it is asked for: a shared layer's gradients add up in it. */
function parameterIn({ declarations, tensors }: Parameters, name: string): Tensor {
  const found = tensors.get(name) ?? $.parameter(name, declarationOf(declarations, name).shape);
  tensors.set(name, found);
  return found;
}

function declarationOf(declarations: Parameters['declarations'], name: string): ParameterDeclaration {
  const declaration = declarations.get(name);
  if (declaration !== undefined) return declaration;
  throw new ArgumentError({
    received: `a layer that asks for '${name}'`,
    expected: 'a parameter that it declares',
  });
}

/** Keep the next value of state. */
function assignIn({ declarations, assigned }: Parameters, name: string, value: Tensor): void {
  const { shape, trainable = true } = declarationOf(declarations, name);
  if (trainable) {
    throw new ArgumentError({
      received: `a value assigned to '${name}', which an optimizer changes`,
      expected: 'state',
      remedy: 'Declare it with trainable: false',
    });
  }
  if (!sameShape(value.shape, shape)) {
    throw new ShapeError({
      received: `a value of shape ${formatShape(value.shape)} assigned to '${name}'`,
      expected: formatShape(shape),
    });
  }
  assigned.set(name, value);
}

/** Say how a layer's parameter is trained where the layer stands. */
const inPlace = (declaration: ParameterDeclaration, layer: NetworkLayer): ParameterDeclaration => ({
  ...declaration,
  trainable: (declaration.trainable ?? true) && layer.trainable,
  learningRateFactor: (declaration.learningRateFactor ?? 1) * layer.learningRateFactor,
});

/** Run the layers on symbolic tensors, collect what they declare and assign, and give every value. */
function build(
  { inputs, layers, calls }: Architecture,
  training: boolean,
): Parameters & { readonly values: readonly Tensor[]; readonly masks: readonly (Tensor | undefined)[] } {
  const parameters = noParameters();
  const values = inputs.map(({ name, shape }) => $.input(name, [rows(), ...shape]));
  const masks: (Tensor | undefined)[] = inputs.map(() => undefined);
  const timesCalled = new Map<number, number>();
  for (const call of calls) {
    const layer = layers[call.layer];
    const { name, definition, trainable } = layer;
    const operands = call.inputs.map((index) => values[index]);
    const times = timesCalled.get(call.layer) ?? 0;
    timesCalled.set(call.layer, times + 1);
    if (times === 0) {
      const declared = inLayer(name, () => definition.parameters?.(operands.map(({ shape }) => shape)) ?? {});
      for (const [own, declaration] of Object.entries(declared))
        parameters.declarations.set(`${name}/${own}`, inPlace(declaration, layer));
    }
    const suffix = times === 0 ? '' : `/${times}`;
    const context: LayerContext = {
      name,
      training,
      trainable,
      masks: call.inputs.map((index) => masks[index]),
      parameter: (own) =>
        parameters.assigned.get(`${name}/${own}`) ?? parameterIn(parameters, `${name}/${own}`),
      assign: (own, value) => {
        if (training) assignIn(parameters, `${name}/${own}`, value);
      },
      stream: (purpose) => `${name}/${purpose}${suffix}`,
    };
    const value = inLayer(name, () => definition.call(operands, context));
    const mask = inLayer(name, () =>
      definition.mask ? definition.mask(operands, context) : passOn(context.masks, value),
    );
    if (operands.length > 1)
      inLayer(name, () => requireAllRead(operands, mask === undefined ? [value] : [value, mask]));
    values.push(value);
    masks.push(mask);
  }
  return { ...parameters, values, masks };
}

/** Hand masks on to a value that still has their axis of time: a step counts that counts in any input. */
function passOn(masks: readonly (Tensor | undefined)[], value: Tensor): Tensor | undefined {
  const keepsTime = (mask: Tensor | undefined): mask is Tensor =>
    mask !== undefined && value.rank > 2 && value.shape[1] === mask.shape[1];
  if (masks.length === 0 || !masks.every(keepsTime)) return undefined;
  return [...new Set(masks)].reduce((a, b) => $.maximum(a, b));
}

/** Say in which layer shapes do not fit. */
function inLayer<T>(name: string, run: () => T): T {
  try {
    return withScope(name, run);
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    const { received, ...others } = error.clauses;
    throw new ShapeError({ received: `In layer '${name}': ${received}`, ...others });
  }
}

/** Give every layer a name that is not taken: its own, or its type with a number. */
export function nameLayers(layers: readonly Layer[], taken = new Set<string>()): NetworkLayer[] {
  for (const { definition } of layers) {
    const { name } = definition;
    if (name === undefined) continue;
    if (typeof name !== 'string' || taken.has(name) || name === '' || name.includes('/')) {
      throw new ArgumentError({
        received: taken.has(name) ? `two layers named '${name}'` : `a layer named '${name}'`,
        expected: 'different names without a slash',
      });
    }
    taken.add(name);
  }
  const tried = new Map<string, number>();
  return layers.map(({ definition }) => ({
    name: definition.name ?? freeName(definition.type, taken, tried),
    definition,
    trainable: definition.trainable ?? true,
    learningRateFactor: definition.learningRateFactor ?? 1,
  }));
}

/**
 * Give the first of `type`, `type_1`, `type_2` … that is not taken, and take it.
 *
 * @param tried - How many names of each type are known to be taken: many layers of a type are named in linear time.
 */
export function freeName(type: string, taken: Set<string>, tried = new Map<string, number>()): string {
  let n = tried.get(type) ?? 0;
  let name = n === 0 ? type : `${type}_${n}`;
  while (taken.has(name)) name = `${type}_${++n}`;
  tried.set(type, n);
  taken.add(name);
  return name;
}

/** Lay layers in a line behind one input. */
export function lineUp(layers: readonly Layer[], inputShape: readonly number[]): Architecture {
  const unique = [...new Set(layers)];
  const numbers = new Map(unique.map((layer, i) => [layer, i]));
  return {
    inputs: [{ name: 'input', shape: inputShape }],
    layers: nameLayers(unique),
    calls: layers.map((layer, i) => ({ layer: numbers.get(layer)!, inputs: [i] })),
    output: layers.length,
  };
}

/** Follow connections from the output back to the inputs. */
export function connect(inputs: readonly Connection[], output: Connection): Architecture {
  const numbers = new Map<Connection, number>(inputs.map((input, i) => [input, i]));
  const layers: Layer[] = [];
  const layerNumbers = new Map<Layer, number>();
  const calls: NetworkCall[] = [];
  const used = new Set<Connection>();
  // Depth first with a list of its own: a deep network must not overflow the stack.
  const open: { at: Connection; next: number }[] = [{ at: output, next: 0 }];
  while (open.length > 0) {
    const top = open[open.length - 1];
    const { at } = top;
    if (numbers.has(at)) {
      used.add(at);
      open.pop();
      continue;
    }
    if (at.layer === undefined) {
      throw new ArgumentError({
        received: `an output that needs the input ${at.name === undefined ? 'of shape ' : `'${at.name}', `}[${at.shape?.join(', ')}]`,
        expected: 'only inputs that are listed in `inputs`',
      });
    }
    if (top.next < at.inputs.length) {
      open.push({ at: at.inputs[top.next++], next: 0 });
      continue;
    }
    let number = layerNumbers.get(at.layer);
    if (number === undefined) {
      number = layers.push(at.layer) - 1;
      layerNumbers.set(at.layer, number);
    }
    numbers.set(at, inputs.length + calls.length);
    calls.push({ layer: number, inputs: at.inputs.map((input) => numbers.get(input)!) });
    open.pop();
  }
  const idle = inputs.findIndex((input) => !used.has(input));
  if (idle !== -1) {
    throw new ArgumentError({
      received: `input ${idle + 1}, which the output does not depend on`,
      expected: 'only inputs that are used',
    });
  }
  const names = inputs.flatMap(({ name }) => (name === undefined ? [] : [name]));
  if (new Set(names).size < names.length || new Set(inputs).size < inputs.length) {
    throw new ArgumentError({
      received: `inputs named ${names.join(', ')}`,
      expected: 'each input once, with a name of its own',
    });
  }
  const taken = new Set<string>(names);
  return {
    inputs: inputs.map(({ name, shape }) => ({ name: name ?? freeName('input', taken), shape: shape ?? [] })),
    layers: nameLayers(layers),
    calls,
    output: numbers.get(output)!,
  };
}
