import type { Layer } from '../nn/layer.ts';
import type { Loss } from '../nn/losses/index.ts';
import type { Executor, ParameterStore } from '../runtime/executor.ts';
import type { KernelBuild } from '../runtime/wasm/memory/module.ts';
import { ArgumentError } from '../util/errors.ts';
import type { Decision, ModelConfig } from './config.ts';
import { type Dataset, toInputs } from './inputs/inputs.ts';
import { type LayerTraining, lineUp, Network } from './network/network.ts';
import { Weights } from './network/weights.ts';
import { BatchPredictor } from './predict/batchPredictor.ts';

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

/** A network with its weights, and what predicts with them. */
export interface Built {
  readonly network: Network;
  readonly weights: Weights;
  readonly predictions: BatchPredictor;
}

/** Where a training takes place, and what it is about. */
export interface TrainingPlace {
  readonly executor: Executor;
  /** Values that the optimizer remembers for each parameter. */
  readonly slots: number;
  /** The seed of weights that have not been drawn yet. */
  readonly seed: number;
  readonly loss: Loss;
}

/** What a model is at the moment: waiting for data, built, being fitted, or disposed. */
export class ModelState {
  readonly kind: ModelConfig['kind'];
  readonly name: string;
  readonly waiting: readonly Layer[];
  readonly #seed: number;
  #built: Built | undefined;
  #decision: Decision | undefined;
  #isFitting = false;
  #isDisposed = false;

  constructor(parts: ModelParts) {
    this.kind = parts.kind;
    this.name = parts.name;
    this.#seed = parts.seed;
    this.waiting = parts.waiting;
    this.#decision = parts.decision;
    if (parts.network !== undefined) this.#build(parts.network, parts.numerics);
  }

  /** The network with its weights; undefined for a model that waits for data. */
  get built(): Built | undefined {
    return this.#built;
  }

  /** What the outputs mean; undefined before training. */
  get decision(): Decision | undefined {
    return this.#decision;
  }

  /** Give the network with its weights; refuse a model that has none. */
  requireBuilt(): Built {
    this.#requireMemory();
    if (this.#built !== undefined) return this.#built;
    throw new ArgumentError({
      received: `the model '${this.name}', which does not know the shape of its input yet`,
      expected: 'a model that is built',
      remedy: 'Give sequential the option inputShape, or call fit first',
    });
  }

  /** Refuse a change while a fit is running. */
  requireRest(change: string): void {
    if (!this.#isFitting) return;
    throw new ArgumentError({
      received: `${change} for '${this.name}' while a fit is running`,
      expected: 'a model that is not being trained',
      remedy: 'Await the fit first',
    });
  }

  /** Say how outputs are read as classes or probabilities; refuse a model that was not trained to give them. */
  requireDecision(what: 'probabilities' | 'labels'): Decision {
    const decision = this.#decision;
    const isScore = what === 'probabilities' && decision?.probabilities === 'none';
    if (decision !== undefined && decision.task !== 'values' && !isScore) return decision;
    const why = decision === undefined ? 'was not trained' : isScore ? 'gives scores' : 'predicts values';
    throw new ArgumentError({
      received: `${what} asked of the model '${this.name}', which ${why}`,
      expected: 'a model trained with softmaxCrossEntropy or binaryCrossEntropy',
      remedy: 'Use predict',
    });
  }

  /**
   * Run a fit, during which nobody else changes the model. A fit that fails before it begins leaves it as it was.
   *
   * @param run - Gets the network with its weights, and calls `beginTraining` before it waits for anything: whoever looks
   *   at the weights afterwards sees those that the training started from.
   */
  async whileFitting<T>(data: Dataset, run: (built: Built) => Promise<T>): Promise<T> {
    this.#requireMemory();
    this.requireRest('another fit');
    const isNew = this.#built === undefined;
    const built = this.#built ?? this.#build(this.#networkFor(data));
    const { weights } = built;
    this.#isFitting = true;
    try {
      return await run(built);
    } finally {
      if (isNew && !weights.isHeld) this.#built = undefined;
      this.#isFitting = false;
      weights.endTraining();
    }
  }

  /** Let training hold the weights, until `weights.endTraining` lets go of them. */
  beginTraining({ executor, slots, seed, loss }: TrainingPlace): ParameterStore {
    const { weights, predictions } = this.requireBuilt();
    const store = weights.beginTraining(executor, slots, seed);
    predictions.release();
    this.#decision = { task: loss.task, probabilities: loss.probabilities };
    return store;
  }

  /** Freeze or unfreeze layers. */
  setTraining(names: string | readonly string[], training: LayerTraining): void {
    const { network } = this.requireBuilt();
    this.requireRest('layers frozen or unfrozen');
    network.setTraining([names].flat(), training);
  }

  /** Release the memory of the weights. */
  dispose(): void {
    this.requireRest('dispose');
    this.#built?.predictions.release();
    this.#built?.weights.dispose();
    this.#built = undefined;
    this.#isDisposed = true;
  }

  #requireMemory(): void {
    if (!this.#isDisposed) return;
    throw new ArgumentError({
      received: `the model '${this.name}', which was disposed`,
      expected: 'a model that holds its weights',
      remedy: 'Call dispose only when the model is no longer needed',
    });
  }

  #build(network: Network, numerics?: KernelBuild): Built {
    const weights = new Weights(network, this.#seed, numerics);
    this.#built = { network, weights, predictions: new BatchPredictor(network, weights) };
    return this.#built;
  }

  /** Build the waiting layers for the width of the data. */
  #networkFor({ x }: Dataset): Network {
    const { matrices } = toInputs(x, [{ name: 'input', width: undefined }]);
    const [{ width }] = matrices.values();
    return new Network(lineUp(this.waiting, [width]));
  }
}
