import { resolveLoss } from '../nn/losses/named.ts';
import type { Executor, ParameterStore } from '../runtime/executor.ts';
import type { KernelBuild } from '../runtime/wasm/memory/module.ts';
import type { History } from '../train/events.ts';
import type { NamedTensor } from '../train/state.ts';
import { ArgumentError } from '../util/errors.ts';
import { describeValue, requireOptions, requireRange } from '../util/options.ts';
import { configOf, type Decision, type ModelConfig } from './config.ts';
import { requireDataset, requireEvaluationOptions, requireFitOptions } from './fit/checkOptions.ts';
import { evaluateNetwork } from './fit/evaluate.ts';
import { chooseExecutor } from './fit/executor.ts';
import { fitNetwork } from './fit/fit.ts';
import type { ComputeOptions, EvaluationOptions, FitOptions } from './fit/options.ts';
import { inputWidths } from './inputs/checkedData.ts';
import { type Dataset, type InputsLike, toInputs } from './inputs/inputs.ts';
import { type Built, type ModelParts, ModelState, type TrainingPlace } from './modelState.ts';
import { compilePrediction } from './network/graphs.ts';
import { type SummaryOptions, summarize, summarizeWaiting } from './network/summary.ts';
import type { Prediction } from './predict/outputs.ts';
import type { Predictor, PredictorOptions } from './predict/predictor.ts';

/** Reads the state of a model: it is nobody's business outside the library. */
let stateOf: (model: Model) => ModelState;

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
  readonly #state: ModelState;

  static {
    stateOf = (model) => model.#state;
  }

  /**
   * Use `sequential`, `functional` or `modelFromConfig`.
   *
   * @param parts - What they put together.
   */
  constructor(parts: ModelParts) {
    this.name = parts.name;
    this.#state = new ModelState(parts);
  }

  /** How many parameters the model has. */
  get parameterCount(): number {
    return this.#state.requireBuilt().network.parameterCount;
  }

  /** The shape of one row of the output. */
  get outputShape(): readonly number[] {
    return this.#state.requireBuilt().network.outputShape;
  }

  /** What the outputs are about and how they become probabilities; undefined before training. */
  get outputMeaning(): Decision | undefined {
    return this.#state.decision;
  }

  /** The kernels that trained the model; undefined before training, and for executors other than WebAssembly. */
  get numerics(): KernelBuild | undefined {
    return this.#state.built?.weights.numerics;
  }

  /**
   * Train the model. A second call goes on from the weights of the first, with a fresh optimizer.
   *
   * @param data - Inputs x and targets y, one row a sample, and, where rows weigh differently, their sampleWeight.
   * @param options - Loss, optimizer, epochs and the rest; see FitOptions.
   * @returns What every epoch measured.
   * @throws DataError for NaN, labels out of range, counts that differ; ShapeError for widths that do not fit.
   * @throws DivergedError when a loss or gradient is not finite; the weights are those of the last good step.
   * @throws AbortedError when the signal says so; it holds the state to go on from.
   */
  async fit(data: Dataset, options: FitOptions): Promise<History> {
    requireDataset(data);
    requireFitOptions(options);
    const loss = resolveLoss(options.loss);
    const { seed = 0 } = options;
    return await this.#state.whileFitting(data, async ({ network, weights }) => {
      const storeFor = (executor: Executor, slots: number) =>
        this.#state.beginTraining({ executor, slots, seed, loss });
      return await fitNetwork({ network, weights, storeFor }, data, { ...options, loss });
    });
  }

  /**
   * Compute the model's outputs as they are: logits, when it was trained from logits. Many rows are computed in blocks,
   * between which the event loop turns; while the model is trained all see the last finished step. A row's outputs do
   * not depend on the rows beside it, to the last bit; with a BLAS executor they may, in the last bits.
   *
   * @param x - Inputs, one row a sample; no rows give no outputs.
   * @param options - What computes. Default: what trained.
   * @returns The outputs of every row.
   * @throws ShapeError for a width that does not fit, DataError for NaN.
   */
  async predict(x: InputsLike, options: ComputeOptions = {}): Promise<Prediction> {
    const { network, weights, predictions } = this.#state.requireBuilt();
    const { matrices, rows } = toInputs(x, inputWidths(network), true);
    if (rows === 0) return { values: new Float32Array(0), shape: [0, ...network.outputShape] };
    const values = await predictions.predict(matrices, rows, chooseExecutor(options, weights));
    return { values, shape: [rows, ...network.outputShape] };
  }

  /**
   * Make a predictor that answers at once and allocates nothing a call: for one row after another. Making it takes a
   * moment, as its part of the library is loaded when somebody asks for one.
   *
   * @param options - Rows of a call (default 1), and what computes (default: what trained, also in trainings to come).
   * @returns The predictor; it reads the weights of this model as they are at each call.
   * @throws ArgumentError for a model that does not know the shape of its input yet, and for options that cannot be.
   * @example
   * import { dense, sequential } from 'gradus';
   * const model = sequential([dense(8, { activation: 'relu' }), dense(3)], { inputShape: [2] });
   * const predictor = await model.predictor({ rows: 2 });
   * const outputs = predictor.predict(Float32Array.of(1, 2, 3, 4));
   * outputs.length; // 6
   */
  async predictor(options: PredictorOptions = {}): Promise<Predictor> {
    const { network, weights } = this.#state.requireBuilt();
    const { makePredictor } = await import('./predict/predictor.ts');
    const program = compilePrediction(network, false);
    return await makePredictor({ network, program, weights, inputs: inputWidths(network), options });
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
    const { probabilities } = this.#state.requireDecision('probabilities');
    const { values, shape } = await this.predict(x, options);
    const { toProbabilities } = await import('./predict/outputs.ts');
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
    const decision = this.#state.requireDecision('labels');
    const { values, shape } = await this.predict(x, options);
    const { toLabels } = await import('./predict/outputs.ts');
    return toLabels(values, shape[shape.length - 1], decision);
  }

  /**
   * Measure loss and metrics.
   *
   * @param data - Inputs x and targets y, and the rows' sampleWeight.
   * @param options - The loss, further metrics, and weights of classes.
   * @returns `loss` and every metric by its name.
   * @throws DataError and ShapeError for data that does not fit.
   */
  async evaluate(data: Dataset, options: EvaluationOptions): Promise<Record<string, number>> {
    requireDataset(data);
    const loss = resolveLoss(
      (options as Partial<EvaluationOptions> | undefined)?.loss as EvaluationOptions['loss'],
    );
    requireEvaluationOptions(options);
    const { network, weights } = this.#state.requireBuilt();
    const executor = chooseExecutor(options, weights);
    // Beside a training all rows are measured at the same step.
    const copy = weights.isHeld ? weights.copyOn(executor) : undefined;
    const storeFor = () => copy ?? weights.storeOn(executor);
    try {
      return await evaluateNetwork({ network, executor, storeFor }, data, { ...options, loss });
    } finally {
      copy?.dispose();
    }
  }

  /**
   * Print layers, shapes and parameter counts, and what is frozen; a model of any size, as no weight is looked at.
   *
   * @param options - `width`: how many characters a line may have, as far as words allow. Default 80.
   * @returns A table of several lines.
   */
  summary(options: SummaryOptions = {}): string {
    requireOptions(options, { width: true }, 'summary');
    const { built, kind, waiting } = this.#state;
    if (built === undefined) return summarizeWaiting(this.name, waiting, options);
    return summarize(this.name, built.network, kind === 'sequential', options);
  }

  /**
   * Copy all parameters out.
   *
   * @returns One tensor a parameter, named `layer/parameter`.
   */
  getWeights(): NamedTensor[] {
    return this.#state.requireBuilt().weights.read();
  }

  /**
   * Replace all parameters.
   *
   * @param weights - Every parameter once, with its shape, in any order.
   * @throws IncompatibleError for names or shapes that do not fit; nothing has changed then.
   * @throws ArgumentError while a fit is running, whose optimizer remembers the weights that it made.
   */
  setWeights(weights: readonly NamedTensor[]): void {
    const built = this.#state.requireBuilt();
    this.#state.requireRest('new weights');
    built.weights.write(weights);
  }

  /**
   * Release the memory of the weights at once. A model that nobody refers to any more releases it too, but not before
   * the event loop turns and the engine collects garbage: call `dispose` where many models are made one after another.
   * Its predictors cannot be used afterwards. A second call does nothing.
   *
   * @throws ArgumentError while a fit is running.
   * @example
   * import { dense, sequential } from 'gradus';
   * const model = sequential([dense(1)], { inputShape: [2] });
   * await model.predict([[1, 2]]);
   * model.dispose();
   * model.getWeights(); // throws ArgumentError
   */
  dispose(): void {
    this.#state.dispose();
  }

  /** The names of the layers, in the order in which they were put together. */
  get layerNames(): readonly string[] {
    return this.#state.requireBuilt().network.architecture.layers.map(({ name }) => name);
  }

  /**
   * Keep layers as they are: training computes no gradients for them, and their penalties do not count. What is
   * normalised by a batch's statistics is then normalised by the moving ones. Model files keep it.
   *
   * @param names - The layers, or one. Default all.
   * @throws ArgumentError for a name that no layer has, and while a fit is running.
   * @example
   * import { dense, sequential } from 'gradus';
   * const model = sequential([dense(8, { name: 'body' }), dense(2)], { inputShape: [3] });
   * model.freeze('body');
   * model.summary().includes('Trainable params: 18'); // true
   */
  freeze(names: string | readonly string[] = this.layerNames): void {
    this.#state.setTraining(names, { trainable: false });
  }

  /**
   * Train layers again, at a rate of their own if need be.
   *
   * @param names - The layers, or one. Default all.
   * @param options - `learningRateFactor`: multiplies the learning rate of all their parameters. Default: as before.
   * @throws ArgumentError for a name that no layer has, a factor below 0, and while a fit is running.
   */
  unfreeze(
    names: string | readonly string[] = this.layerNames,
    options: { readonly learningRateFactor?: number | undefined } = {},
  ): void {
    requireOptions(options, { learningRateFactor: true }, 'unfreeze');
    const { learningRateFactor } = options;
    if (learningRateFactor !== undefined)
      requireRange('learningRateFactor', learningRateFactor, { least: 0, below: Number.POSITIVE_INFINITY });
    this.#state.setTraining(names, { trainable: true, learningRateFactor });
  }

  /**
   * Describe the architecture as JSON, for `modelFromConfig`.
   *
   * @returns Everything but the weights.
   */
  config(): ModelConfig {
    const { kind, name, decision } = this.#state;
    return configOf(this.#state.requireBuilt().network.architecture, { kind, name, decision });
  }
}

/** Let a part beside `fit` train a model, which `fit` must not do meanwhile; see `ModelState.beginTraining`. */
export function beginTraining(model: Model, place: TrainingPlace): ParameterStore {
  const state = stateOf(model);
  state.requireRest('a trainer');
  return state.beginTraining(place);
}

/** Give a model's network and weights to the parts of the library that look inside. */
export function insideOf(model: Model): Pick<Built, 'network' | 'weights'> {
  if (model instanceof Model) return stateOf(model).requireBuilt();
  throw new ArgumentError({
    received: `${describeValue(model)} for a model`,
    expected: 'a Model, as sequential and functional give, or loadModel(…).model',
  });
}
