import type { Program } from '../../compile/program.ts';
import type { Executor, ParameterStore, Session } from '../../runtime/executor.ts';
import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { describeValue, isRecord, requireCount, requireOptions } from '../../util/options.ts';
import { chooseExecutor } from '../fit/executor.ts';
import type { ComputeOptions } from '../fit/options.ts';
import { countOf, type InputSize, requireFinite, requireKnownInputs, toNumber } from '../inputs/inputs.ts';
import type { Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';

/** Options of `predictor`. */
export interface PredictorOptions extends ComputeOptions {
  /** Rows of a call. Default 1. */
  readonly rows?: number | undefined;
}

const predictorOptions: Readonly<Record<keyof PredictorOptions, true>> = {
  rows: true,
  numerics: true,
  threads: true,
  executor: true,
};

/** The numbers of a call, row after row; for a model of several inputs those of each by its name. */
export type PredictorInput = ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>;

/** What a predictor is made of. */
export interface PredictorParts {
  readonly network: Network;
  readonly program: Program;
  readonly weights: Weights;
  readonly inputs: readonly InputSize[];
  readonly options: PredictorOptions;
}

/**
 * Predicts a fixed number of rows at a time, at once, and allocates nothing: for servers, games and pages that ask for
 * one row after another. `model.predictor` makes it.
 *
 * It reads the weights of the model as they are at each call, during and after training too.
 *
 * @example
 * import { dense, given, sequential, zeros } from 'gradus';
 * const layer = dense(1, { kernelInitializer: given([2, 3]), biasInitializer: zeros() });
 * const predictor = await sequential([layer], { inputShape: [2] }).predictor();
 * predictor.predict([10, 1]); // Float32Array [23]
 */
export class Predictor {
  /** Rows of a call. */
  readonly rows: number;
  /** The shape of what a call gives: the rows, then the shape of one row of the output. */
  readonly shape: readonly number[];
  private readonly program: Program;
  private readonly weights: Weights;
  private readonly inputs: PredictorParts['inputs'];
  private readonly options: PredictorOptions;
  private readonly output: Float32Array;
  private executor: Executor | undefined;
  /** Where the weights were when the executor was chosen. */
  private standing: Executor | undefined;
  private session: Session | undefined;
  private store: ParameterStore | undefined;
  private isDisposed = false;

  /**
   * Use `model.predictor`.
   *
   * @param parts - What it puts together.
   */
  constructor({ network, program, weights, inputs, options }: PredictorParts) {
    const { rows = 1 } = options;
    this.rows = rows;
    this.program = program;
    this.weights = weights;
    this.inputs = inputs;
    this.shape = [rows, ...network.outputShape];
    this.output = new Float32Array(this.shape.reduce((a, b) => a * b, 1));
    this.options = options;
    // What cannot be had is said now, not at the first call.
    this.ready();
  }

  /**
   * Compute the outputs of some rows as `model.predict` does, at once.
   *
   * @param x - The rows' numbers, one row after another; by name for a model of several inputs.
   * @param output - Where the outputs go. Default: an array of the predictor's own, the same at every call.
   * @returns `output`, filled.
   * @throws ShapeError for a count of numbers that does not fit, DataError for NaN.
   * @throws ArgumentError after `dispose`.
   */
  predict(x: PredictorInput, output: Float32Array = this.output): Float32Array {
    const session = this.ready();
    const { inputs, rows } = this;
    if (isNamed(x) && countKeys(x) !== inputs.length) this.requireNames(x);
    for (let i = 0; i < inputs.length; i++) {
      const { name, width, readers = [] } = inputs[i];
      const values = valuesOf(x, name, inputs.length);
      const wanted = rows * width;
      if (!isNumbers(values) || values.length !== wanted) this.refuseInput(x, values, name, width);
      this.requireFinite(values, name, width);
      for (const reader of readers) reader.checkData?.({ values, width }, this.called(name));
      session.write(name, values);
    }
    if (!(output instanceof Float32Array) || output.length !== this.output.length) this.refuseOutput(output);
    session.runOnce(rows);
    session.readInto('prediction', output);
    return output;
  }

  /** Give the memory back at once; otherwise it goes with the garbage collector. */
  dispose(): void {
    this.session?.dispose();
    this.session = undefined;
    this.isDisposed = true;
  }

  /** The session on the store that holds the weights now. */
  private ready(): Session {
    const { weights, rows, session: known } = this;
    if (this.isDisposed) {
      throw new ArgumentError({
        received: 'a predictor that was disposed',
        expected: 'one that is in use',
        remedy: 'Make another with await model.predictor()',
      });
    }
    if (this.executor === undefined || weights.executor !== this.standing) {
      this.executor = chooseExecutor(this.options, weights);
      this.standing = weights.executor;
    }
    const { executor } = this;
    const store = weights.storeOn(executor);
    if (known !== undefined && store === this.store) return known;
    const session = executor.createSession(this.program, { store, rowCapacity: rows });
    known?.dispose();
    this.session = session;
    this.store = store;
    return session;
  }

  /** Refuse what float32 cannot hold, as `model.predict` does. */
  private requireFinite(values: ArrayLike<number>, name: string, width: number): void {
    for (let i = 0; i < values.length; i++) {
      if (isFiniteNumber(values[i])) continue;
      requireFinite(Float64Array.from(values, toNumber), width, this.called(name), (at) => values[at]);
      return;
    }
  }

  /** How messages call an input. */
  private called(name: string): string {
    return this.inputs.length === 1 ? 'x' : `x['${name}']`;
  }

  private requireNames(x: PredictorInput): void {
    const names = this.inputs.map(({ name }) => name);
    requireKnownInputs(x, names);
  }

  private refuseInput(x: PredictorInput, values: unknown, name: string, width: number): never {
    this.requireNames(x);
    const { rows, inputs } = this;
    const given = values === undefined && inputs.length === 1 ? x : values;
    const isUnnamed = inputs.length > 1 && !isNamed(x);
    throw new ShapeError({
      received: `${this.called(name)} ${isNumbers(given) ? `with ${countOf(given.length)}` : `that is ${describeValue(given)}`}`,
      expected: `${countOf(rows * width)}: ${rows} ${rows === 1 ? 'row' : 'rows'} of ${width}, one after another`,
      remedy: isUnnamed
        ? `Give the numbers of each input by its name: { ${inputs.map((input) => `${input.name}: …`).join(', ')} }`
        : 'For another number of rows make a predictor with await model.predictor({ rows }), or use predict',
    });
  }

  private refuseOutput(output: unknown): never {
    const { length } = this.output;
    throw new ShapeError({
      received: `an output that is ${output instanceof Float32Array ? `a Float32Array of ${output.length}` : describeValue(output)}`,
      expected: `a Float32Array of ${length}: shape [${this.shape.join(', ')}]`,
      remedy: `Write new Float32Array(${length}), or leave it out`,
    });
  }
}

/** Check the options of a predictor and make it. */
export function makePredictor(parts: PredictorParts): Predictor {
  requireOptions(parts.options, predictorOptions, 'predictor');
  requireCount('rows', parts.options.rows ?? 1, 1);
  return new Predictor(parts);
}

/** Whether inputs are given by name. */
const isNamed = (x: PredictorInput): x is Readonly<Record<string, ArrayLike<number>>> => isRecord(x);

/** The numbers of an input; undefined where several inputs are not told apart. */
const valuesOf = (x: PredictorInput, name: string, inputs: number): ArrayLike<number> | undefined =>
  isNamed(x) ? x[name] : inputs === 1 ? x : undefined;

/** Whether a value is a list of something. */
const isNumbers = (values: unknown): values is ArrayLike<number> =>
  Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));

/** Whether float32 can hold a value; the difference of what it cannot hold is NaN. */
const isFiniteNumber = (value: unknown): boolean =>
  typeof value === 'number' ? Math.fround(value) - Math.fround(value) === 0 : typeof value === 'boolean';

/** Count the keys without making a list of them. */
function countKeys(x: object): number {
  let count = 0;
  for (const _ in x) count++;
  return count;
}
