import type { Executor, ParameterStore } from '../../runtime/executor.ts';
import { StoreLayout } from '../../runtime/layout.ts';
import type { KernelBuild } from '../../runtime/wasm/memory/module.ts';
import { type NamedTensor, readTensors, writeTensors } from '../../train/state.ts';
import { ArgumentError } from '../../util/errors.ts';
import { createStream } from '../../util/random.ts';
import type { Network } from './network.ts';

/** What executors have in common that can use each other's stores: libraries of one name may have several memories. */
const memoryOf = (executor: Executor): unknown => executor.memory ?? executor.name;

/** The weights of a model: on the heap of JavaScript until an executor takes them, then in its store. */
export class Weights {
  readonly #network: Network;
  #seed: number;
  #host: readonly NamedTensor[] | undefined;
  #place: { readonly executor: Executor; readonly store: ParameterStore } | undefined;
  /** Copies on executors other than the one that holds the weights, by its memory, each with the version it shows. */
  readonly #copies = new Map<unknown, { readonly store: ParameterStore; version: number }>();
  /** Counts the changes of the weights; a training counts when it ends, and until then every copy is out of date. */
  #version = 0;
  #inTraining = false;
  #isDisposed = false;
  /** The executor of the last training; a prediction before the first one decides nothing about it. */
  trainer: Executor | undefined;
  /** The kernels that trained the numbers; undefined for other executors, and before. */
  numerics: KernelBuild | undefined;

  constructor(network: Network, seed: number, numerics?: KernelBuild) {
    this.#network = network;
    this.#seed = seed;
    this.numerics = numerics;
  }

  /** The executor that holds the weights, if one does. */
  get executor(): Executor | undefined {
    return this.#place?.executor;
  }

  /** Whether training holds the store: it changes the weights, and they stay where they are. */
  get isHeld(): boolean {
    return this.#inTraining;
  }

  /** Copy all parameters out. */
  read(): NamedTensor[] {
    if (this.#place !== undefined) return readTensors(this.#place.store);
    return this.#drawn().map((tensor) => ({ ...tensor, values: tensor.values.slice() }));
  }

  /** Replace all parameters. */
  write(tensors: readonly NamedTensor[]): void {
    this.#version++;
    if (this.#place !== undefined) {
      writeTensors(this.#place.store, tensors);
      return;
    }
    const wanted = new Map<string, NamedTensor>();
    const layout = new StoreLayout(this.#network.specs);
    // A store that only keeps: the check of names and shapes is the same everywhere.
    const keeper: ParameterStore = {
      layout,
      slots: 0,
      read: () => new Float32Array(),
      write: (name, values) => {
        const { shape } = layout.segment(name);
        const copy = values instanceof Float64Array ? values.slice() : Float32Array.from(values);
        wanted.set(name, { name, shape: [...shape], values: copy });
      },
      dispose: () => {},
    };
    writeTensors(keeper, tensors);
    this.#host = layout.segments.map(({ name }) => wanted.get(name)!);
  }

  /**
   * Move the weights to an executor and let training hold them there, with room for an optimizer's slots.
   *
   * @param seed - The seed of weights that have not been drawn yet.
   */
  beginTraining(executor: Executor, slots: number, seed: number): ParameterStore {
    this.#seed = seed;
    this.trainer = executor;
    this.numerics = executor.numerics;
    // Gradients and slots of 0: those of an earlier training would move what the loss does not reach.
    const store = this.copyOn(executor, slots);
    this.#moveTo(executor, store);
    this.#inTraining = true;
    return store;
  }

  /** Release the memory of the weights and of every copy. */
  dispose(): void {
    for (const { store } of this.#copies.values()) store.dispose();
    this.#copies.clear();
    this.#place?.store.dispose();
    this.#place = undefined;
    this.#host = undefined;
    this.#isDisposed = true;
  }

  /** Let go of the store, if training holds it. */
  endTraining(): void {
    this.#inTraining = false;
    this.#version++;
  }

  /**
   * Give a store with the weights as they are now, to read from. It is the one that training changes where the executor
   * is the same; elsewhere a copy, which is kept until the weights change.
   */
  storeOn(executor: Executor): ParameterStore {
    const place = this.#place;
    const copies = this.#copies;
    const version = this.#version;
    const memory = memoryOf(executor);
    if (place !== undefined && memoryOf(place.executor) === memory) return place.store;
    if (place === undefined) {
      const store = this.copyOn(executor);
      this.#moveTo(executor, store);
      return store;
    }
    const copy = copies.get(memory);
    if (copy === undefined) {
      const store = this.copyOn(executor);
      copies.set(memory, { store, version });
      return store;
    }
    if (this.#inTraining || copy.version !== version) {
      writeTensors(copy.store, this.read());
      copy.version = version;
    }
    return copy.store;
  }

  /** Copy the weights as they are now into a store of their own, with as many slots of 0. */
  copyOn(executor: Executor, slots = 0): ParameterStore {
    const tensors = this.#place === undefined ? this.#drawn() : readTensors(this.#place.store);
    const store = executor.createStore(new StoreLayout(this.#network.specs), slots);
    writeTensors(store, tensors);
    return store;
  }

  /** The weights on the heap of JavaScript; disposed ones are not drawn again, for whoever still holds them. */
  #drawn(): readonly NamedTensor[] {
    if (this.#isDisposed) {
      throw new ArgumentError({
        received: 'a model that was disposed',
        expected: 'a model that holds its weights',
        remedy: 'Call dispose only when the model and its predictors are no longer needed',
      });
    }
    this.#host ??= this.#draw();
    return this.#host;
  }

  #moveTo(executor: Executor, store: ParameterStore): void {
    this.#place = { executor, store };
    this.#host = undefined;
    this.#copies.delete(memoryOf(executor));
  }

  /** First weights: each parameter from a stream of its own, so that one more layer does not change the others. */
  #draw(): NamedTensor[] {
    const stream = createStream(this.#seed, 'init');
    const drawn = new Map(
      [...this.#network.parameters].map(([name, { shape, initializer }]) => [
        name,
        { name, shape: [...shape], values: initializer.values(shape, stream.split(name)) },
      ]),
    );
    return new StoreLayout(this.#network.specs).segments.map(({ name }) => drawn.get(name)!);
  }
}
