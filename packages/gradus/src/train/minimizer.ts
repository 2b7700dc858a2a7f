import { platform } from '#platform';
import { Lbfgs, type LbfgsSettings, type LbfgsState } from '../optim/lbfgs/lbfgs.ts';
import type { ParameterStore, Session } from '../runtime/executor.ts';
import { IncompatibleError } from '../util/errors.ts';
import type { Pace } from './pace.ts';

/** What came of an iteration. */
export interface Iteration {
  /** The recorded scalars where it has come to, the loss first. */
  readonly records: Float64Array;
  /** Why there will be no other, if so. */
  readonly reason: string | undefined;
}

/** What an iteration needs. */
export interface MinimizerParts {
  readonly session: Session;
  readonly store: ParameterStore;
  /** Positions of the training rows in the data. */
  readonly rows: Int32Array;
  readonly settings: Omit<LbfgsSettings, 'resolution'>;
  /** Where to go on. Default: from the numbers in the store. */
  readonly state: LbfgsState | undefined;
}

/** Refuse a state of other parameters. */
function requireSize({ point, gradient, pairs }: LbfgsState, size: number): void {
  const wrong = [point, gradient, ...pairs].find(({ length }) => length !== size);
  if (wrong === undefined && pairs.length % 2 === 0) return;
  throw new IncompatibleError({
    received: `a state of L-BFGS of ${wrong?.length ?? size} numbers in ${2 + pairs.length} lists`,
    expected: `${size} numbers, as many as are trained, in lists that come in pairs`,
    remedy: 'Resume with the model that the run began with, frozen where it was',
  });
}

/** Lets L-BFGS train: an iteration is an epoch, and rows stream in blocks whose gradients add up in fixed order. */
export class Minimizer {
  readonly #parts: MinimizerParts;
  readonly #segments: readonly { readonly name: string; readonly size: number; readonly at: number }[];
  readonly #gradient: Float64Array;
  #lbfgs: Lbfgs | undefined;
  /** Whether there is a value to begin with. */
  #isFresh: boolean;
  #records = new Float64Array(0);

  constructor(parts: MinimizerParts) {
    this.#parts = parts;
    let size = 0;
    this.#segments = parts.store.layout.segments
      .filter(({ trainable }) => trainable)
      .map((segment) => {
        const at = size;
        size += segment.size;
        return { name: segment.name, size: segment.size, at };
      });
    this.#gradient = new Float64Array(size);
    this.#isFresh = parts.state === undefined;
    if (parts.state !== undefined) requireSize(parts.state, size);
  }

  /** What it remembers between iterations. */
  state(): LbfgsState | undefined {
    return this.#isFresh ? undefined : (this.#lbfgs?.state() ?? this.#parts.state);
  }

  /** Begin from where the store is by now. */
  #begin(): Lbfgs {
    const { store, settings, state } = this.#parts;
    const start = new Float64Array(this.#gradient.length);
    let isSingle = false;
    for (const { name, at } of this.#segments) {
      const values = store.read(name);
      start.set(values, at);
      isSingle = values instanceof Float32Array;
    }
    // A loss in float32 is a sum of many terms: its last two bits are rounding.
    const all = { ...settings, resolution: isSingle ? 2 ** -21 : 2 ** -50 };
    return new Lbfgs(state ?? start, all, isSingle ? Math.fround : undefined);
  }

  /**
   * Run one iteration; undefined when the loss is not finite where it begins.
   *
   * @param step - The number of the iteration, which its random numbers depend on.
   */
  async iterate(step: number, pace: Pace): Promise<Iteration | undefined> {
    this.#lbfgs ??= this.#begin();
    const lbfgs = this.#lbfgs;
    const isRandom = this.#parts.session.program.streams.length > 0;
    if (this.#isFresh || isRandom) {
      // With masks of its own an iteration minimises a function of its own.
      const value = await this.#evaluate(lbfgs.point, step, pace);
      if (!Number.isFinite(value)) return undefined;
      if (!this.#isFresh) lbfgs.refresh(value, this.#gradient);
      else if (lbfgs.tell(value, this.#gradient) === 'ended') return this.#result(lbfgs);
      this.#isFresh = false;
    }
    const begin = lbfgs.point;
    let status = 'searching';
    while (status === 'searching') {
      const value = await this.#evaluate(lbfgs.trial, step, pace);
      status = lbfgs.tell(value, this.#gradient);
    }
    // A search that failed has left the store at its last trial.
    if (lbfgs.point === begin) await this.#evaluate(begin, step, pace);
    return this.#result(lbfgs);
  }

  #result({ reason }: Lbfgs): Iteration {
    return { records: this.#records, reason: reason === '' ? undefined : reason };
  }

  /** Put a point into the store, and give the loss there; NaN where it or the gradient is not finite. */
  async #evaluate(point: Float64Array, step: number, pace: Pace): Promise<number> {
    const { session, store, rows } = this.#parts;
    for (const { name, size, at } of this.#segments) store.write(name, point.subarray(at, at + size));
    const batchSize = session.rowCapacity;
    const blocks = Math.ceil(rows.length / batchSize);
    const records = new Float64Array(session.program.records.length);
    this.#gradient.fill(0);
    for (let block = 0; block < blocks; block++) {
      const order = rows.subarray(block * batchSize, (block + 1) * batchSize);
      session.start({
        range: 'valueAndGradient',
        steps: 1,
        batchSize,
        rowCount: order.length,
        order,
        stepNumber: step * blocks + block,
      });
      let worked = 0;
      let began = platform.now();
      let status = session.advance(pace.workForSlice());
      while (status === 'paused') {
        worked += platform.now() - began;
        await pace.rest();
        began = platform.now();
        status = session.advance(pace.workForSlice());
      }
      if (order.length === batchSize) pace.measured(1, worked + platform.now() - began);
      if (status === 'notFinite') return Number.NaN;
      const share = order.length / rows.length;
      session.records.forEach((value, i) => {
        records[i] += share * value;
      });
      this.#add(share);
      if (pace.isDue) await pace.rest();
    }
    this.#records = records;
    return records[0];
  }

  #add(share: number): void {
    for (const { name, at } of this.#segments) {
      const part = this.#parts.store.read(name, 'gradient');
      for (let i = 0; i < part.length; i++) this.#gradient[at + i] += share * part[i];
    }
  }
}
