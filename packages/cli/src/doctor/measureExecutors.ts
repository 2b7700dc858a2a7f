import { adam, createWasmExecutor, dense, type Executor, sequential } from 'gradus';
import { softmaxCrossEntropy } from 'gradus/losses';
import { createBlasExecutor, measureProducts } from 'gradus/node';
import type { CommandContext } from '../context.ts';
import { canUseThreads, type Machine } from './inspectMachine.ts';

/** What an executor was measured to do. */
export interface Measurement {
  readonly executor: 'wasm' | 'blas';
  /** Its whole name, such as `wasm-fast`. */
  readonly name: string;
  readonly threads: number;
  /** Billions of operations a second in products of 512 × 512 matrices. */
  readonly gflops: number;
  /** Seconds a training step of the small network. */
  readonly smallStep: number;
  /** Seconds a training step of the large network. */
  readonly largeStep: number;
}

/** The networks that are measured: units of each layer, rows a step. */
export const networks = {
  small: { layers: [30, 100, 2], batch: 32 },
  large: { layers: [784, 512, 512, 10], batch: 128 },
} as const;

/** Most threads that an executor starts by itself. */
const mostThreads = 8;

/** How often each executor has its turn. */
const turns = 3;

/**
 * Measure the executors that a machine has, on one thread and on all. They take turns, and the best of each counts: a
 * program that disturbs one turn would else decide which of them looks fast.
 *
 * @param milliseconds - How long a figure is measured, each turn taking its share.
 */
export async function measureExecutors(
  machine: Machine,
  milliseconds: number,
  context: CommandContext,
): Promise<Measurement[]> {
  if (!machine.simd) return [];
  const most = canUseThreads(machine) ? Math.min(machine.cores, mostThreads) : 1;
  const counts = most === 1 ? [1] : [1, most];
  const blas = machine.blas.libraries.at(0);
  const kinds = blas === undefined ? (['wasm'] as const) : (['wasm', 'blas'] as const);
  const contestants = kinds.flatMap((executor) =>
    counts
      .filter((threads) => executor === 'wasm' || threads === 1 || blas?.isThreadSafe === true)
      .map((threads) => ({
        executor,
        threads,
        made: executor === 'wasm' ? createWasmExecutor({ threads }) : createBlasExecutor({ threads }),
      })),
  );
  const best = new Map<Executor, Measurement>();
  for (let turn = 0; turn < turns; turn++) {
    for (const { executor, threads, made } of contestants) {
      const known = best.get(made);
      const share = milliseconds / turns;
      const gflops = await measureProducts(made, { milliseconds: share });
      const largeStep = await measureStep(made, networks.large, share, context);
      const smallStep = await measureStep(made, networks.small, share, context);
      best.set(made, {
        executor,
        name: made.name,
        threads,
        gflops: Math.max(gflops, known?.gflops ?? 0),
        smallStep: Math.min(smallStep, known?.smallStep ?? Number.POSITIVE_INFINITY),
        largeStep: Math.min(largeStep, known?.largeStep ?? Number.POSITIVE_INFINITY),
      });
    }
  }
  return [...best.values()];
}

/** Milliseconds between events of different slices: those of one slice are told at once, those of the next 10 later. */
const betweenSlices = 1;

/** Measure the seconds of a training step; its first half of the time warms up. */
async function measureStep(
  executor: Executor,
  { layers, batch }: { readonly layers: readonly number[]; readonly batch: number },
  milliseconds: number,
  { clock }: CommandContext,
): Promise<number> {
  const [width, classes] = [layers[0], layers[layers.length - 1]];
  const stepsPerEpoch = 4;
  const rows = batch * stepsPerEpoch;
  const values = Float32Array.from({ length: rows * width }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Int32Array.from({ length: rows }, (_, i) => (i * 31) % classes);
  const hidden = layers.slice(1, -1).map((units) => dense(units, { activation: 'relu' }));
  const model = sequential([...hidden, dense(classes)], { inputShape: [width] });
  const control = new AbortController();
  /** The slices that ended an epoch or more: when, and how many epochs had been done by then. */
  const marks: { epochs: number; readonly time: number }[] = [];
  let epochs = 0;
  let began = clock();
  let heard = began;
  await model
    .fit(
      { x: { values, width }, y },
      {
        loss: softmaxCrossEntropy(),
        optimizer: adam(),
        epochs: 100_000_000,
        batchSize: batch,
        executor,
        signal: control.signal,
        onEvent: ({ type }) => {
          const time = clock();
          if (type === 'start') began = time;
          if (type !== 'epoch' || control.signal.aborted) return;
          epochs++;
          const mark = marks.at(-1);
          if (mark === undefined || time - heard > betweenSlices) marks.push({ epochs, time });
          else mark.epochs = epochs;
          heard = time;
          if (time - began >= 2 * milliseconds && marks.length >= 4) control.abort();
        },
      },
    )
    .catch((reason: unknown) => {
      if (!control.signal.aborted) throw reason;
    });
  // The epochs of the last slice were not all heard.
  const to = marks.length - 2;
  const middle = marks.findIndex(({ time }) => time - began >= milliseconds);
  return secondsBetween(marks[Math.min(middle, to - 1)], marks[to]) / stepsPerEpoch;
}

/** Seconds an epoch between two moments. */
const secondsBetween = (
  from: { readonly epochs: number; readonly time: number },
  to: { readonly epochs: number; readonly time: number },
): number => (to.time - from.time) / (to.epochs - from.epochs) / 1000;
