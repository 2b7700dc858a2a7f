import type { Loss } from '../../nn/losses/index.ts';
import type { Executor, ParameterStore } from '../../runtime/executor.ts';
import type { History, TrainingEvent } from '../../train/events.ts';
import { Pace } from '../../train/pace.ts';
import { requireSameRun, requireSound } from '../../train/resume.ts';
import type { TrainingFingerprint } from '../../train/state.ts';
import type { FailedStep } from '../../train/task.ts';
import { runTraining } from '../../train/trainer.ts';
import { batchOf } from '../inputs/checkedData.ts';
import type { Dataset } from '../inputs/inputs.ts';
import type { Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';
import { adviseOn } from './advise.ts';
import { checkFit, type FitRequest } from './check.ts';
import { type CompiledFit, compileFit } from './compile.ts';
import { chooseForTraining } from './executor.ts';
import { fingerprintOf } from './fingerprint.ts';
import { openFit } from './open.ts';
import type { FitOptions } from './options.ts';
import { planRows, type RowPlan } from './plan.ts';

/** A model that is to be trained. */
export interface Trainee {
  readonly network: Network;
  readonly weights: Pick<Weights, 'trainer' | 'numerics'>;
  /** Let the training hold the weights on an executor, with room for an optimizer's slots. */
  storeFor(executor: Executor, slots: number): ParameterStore;
}

/** Train a network on data: check → plan rows → compile → open → train. */
export async function fitNetwork(
  { network, weights, storeFor }: Trainee,
  dataset: Dataset,
  options: FitOptions & { readonly loss: Loss },
): Promise<History> {
  const start = new Pace(1);
  const request = checkFit(network, dataset, options);
  const plan = planRows(request);
  const compiled = compileFit(request, plan);
  const { executor, hint } = chooseForTraining(
    options,
    { executor: weights.trainer, numerics: weights.numerics },
    compiled.program,
    compiled.blockRows,
    options.resume?.fingerprint.executor,
  );
  const place = { network, executor, storeFor: (slots: number) => storeFor(executor, slots) };
  const fingerprint = onceOnly(() => fingerprintOf({ ...place, request, plan, compiled }));
  requireResumable(request, plan, compiled, fingerprint);
  const { optimizer, seed, shuffle } = request;
  const { warnings, onEvent } = keepWarnings(options.onEvent);
  const resources: { dispose(): void }[] = [];
  try {
    const opened = openFit(place, request, plan, compiled, resources);
    for (const message of adviseOn({ request, plan, compiled })) onEvent({ type: 'warning', message });
    if (hint !== undefined) onEvent({ type: 'hint', message: hint });
    await start.rest();
    const { store, measuring } = opened;
    return await runTraining({
      ...opened,
      executorName: place.executor.name,
      optimizer,
      epochs: options.epochs ?? 1,
      batchSize: compiled.batchSize,
      rows: plan.rows,
      validationRows: countOf(plan.validation?.rows),
      seed,
      shuffle,
      ...(options.order && { order: options.order }),
      recorded: compiled.recorded,
      measured: measuring?.names ?? [],
      measure: measuring?.measure,
      fingerprint,
      explain: async (failed: FailedStep) => {
        // Loaded when a training diverges: it brings the reference executor with all its maths.
        const { diagnose } = await import('../../train/diagnose.ts');
        const inputs = batchOf(plan.data, failed.rows);
        return diagnose({ loss: compiled.graph.loss, store, seed, failed, inputs });
      },
      callbacks: options.callbacks ?? [],
      onEvent,
      warnings,
      signal: options.signal,
      checkpoint: options.checkpoint,
      resume: options.resume,
    });
  } finally {
    for (const part of resources.reverse()) part.dispose();
  }
}

const countOf = (rows: Int32Array | number | undefined): number =>
  typeof rows === 'object' ? rows.length : (rows ?? 0);

/** Compute a value when it is first asked for. */
function onceOnly<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}

/** Refuse a state of another run, or one that does not fit together. */
function requireResumable(
  { optimizer, options: { resume } }: FitRequest,
  { rows }: RowPlan,
  { batchSize, recorded }: CompiledFit,
  fingerprint: () => TrainingFingerprint,
): void {
  if (resume === undefined) return;
  requireSameRun(resume, fingerprint());
  const stepsPerEpoch = Math.ceil(rows.length / batchSize);
  requireSound(resume, { stepsPerEpoch, columns: 1 + recorded.length, optimizer });
}

/** Keep what events warn of, and pass all events on. */
function keepWarnings(listener: FitOptions['onEvent']): {
  readonly warnings: readonly string[];
  readonly onEvent: (event: TrainingEvent) => void;
} {
  const warnings: string[] = [];
  const onEvent = (event: TrainingEvent): void => {
    if (event.type === 'warning') warnings.push(event.message);
    listener?.(event);
  };
  return { warnings, onEvent };
}
