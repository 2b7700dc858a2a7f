import type { Layer } from '../nn/layer.ts';
import { resolveLoss } from '../nn/losses.ts';
import type { Executor, ParameterStore, Session } from '../runtime/executor.ts';
import type { KernelBuild } from '../runtime/wasm/module.ts';
import { BLOCK_ROWS, streamRows } from '../train/evaluate.ts';
import type { History } from '../train/events.ts';
import { Pace } from '../train/pace.ts';
import type { NamedTensor } from '../train/state.ts';
import { ArgumentError } from '../util/errors.ts';
import { requireDataset, requireFitOptions } from './checkOptions.ts';
import { configOf, type Decision, type ModelConfig } from './config.ts';
import { evaluateNetwork, fitNetwork, inputWidths, type Workplace } from './fit.ts';
import { compilePrediction } from './graphs.ts';
import { type Dataset, type InputsLike, type Matrix, toInputs } from './inputs.ts';
import { lineUp, Network } from './network.ts';
import { type ComputeOptions, chooseExecutor, type EvaluationOptions, type FitOptions } from './options.ts';
import { type Prediction, toLabels, toProbabilities } from './predictions.ts';
import { summarize } from './summary.ts';
import { Weights } from './weights.ts';

/** What a model is put together from. */
export interface ModelParts {
  readonly kind: ModelConfig['kind'];
  readonly name: string;
  readonly seed: number;
  /** The layers of a sequential model that waits for the width of its data. */
  readonly waiting: readonly Layer[];
  readonly network: Network | undefined;
  readonly decision: Decision | undefined;
  readonly numerics?: KernelBuild | undefined;
}

/** Predictions are copies already; only other precisions are copied once more. */
const toFloat32 = (values: Float32Array | Float64Array): Float32Array =>
  values instanceof Float32Array ? values : Float32Array.from(values);

/**
 * A network with its weights: `sequential`, `functional` and `modelFromConfig` make it.
 *
 * First weights are drawn when they are first needed: by `fit` with its seed, or before it with the model's.
 *
 * @example
 * import { dense, sequential } from 'gradus';
 * const model = sequential([dense(8, { activation: 'tanh' }), dense(1)]);
 * const data = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] };
 * await model.fit(data, { loss: 'binaryCrossEntropy', optimizer: 'sgd', epochs: 10 });
 * (await model.predict(data.x)).shape; // [4, 1]
 */
export class Model {
  /** The model's name. */
  readonly name: string;
  private readonly kind: ModelConfig['kind'];
  private readonly seed: number;
  private readonly waiting: readonly Layer[];
  private built: { readonly network: Network; readonly weights: Weights } | undefined;
  private decision: Decision | undefined;
  private isFitting = false;
  private predictor: { readonly session: Session; readonly store: ParameterStore } | undefined;
  /** Predictions follow one another, as they share a session. */
  private lastPrediction: Promise<unknown> = Promise.resolve();

  /**
   * Use `sequential`, `functional` or `modelFromConfig`.
   *
   * @param parts - What they put together.
   */
  constructor(parts: ModelParts) {
    this.name = parts.name;
    this.kind = parts.kind;
    this.seed = parts.seed;
    this.waiting = parts.waiting;
    this.decision = parts.decision;
    if (parts.network !== undefined) this.build(parts.network, parts.numerics);
  }

  /** How many numbers the model has. */
  get parameterCount(): number {
    return this.parts().network.parameterCount;
  }

  /** The shape of one row of the output. */
  get outputShape(): readonly number[] {
    return this.parts().network.outputShape;
  }

  /** What the outputs are about and how they become probabilities; undefined before training. */
  get outputMeaning(): Decision | undefined {
    return this.decision;
  }

  /** The kernels that trained the model; undefined before training, and for executors other than WebAssembly. */
  get numerics(): KernelBuild | undefined {
    return this.built?.weights.numerics;
  }

  /**
   * Train the model. A second call goes on from the weights of the first, with a fresh optimizer.
   *
   * @param data - Inputs x and targets y, one row a sample.
   * @param options - Loss, optimizer, epochs and the rest; see FitOptions.
   * @returns What every epoch measured.
   * @throws DataError for NaN, labels out of range, counts that differ; ShapeError for widths that do not fit.
   * @throws DivergedError when a loss or gradient is not finite; the weights are those of the last good step.
   * @throws AbortedError when the signal says so; it holds the state to go on from.
   */
  async fit(data: Dataset, options: FitOptions): Promise<History> {
    if (this.isFitting) {
      throw new ArgumentError({
        received: `fit of '${this.name}' while another fit is running`,
        expected: 'one fit at a time',
        remedy: 'Await the first, or make a second model with modelFromConfig',
      });
    }
    requireDataset(data);
    requireFitOptions(options);
    const { seed = 0 } = options;
    const loss = resolveLoss(options.loss);
    const isNew = this.built === undefined;
    const { network, weights } = this.built ?? this.build(this.networkFor(data));
    const executor = chooseExecutor(options, weights);
    this.isFitting = true;
    try {
      // Called when data and options have been found good.
      const storeFor = (slots: number) => {
        weights.beginTraining(seed, executor);
        const store = weights.storeOn(executor, slots, true);
        weights.isHeld = true;
        this.decision = { task: loss.task, probabilities: loss.probabilities };
        return store;
      };
      return await fitNetwork({ network, executor, storeFor }, data, options);
    } finally {
      if (isNew && !weights.isHeld) this.built = undefined;
      this.isFitting = false;
      weights.isHeld = false;
    }
  }

  /**
   * Compute the model's outputs as they are: logits, when it was trained from logits.
   *
   * @param x - Inputs, one row a sample; no rows give no outputs.
   * @param options - What computes. Default: what trained.
   * @returns The outputs of every row.
   * @throws ShapeError for a width that does not fit, DataError for NaN.
   */
  async predict(x: InputsLike, options: ComputeOptions = {}): Promise<Prediction> {
    const { network } = this.parts();
    const { matrices, rows } = toInputs(x, inputWidths(network), true);
    if (rows === 0) return { values: new Float32Array(0), shape: [0, ...network.outputShape] };
    const values = this.lastPrediction.then(() => this.stream(matrices, rows, options));
    this.lastPrediction = values.catch(() => {});
    return { values: await values, shape: [rows, ...network.outputShape] };
  }

  /**
   * Compute probabilities: the softmax or the logistic function of the outputs, as the loss of the training was
   * about them; the outputs themselves when that loss took probabilities.
   *
   * @param x - Inputs, one row a sample.
   * @param options - What computes. Default: what trained.
   * @returns Probabilities, shaped like the outputs.
   * @throws ArgumentError for a model that was not trained, or predicts values.
   */
  async predictProbabilities(x: InputsLike, options: ComputeOptions = {}): Promise<Prediction> {
    const { probabilities } = this.requireDecision('probabilities');
    const { values, shape } = await this.predict(x, options);
    return {
      values: Float32Array.from(toProbabilities(values, shape[shape.length - 1], probabilities)),
      shape,
    };
  }

  /**
   * Decide: give the class with the largest output, or 1 where the probability is above one half.
   *
   * @param x - Inputs, one row a sample.
   * @param options - What computes. Default: what trained.
   * @returns One class number a row; for several yes/no questions a row of 0 and 1 each.
   * @throws ArgumentError for a model that was not trained, or predicts values.
   */
  async predictLabels(x: InputsLike, options: ComputeOptions = {}): Promise<Int32Array> {
    const decision = this.requireDecision('labels');
    const { values, shape } = await this.predict(x, options);
    return toLabels(values, shape[shape.length - 1], decision);
  }

  /**
   * Measure loss and metrics.
   *
   * @param data - Inputs x and targets y.
   * @param options - The loss, and further metrics.
   * @returns `loss` and every metric by its name.
   * @throws DataError and ShapeError for data that does not fit.
   */
  async evaluate(data: Dataset, options: EvaluationOptions): Promise<Record<string, number>> {
    requireDataset(data);
    resolveLoss((options as Partial<EvaluationOptions> | undefined)?.loss as EvaluationOptions['loss']);
    return evaluateNetwork(this.workplace(options), data, options);
  }

  /**
   * Print layers, shapes and parameter counts.
   *
   * @returns A table of several lines.
   */
  summary(): string {
    return summarize(this.name, this.parts().network, this.kind === 'sequential');
  }

  /**
   * Copy all parameters out.
   *
   * @returns One tensor a parameter, named `layer/parameter`.
   */
  getWeights(): NamedTensor[] {
    return this.parts().weights.read();
  }

  /**
   * Replace all parameters.
   *
   * @param weights - Every parameter once, with its shape, in any order.
   * @throws IncompatibleError for names or shapes that do not fit; nothing has changed then.
   */
  setWeights(weights: readonly NamedTensor[]): void {
    this.parts().weights.write(weights);
  }

  /**
   * Describe the architecture as JSON, for `modelFromConfig`.
   *
   * @returns Everything but the numbers.
   */
  config(): ModelConfig {
    const { kind, name, decision } = this;
    return configOf(this.parts().network.architecture, { kind, name, decision });
  }

  private parts(): { readonly network: Network; readonly weights: Weights } {
    if (this.built !== undefined) return this.built;
    throw new ArgumentError({
      received: `the model '${this.name}', which does not know the shape of its input yet`,
      expected: 'a model that is built',
      remedy: 'Give sequential the option inputShape, or call fit first',
    });
  }

  private build(
    network: Network,
    numerics?: KernelBuild,
  ): { readonly network: Network; readonly weights: Weights } {
    this.built = { network, weights: new Weights(network, this.seed, numerics) };
    return this.built;
  }

  /** Build the waiting layers for the width of the data. */
  private networkFor({ x }: Dataset): Network {
    const { matrices } = toInputs(x, [{ name: 'input', width: undefined }]);
    return new Network(lineUp(this.waiting, [matrices.get('input')!.width]));
  }

  private workplace(options: ComputeOptions): Workplace {
    const { network, weights } = this.parts();
    const executor = chooseExecutor(options, weights);
    return { network, executor, storeFor: (slots) => weights.storeOn(executor, slots, false) };
  }

  private async stream(
    matrices: ReadonlyMap<string, Matrix>,
    rows: number,
    options: ComputeOptions,
  ): Promise<Float32Array> {
    const { executor, storeFor } = this.workplace(options);
    // Bytes are scaled while they are gathered; other numbers go straight to the program.
    const isGathered = [...matrices.values()].some(({ values }) => values instanceof Uint8Array);
    const session = this.sessionFor(executor, storeFor(0), rows, isGathered);
    const pace = new Pace(session.rowCapacity * this.parameterCount);
    const request = { session, rows, output: 'prediction', pace };
    const write = (first: number, size: number): void => {
      for (const [name, { values, width }] of matrices) {
        const isAll = size === rows;
        session.write(name, isAll ? values : values.subarray(first * width, (first + size) * width));
      }
    };
    if (!isGathered) return toFloat32((await streamRows({ ...request, inputs: write })).values);
    const inputs = new Map([...matrices].map(([name, matrix]) => [name, executor.createData(matrix)]));
    try {
      return toFloat32((await streamRows({ ...request, inputs })).values);
    } finally {
      for (const data of inputs.values()) data.dispose();
    }
  }

  /** The session of the last prediction, or a new one when the rows, the store or the kind of input have changed. */
  private sessionFor(executor: Executor, store: ParameterStore, rows: number, isGathered: boolean): Session {
    const rowCapacity = Math.min(BLOCK_ROWS, rows);
    const { predictor } = this;
    const fits = predictor?.store === store && predictor.session.program.gathered === isGathered;
    if (fits && predictor.session.rowCapacity >= rowCapacity) return predictor.session;
    const program =
      predictor?.session.program.gathered === isGathered
        ? predictor.session.program
        : compilePrediction(this.parts().network, isGathered);
    // Nobody uses it any more: predictions follow one another.
    predictor?.session.dispose();
    const session = executor.createSession(program, { store, rowCapacity });
    this.predictor = { session, store };
    return session;
  }

  private requireDecision(what: string): Decision {
    const { decision } = this;
    if (decision !== undefined && decision.task !== 'values') return decision;
    throw new ArgumentError({
      received: `${what} asked of the model '${this.name}', which ${decision === undefined ? 'was not trained' : 'predicts values'}`,
      expected: 'a model trained with softmaxCrossEntropy or binaryCrossEntropy',
      remedy: 'Use predict',
    });
  }
}
