import type { Executor, ParameterStore } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import type { KernelBuild } from '../runtime/wasm/module.ts';
import { type NamedTensor, readTensors, writeTensors } from '../train/state.ts';
import { createStream } from '../util/random.ts';
import type { Network } from './network.ts';

/** The numbers of a model: on the heap of JavaScript until an executor takes them, then in its store. */
export class Weights {
  private readonly network: Network;
  private seed: number;
  private host: readonly NamedTensor[] | undefined;
  private place: { readonly executor: Executor; readonly store: ParameterStore } | undefined;
  /** Whether training holds the store: it must stay where it is. */
  isHeld = false;
  /** The kernels that trained the numbers; undefined for other executors, and before. */
  numerics: KernelBuild | undefined;

  constructor(network: Network, seed: number, numerics?: KernelBuild) {
    this.network = network;
    this.seed = seed;
    this.numerics = numerics;
  }

  /** The executor that holds the numbers, if one does. */
  get executor(): Executor | undefined {
    return this.place?.executor;
  }

  /** Choose the seed of numbers that have not been drawn yet, and remember what trains. */
  beginTraining(seed: number, { name }: Executor): void {
    this.seed = seed;
    this.numerics = name === 'wasm-portable' ? 'portable' : name === 'wasm-fast' ? 'fast' : undefined;
  }

  /** Copy all parameters out. */
  read(): NamedTensor[] {
    if (this.place !== undefined) return readTensors(this.place.store);
    return this.drawn().map((tensor) => ({ ...tensor, values: tensor.values.slice() }));
  }

  /** The numbers as they stand on the heap of JavaScript. */
  private drawn(): readonly NamedTensor[] {
    this.host ??= this.draw();
    return this.host;
  }

  /** Replace all parameters. */
  write(tensors: readonly NamedTensor[]): void {
    if (this.place !== undefined) {
      writeTensors(this.place.store, tensors);
      return;
    }
    const wanted = new Map<string, NamedTensor>();
    const layout = new StoreLayout(this.network.specs);
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
    this.host = layout.segments.map(({ name }) => wanted.get(name)!);
  }

  /**
   * Give a store on an executor; for training one with room for an optimizer's slots, all of them and all gradients 0.
   *
   * @param moves - Whether the numbers move there for good; otherwise they are copied when they stand elsewhere.
   */
  storeOn(executor: Executor, slots: number, moves: boolean): ParameterStore {
    const { place } = this;
    // Training begins with gradients and slots of 0: those of an earlier one would move what the loss does not reach.
    if (!moves && place?.executor.name === executor.name) return place.store;
    const store = executor.createStore(new StoreLayout(this.network.specs), slots);
    writeTensors(store, place === undefined ? this.drawn() : readTensors(place.store));
    if (!this.isHeld && (moves || place === undefined)) {
      this.place = { executor, store };
      this.host = undefined;
    }
    return store;
  }

  /** First numbers: each parameter from a stream of its own, so that one layer more does not change the others. */
  private draw(): NamedTensor[] {
    const stream = createStream(this.seed, 'init');
    const drawn = new Map(
      [...this.network.parameters].map(([name, { shape, initializer }]) => [
        name,
        { name, shape: [...shape], values: initializer.values(shape, stream.split(name)) },
      ]),
    );
    return new StoreLayout(this.network.specs).segments.map(({ name }) => drawn.get(name)!);
  }
}
