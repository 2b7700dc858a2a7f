import { platform } from '#platform';
import { learningRateAt } from '../optim/learningRate.ts';
import { learningRateOf, requireSteps, slotsOf } from '../optim/optimizer.ts';
import { ArgumentError } from '../util/errors.ts';
import { EpochOrders, scalarTable } from './batches.ts';
import { type Callback, measureOf, type TrainingControl } from './callbacks.ts';
import { AbortedError } from './errors.ts';
import type { EpochRecord, History } from './events.ts';
import type { Minimizer } from './minimizer.ts';
import { Pace } from './pace.ts';
import { readTensors, type TrainingState, writeTensors } from './state.ts';
import { bindInputs, COUNT } from './streamRows.ts';
import type { Measures, TrainingTask } from './task.ts';

const ALL_DONE = 'all epochs done';

/** The fit loop: where training stands, and the way from one step to the next. */
class Trainer {
  readonly #task: TrainingTask;
  readonly #stepsPerEpoch: number;
  readonly #pace: Pace;
  readonly #monitor: NonNullable<Callback['monitor']>;
  readonly #history: EpochRecord[] = [];
  /** What the finished batches of this epoch recorded, one row a batch. */
  readonly #records: Float64Array;
  readonly #columns: number;
  /** Which column says what a batch weighs in the means of the measures; −1 where its rows do. */
  readonly #counted: number;
  #step = 0;
  #epoch = 0;
  #batch = 0;
  #learningRate: number | undefined;
  #stopReason: string | undefined;
  #best: { epoch: number; value: number } | undefined;
  readonly #orders: EpochOrders;
  #scalars: Float64Array = new Float64Array(0);
  #epochSeconds = 0;
  #savedAt = platform.now();

  constructor(task: TrainingTask) {
    this.#task = task;
    const { rows, batchSize, store, recorded, callbacks } = task;
    this.#stepsPerEpoch = Math.ceil(rows.length / batchSize);
    this.#counted = task.session.program.records.indexOf(COUNT);
    this.#columns = 1 + recorded.length + (this.#counted === -1 ? 0 : 1);
    this.#records = new Float64Array(this.#stepsPerEpoch * this.#columns);
    this.#orders = new EpochOrders(task);
    this.#pace = new Pace(3 * batchSize * store.layout.trainableSize);
    this.#monitor = callbacks.find(({ monitor }) => monitor !== undefined)?.monitor ?? {
      measure: task.validationRows > 0 ? 'validationLoss' : 'loss',
      mode: 'min',
    };
  }

  async run(): Promise<History> {
    const task = this.#task;
    this.#requireMeasures();
    for (const callback of task.callbacks) callback.onStart?.();
    if (task.resume !== undefined) this.#resume(task.resume);
    task.onEvent?.({
      type: 'start',
      epochs: task.epochs,
      rows: task.rows.length,
      validationRows: task.validationRows,
      batchSize: task.batchSize,
      parameterCount: task.store.layout.segments.reduce((n, s) => n + (s.trainable ? s.size : 0), 0),
      executor: task.executorName,
      resumedAt: this.#epoch,
    });
    bindInputs(task.session, task.inputs);
    while (this.#epoch < task.epochs && this.#stopReason === undefined) {
      if (task.signal?.aborted === true) await this.#abort();
      await this.#runSteps(this.#stepsForRun());
      await this.#saveIfDue(false);
      await this.#pace.rest();
    }
    for (const callback of task.callbacks) callback.onEnd?.(this.#control);
    return this.#end(this.#stopReason ?? ALL_DONE);
  }

  /** Refuse, before any work is done, a callback that watches what nobody measures. */
  #requireMeasures(): void {
    const { callbacks, recorded, measured, validationRows } = this.#task;
    const metrics = Object.fromEntries([...recorded, ...measured].map((name) => [name, 0]));
    const sample = { loss: 0, metrics, ...(validationRows > 0 ? { validationLoss: 0 } : {}) };
    for (const { monitor } of callbacks) if (monitor !== undefined) measureOf(sample, monitor.measure);
  }

  /**
   * How many steps one run takes: a slice's worth, up to the end of the epoch, or over several epochs when nothing
   * happens between them and no partial batch stands there.
   */
  #stepsForRun(): number {
    const { callbacks, measure, checkpoint, rows, batchSize, epochs } = this.#task;
    const wanted = this.#pace.stepsForSlice();
    const left = this.#stepsPerEpoch - this.#batch;
    const due =
      checkpoint?.everySteps === undefined
        ? left
        : checkpoint.everySteps - (this.#step % checkpoint.everySteps);
    const isPlain = callbacks.length === 0 && measure === undefined && checkpoint === undefined;
    if (!isPlain || this.#batch > 0 || rows.length % batchSize !== 0) {
      const named = callbacks.map((callback) => (callback.nextStep?.(this.#step) ?? Infinity) - this.#step);
      return Math.min(wanted, left, due, ...named);
    }
    const whole = Math.min(Math.floor(wanted / left), epochs - this.#epoch);
    return whole > 1 ? whole * left : Math.min(wanted, left);
  }

  /** Run one iteration of a method that sees all rows. */
  async #iterate(minimizer: Minimizer): Promise<void> {
    const began = platform.now();
    const iteration = await minimizer.iterate(this.#step, this.#pace);
    if (iteration === undefined) return await this.#diverge(this.#task.rows);
    this.#stopReason ??= iteration.reason;
    await this.#absorb(iteration.records, 1, (platform.now() - began) / 1000);
  }

  async #runSteps(steps: number): Promise<void> {
    if (this.#task.minimizer !== undefined) return await this.#iterate(this.#task.minimizer);
    const { session, batchSize, store } = this.#task;
    const optimizer = requireSteps(this.#task.optimizer);
    // The slice's own preparations are part of its time.
    const began = platform.now();
    const order = await this.#rowsOfRun(steps);
    const rates = this.#learningRate ?? optimizer.learningRate;
    let worked = 0;
    this.#scalars = scalarTable(optimizer, store.layout.runs, rates, this.#step, steps, this.#scalars);
    session.start({
      steps,
      batchSize,
      rowCount: order.length,
      order,
      stepNumber: this.#step,
      scalars: this.#scalars,
    });
    let sliceBegan = began;
    let status = session.advance(this.#pace.workForSlice());
    while (status === 'paused') {
      worked += platform.now() - sliceBegan;
      await this.#pace.rest();
      sliceBegan = platform.now();
      // A step that has begun is finished: a state stands between steps.
      const isAborted = this.#task.signal?.aborted === true;
      status = session.advance(isAborted ? Number.POSITIVE_INFINITY : this.#pace.workForSlice());
    }
    const done = status === 'notFinite' ? session.stepsDone : steps;
    worked += platform.now() - sliceBegan;
    this.#pace.measured(done, worked);
    await this.#absorb(session.records, done, (platform.now() - began) / 1000 / Math.max(1, done));
    if (status === 'notFinite') await this.#diverge(order.subarray(done * batchSize, (done + 1) * batchSize));
  }

  /** The rows that the next steps read, in order. */
  async #rowsOfRun(steps: number): Promise<Int32Array> {
    const { batchSize } = this.#task;
    const rest = (): Promise<void> => this.#pace.rest();
    if (this.#batch + steps > this.#stepsPerEpoch) {
      return await this.#orders.take(this.#epoch, steps / this.#stepsPerEpoch, rest);
    }
    const rows = await this.#orders.take(this.#epoch, 1, rest);
    return rows.subarray(this.#batch * batchSize, (this.#batch + steps) * batchSize);
  }

  /** Take in what finished steps recorded, and close the epochs that they complete. */
  async #absorb(records: Float64Array, steps: number, seconds: number): Promise<void> {
    const columns = this.#columns;
    for (let done = 0; done < steps; ) {
      const count = Math.min(steps - done, this.#stepsPerEpoch - this.#batch);
      this.#records.set(records.subarray(done * columns, (done + count) * columns), this.#batch * columns);
      this.#batch += count;
      this.#step += count;
      this.#epochSeconds += count * seconds;
      done += count;
      for (const callback of this.#task.callbacks)
        if (callback.nextStep?.(this.#step - 1) === this.#step) callback.onStep?.(this.#step, this.#control);
      if (this.#batch === this.#stepsPerEpoch) await this.#finishEpoch();
    }
  }

  async #finishEpoch(): Promise<void> {
    const task = this.#task;
    const { recorded, optimizer, rows } = task;
    const [loss, ...others] = this.#epochMeans();
    const began = platform.now();
    const measured: Measures = (await task.measure?.()) ?? { metrics: {} };
    const training = Object.fromEntries(recorded.map((name, i) => [name, others[i]]));
    const { validationLoss } = measured;
    const record = {
      epoch: this.#epoch + 1,
      loss,
      ...(validationLoss === undefined ? {} : { validationLoss }),
      metrics: { ...training, ...measured.metrics },
      learningRate: this.#learningRate ?? learningRateOf(optimizer, this.#step - 1),
      rowsPerSecond: rows.length / Math.max(this.#epochSeconds, 1e-9),
      seconds: this.#epochSeconds + (platform.now() - began) / 1000,
    };
    if (validationLoss !== undefined && !Number.isFinite(validationLoss)) {
      task.onEvent?.({
        type: 'warning',
        message: `The validation loss of epoch ${record.epoch} is ${validationLoss}. Look for extreme values in the validation rows.`,
      });
    }
    const value = measureOf(record, this.#monitor.measure);
    const isBest =
      !Number.isNaN(value) &&
      (this.#best === undefined ||
        (this.#monitor.mode === 'min' ? value < this.#best.value : value > this.#best.value));
    this.#epoch++;
    this.#batch = 0;
    this.#epochSeconds = 0;
    if (isBest) this.#best = { epoch: this.#epoch, value };
    const whole: EpochRecord = { ...record, best: isBest };
    this.#history.push(whole);
    const event = { type: 'epoch', epochs: task.epochs, ...whole } as const;
    for (const callback of task.callbacks) callback.onEpoch?.(event, this.#control);
    task.onEvent?.(event);
    await this.#saveIfDue(true);
  }

  /** The loss averaged over the epoch's batches, weighted by their rows, and the measures, by what counts in them. */
  #epochMeans(): number[] {
    const { rows, batchSize } = this.#task;
    const columns = this.#columns;
    const records = this.#records;
    const sums = new Array<number>(columns).fill(0);
    let counted = 0;
    for (let batch = 0; batch < this.#stepsPerEpoch; batch++) {
      const at = batch * columns;
      const size = Math.min(batchSize, rows.length - batch * batchSize);
      const weight = this.#counted < 0 ? size : records[at + this.#counted];
      for (let i = 0; i < columns; i++) sums[i] += records[at + i] * (i === 0 ? size : weight);
      counted += weight;
    }
    return sums.map((sum, i) => (i === 0 ? sum / rows.length : sum / Math.max(counted, 1)));
  }

  readonly #control: TrainingControl = {
    stop: (reason) => {
      this.#stopReason ??= reason;
    },
    setLearningRate: (learningRate) => {
      const { minimizer, optimizer } = this.#task;
      if (minimizer !== undefined) {
        throw new ArgumentError({
          received: `a callback that sets a learning rate for ${optimizer.name}`,
          expected: 'an optimizer that has one',
          remedy: `Leave the callback out: ${optimizer.name} chooses the length of each step`,
        });
      }
      this.#learningRate = learningRateAt(learningRate, this.#step);
    },
    snapshot: () => readTensors(this.#task.store),
    restore: (parameters) => writeTensors(this.#task.store, parameters),
  };

  async #saveIfDue(isEpochEnd: boolean): Promise<void> {
    const { checkpoint, onEvent } = this.#task;
    if (checkpoint === undefined) return;
    const { everySteps, everyEpochs, everySeconds } = checkpoint;
    // The last step of an epoch is saved behind the epoch, once.
    const isStep = everySteps !== undefined && this.#step > 0 && this.#step % everySteps === 0;
    const isEpoch = everyEpochs !== undefined && isEpochEnd && this.#epoch % everyEpochs === 0;
    const isTime = everySeconds !== undefined && platform.now() - this.#savedAt >= everySeconds * 1000;
    if (!isEpoch && !isTime && !(isStep && isEpochEnd === (this.#batch === 0))) return;
    await checkpoint.save(await this.#state());
    this.#savedAt = platform.now();
    onEvent?.({ type: 'checkpoint', epoch: this.#epoch, step: this.#step });
  }

  async #state(): Promise<TrainingState> {
    const { store, optimizer, callbacks } = this.#task;
    const fingerprint = this.#task.fingerprint();
    const minimizer = this.#task.minimizer?.state();
    return {
      version: 1,
      fingerprint,
      step: this.#step,
      epoch: this.#epoch,
      batch: this.#batch,
      records: this.#records.slice(0, this.#batch * this.#columns),
      learningRate: this.#learningRate ?? null,
      stopReason: this.#stopReason ?? null,
      best: this.#best ?? null,
      parameters: readTensors(store),
      slots: Array.from({ length: slotsOf(optimizer) }, (_, slot) => readTensors(store, slot)),
      callbacks: Object.fromEntries(callbacks.map((c) => [c.name, c.state?.() ?? {}])),
      history: [...this.#history],
      ...(minimizer && { minimizer }),
    };
  }

  #resume(state: TrainingState): void {
    const { store, optimizer, callbacks } = this.#task;
    writeTensors(store, state.parameters);
    for (let slot = 0; slot < slotsOf(optimizer); slot++) writeTensors(store, state.slots[slot], slot);
    this.#step = state.step;
    this.#epoch = state.epoch;
    this.#batch = state.batch;
    this.#records.set(state.records);
    this.#learningRate = state.learningRate ?? undefined;
    this.#stopReason = state.stopReason ?? undefined;
    this.#best = state.best ?? undefined;
    this.#history.push(...state.history);
    for (const callback of callbacks) {
      const saved = state.callbacks[callback.name];
      if (saved !== undefined) callback.restoreState?.(saved);
    }
  }

  async #abort(): Promise<never> {
    const state = await this.#state();
    throw new AbortedError(state, this.#end('aborted'));
  }

  async #diverge(rows: Int32Array): Promise<never> {
    const { optimizer, explain } = this.#task;
    const error = await explain({
      rows: rows.slice(),
      stepNumber: this.#step,
      place: { epoch: this.#epoch + 1, step: this.#step + 1 },
      learningRate: this.#learningRate ?? learningRateOf(optimizer, this.#step),
    });
    this.#end('diverged');
    throw error;
  }

  #end(reason: string): History {
    const bestEpoch = this.#best?.epoch ?? 0;
    this.#task.onEvent?.({ type: 'end', reason, epoch: this.#epoch, bestEpoch });
    const { warnings, executorName: executor } = this.#task;
    return { epochs: [...this.#history], executor, reason, bestEpoch, warnings };
  }
}

/** Train: run the steps of all epochs, in slices between which the event loop turns. */
export const runTraining = (task: TrainingTask): Promise<History> => new Trainer(task).run();
