import type { Loss } from '../../nn/losses/index.ts';
import { resolveLoss } from '../../nn/losses/named.ts';
import { gradientClipping } from '../../optim/clipGradients.ts';
import { learningRateAt } from '../../optim/learningRate.ts';
import { resolveOptimizer } from '../../optim/named.ts';
import { requireSteps, type StepOptimizer } from '../../optim/optimizer.ts';
import type { Data, DataSource, Executor, ParameterStore, Session } from '../../runtime/executor.ts';
import { scalarTable } from '../../train/batches.ts';
import { DivergedError } from '../../train/divergedError.ts';
import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { isRecord, requireCount, requireOptions } from '../../util/options.ts';
import { inputWidths } from '../inputs/checkedData.ts';
import { type Dataset, type TargetsLike, toInputs } from '../inputs/inputs.ts';
import { type Targets, toTargets } from '../inputs/targets.ts';
import { beginTraining, insideOf, type Model } from '../model.ts';
import { compileTraining, lossGraph, placesOf, TARGET } from '../network/graphs.ts';
import { requireDataset } from './checkOptions.ts';
import { requireSlopes } from './compile.ts';
import { chooseExecutor } from './executor.ts';
import type { ComputeOptions, FitOptions } from './options.ts';

/** Options of `batchTrainer`. */
export interface BatchTrainerOptions extends ComputeOptions {
  /**
   * What is minimised: a loss, its name, or a function of prediction and target. A function of your own takes targets of
   * any width.
   */
  readonly loss: FitOptions['loss'];
  /** How parameters change: an optimizer, or the name of one with its default options. */
  readonly optimizer: FitOptions['optimizer'];
  /** Rows of a step at most. Default 32. */
  readonly batchSize?: number | undefined;
  /** How gradients are kept short, as for `fit`. Default not at all. */
  readonly clipGradient?: FitOptions['clipGradient'];
  /** The seed of first weights and dropout. Default 0. */
  readonly seed?: number | undefined;
}

/** Every option of a trainer. */
export const batchTrainerOptions: Readonly<Record<keyof BatchTrainerOptions, true>> = {
  loss: true,
  optimizer: true,
  batchSize: true,
  clipGradient: true,
  seed: true,
  numerics: true,
  threads: true,
  executor: true,
};

/** What a trainer is made of. */
export interface BatchTrainerParts {
  readonly model: Model;
  readonly loss: Loss;
  readonly optimizer: StepOptimizer;
  readonly batchSize: number;
  readonly clip: Parameters<typeof compileTraining>[1]['clip'];
  readonly seed: number;
  readonly executor: Executor;
  readonly store: ParameterStore;
}

/** A table of the kernels, filled anew at each step, and what it was made for. */
interface Slot {
  readonly data: Data;
  readonly like: DataSource;
}

/**
 * Trains a model batch by batch, when your own code decides what comes next: reinforcement learning, streams, games.
 * `batchTrainer` makes it.
 *
 * @example
 * import { batchTrainer, dense, sequential, sgd } from 'gradus';
 * const model = sequential([dense(1)], { inputShape: [1] });
 * const trainer = await batchTrainer(model, { loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }) });
 * for (let i = 0; i < 200; i++) trainer.step({ x: [[1], [2], [3]], y: [3, 5, 7] });
 * (await model.predict([[10]])).values[0].toFixed(1); // '21.0'
 */
export class BatchTrainer {
  readonly #parts: BatchTrainerParts;
  readonly #inputs: ReturnType<typeof inputWidths>;
  readonly #slots = new Map<string, Slot>();
  /** Inputs with tables that the session does not know yet. */
  readonly #unbound = new Set<string>();
  #session: Session | undefined;
  /** What the targets of the first step were. */
  #targets: Pick<Targets, 'kind' | 'width'> | undefined;
  #scalars: Float64Array = new Float64Array(0);
  #steps = 0;
  #isDisposed = false;

  /**
   * Use `batchTrainer`.
   *
   * @param parts - What it puts together.
   */
  constructor(parts: BatchTrainerParts) {
    this.#parts = parts;
    this.#inputs = inputWidths(insideOf(parts.model).network);
  }

  /** How many steps were made. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Make one step: the loss of a batch, its gradient, and the optimizer's update, at once. The weights that come out are,
   * to the last bit, those of `fit` with the same batches.
   *
   * @param batch - Inputs x and targets y of 1 to `batchSize` rows; all steps have targets of one kind.
   * @returns The loss of the batch before the update.
   * @throws DataError for NaN, labels out of range, counts that differ; ShapeError for widths that do not fit, and more
   *   rows than `batchSize`.
   * @throws DivergedError when the loss or a gradient is not finite; the update is not made then.
   * @throws ArgumentError after `dispose`, and after the model was trained by something else.
   */
  step(batch: Pick<Dataset, 'x' | 'y'>): number {
    const { optimizer, batchSize, store } = this.#parts;
    this.#requireReady(batch);
    const { targets, rows } = this.#take(batch);
    const session = this.#sessionFor(targets);
    this.#bindNew(session);
    const { runs } = store.layout;
    this.#scalars = scalarTable(optimizer, runs, optimizer.learningRate, this.#steps, 1, this.#scalars);
    session.start({
      steps: 1,
      batchSize,
      rowCount: rows,
      stepNumber: this.#steps,
      scalars: this.#scalars,
    });
    const status = session.advance();
    const [loss] = session.records;
    if (status === 'notFinite') throw this.#diverged(loss);
    this.#steps++;
    return loss;
  }

  /** Give the memory back at once; otherwise it goes with the garbage collector. The model keeps its weights. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#session?.dispose();
    for (const { data } of this.#slots.values()) data.dispose();
    this.#slots.clear();
    const { model, executor, store } = this.#parts;
    const { weights } = insideOf(model);
    if (weights.storeOn(executor) === store) weights.endTraining();
    this.#isDisposed = true;
  }

  #requireReady(batch: unknown): void {
    const { model, executor, store } = this.#parts;
    const { weights } = insideOf(model);
    if (this.#isDisposed || weights.storeOn(executor) !== store) {
      throw new ArgumentError({
        received: this.#isDisposed
          ? 'a trainer that was disposed'
          : `a trainer of '${model.name}', which something else has trained since`,
        expected: 'one training at a time',
        remedy: 'Make another with batchTrainer(model, options)',
      });
    }
    requireDataset(batch, 'a batch');
    if (!isRecord(batch) || batch['sampleWeight'] === undefined) return;
    throw new ArgumentError({
      received: 'a batch with sampleWeight',
      expected: 'x and y',
      remedy: 'Write the weights into y, and use a loss function that reads them from there',
    });
  }

  /** Check a batch and bring it into the kernels' tables. */
  #take({ x, y }: Pick<Dataset, 'x' | 'y'>): { readonly targets: Targets; readonly rows: number } {
    const { model, loss, batchSize } = this.#parts;
    const { matrices, rows } = toInputs(x, this.#inputs);
    const outputs = loss.wholeRows ? widthOf(y) : model.outputShape.reduce((a, b) => a * b, 1);
    const targets = toTargets(y, loss, outputs, rows, placesOf(loss, model.outputShape));
    if (rows > batchSize) {
      throw new ShapeError({
        received: `a batch of ${rows} rows`,
        expected: `at most ${batchSize}`,
        remedy: `Make the trainer with batchSize: ${rows}`,
      });
    }
    const first = this.#targets;
    if (first !== undefined && (first.kind !== targets.kind || first.width !== targets.width)) {
      throw new ShapeError({
        received: `y with ${describeTargets(targets)}`,
        expected: `${describeTargets(first)}, as in the first step`,
      });
    }
    for (const [name, matrix] of matrices) this.#fill(name, matrix);
    this.#fill(TARGET, targets);
    return { targets, rows };
  }

  /** Write rows into the table of an input, which has room for a whole batch. */
  #fill(name: string, source: DataSource): void {
    const { executor, batchSize } = this.#parts;
    const { values, width, scale = 1, shift = 0 } = source;
    const slot = this.#slots.get(name);
    const isAlike =
      slot !== undefined &&
      slot.like.values.constructor === values.constructor &&
      (slot.like.scale ?? 1) === scale &&
      (slot.like.shift ?? 0) === shift;
    if (isAlike) {
      slot.data.write(values);
      return;
    }
    slot?.data.dispose();
    const like = { ...source, values: padded(values, batchSize * width) };
    this.#slots.set(name, { data: executor.createData(like), like });
    this.#unbound.add(name);
  }

  /** Give the session the tables that it does not know; each costs it a new assembly. */
  #bindNew(session: Session): void {
    if (this.#unbound.size === 0) return;
    for (const name of this.#unbound) {
      const slot = this.#slots.get(name);
      if (slot !== undefined && session.program.inputs.has(name)) session.bind(name, slot.data);
    }
    this.#unbound.clear();
  }

  /** The session, compiled when the first step shows what the targets are. */
  #sessionFor(targets: Targets): Session {
    if (this.#session !== undefined) return this.#session;
    const { model, loss, optimizer, executor, store, batchSize, clip, seed } = this.#parts;
    const graph = lossGraph(insideOf(model).network, loss, targets, true);
    const { layout } = store;
    const program = compileTraining(graph, { optimizer, layout, clip });
    requireSlopes(graph.loss, program.unreached);
    this.#targets = { kind: targets.kind, width: targets.width };
    this.#session = executor.createSession(program, { store, rowCapacity: batchSize, seed });
    return this.#session;
  }

  #diverged(loss: number): DivergedError {
    const rate = learningRateAt(this.#parts.optimizer.learningRate, this.#steps);
    const place = { epoch: 1, step: this.#steps + 1, layer: undefined };
    return new DivergedError(
      {
        received: `The ${Number.isFinite(loss) ? 'gradient is not finite' : `loss is ${loss}`} in step ${place.step}`,
        expected: 'finite numbers',
        remedy: `Lower the learning rate (it is ${rate}), and look for extreme values in the batch`,
      },
      place,
    );
  }
}

/** The same numbers at the beginning of a longer array. */
function padded(values: DataSource['values'], length: number): DataSource['values'] {
  const longer =
    values instanceof Uint8Array
      ? new Uint8Array(length)
      : values instanceof Int32Array
        ? new Int32Array(length)
        : values instanceof Float32Array
          ? new Float32Array(length)
          : new Float64Array(length);
  longer.set(values);
  return longer;
}

const describeTargets = ({ kind, width }: Pick<Targets, 'kind' | 'width'>): string =>
  kind === 'labels' ? 'class numbers' : `${width} ${width === 1 ? 'number' : 'numbers'} a row`;

/** Numbers a row of targets, as far as they can be told before the check. */
function widthOf(y: TargetsLike): number {
  if (isRecord(y) && 'width' in y) return Number(y.width);
  const first: unknown = (y as ArrayLike<unknown> | undefined)?.[0];
  return Array.isArray(first) || ArrayBuffer.isView(first)
    ? (first as unknown as ArrayLike<number>).length
    : 1;
}

/**
 * Prepare to train a model batch by batch, at the pace of your own code. A step costs microseconds besides its
 * arithmetic, and nothing is waited for. Predictions between steps see the weights of the last one. Layers are frozen
 * before: a trainer does not see later changes of that kind.
 *
 * @param model - A model that knows the shape of its input.
 * @param options - Loss, optimizer, rows of a step, seed, and what computes (default: what trained last).
 * @returns The trainer; the optimizer begins anew.
 * @throws ArgumentError for options that cannot be, a model that is not built, or one that is being fitted.
 * @example
 * import { adam, batchTrainer, dense, sequential } from 'gradus';
 * import { logSoftmax, mean, multiply, negate, sum } from 'gradus/tensor';
 * // A policy gradient: y is the action, one-hot, times what it was worth.
 * const policy = sequential([dense(16, { activation: 'tanh' }), dense(2)], { inputShape: [4] });
 * const trainer = await batchTrainer(policy, {
 *   loss: (logits, worth) => negate(mean(sum(multiply(worth, logSoftmax(logits)), { axes: 1 }))),
 *   optimizer: adam({ learningRate: 0.01 }),
 * });
 * trainer.step({ x: [[0, 0, 1, 0]], y: [[0, 2.5]] }) > 0; // true
 * trainer.steps; // 1
 */
export async function batchTrainer(model: Model, options: BatchTrainerOptions): Promise<BatchTrainer> {
  requireOptions(options, batchTrainerOptions, 'batchTrainer');
  const { batchSize = 32, seed = 0, clipGradient } = options;
  requireCount('batchSize', batchSize, 1);
  requireCount('seed', seed, Number.MIN_SAFE_INTEGER);
  const loss = resolveLoss(options.loss);
  const optimizer = requireSteps(resolveOptimizer(options.optimizer));
  const clip = clipGradient === undefined ? undefined : gradientClipping(clipGradient);
  const { weights } = insideOf(model);
  const executor = chooseExecutor(options, { executor: weights.trainer, numerics: weights.numerics });
  const store = beginTraining(model, { executor, slots: optimizer.slots, seed, loss });
  return new BatchTrainer({ model, loss, optimizer, batchSize, clip, seed, executor, store });
}
