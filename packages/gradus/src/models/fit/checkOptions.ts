import type { Callback } from '../../train/callbacks.ts';
import type { CheckpointOptions } from '../../train/task.ts';
import { ArgumentError } from '../../util/errors.ts';
import { describeValue, isRecord, requireCount, requireOptions, requireRange } from '../../util/options.ts';
import {
  type EvaluationOptions,
  evaluationOptions,
  type FitOptions,
  fitOptions,
  type WeightingOptions,
} from './options.ts';

/** Refuse what is not inputs with their targets. */
export function requireDataset(data: unknown, what = 'data'): void {
  if (isRecord(data)) return;
  throw new ArgumentError({
    received: `${what} that is ${describeValue(data)}`,
    expected: 'inputs and targets, { x, y }',
    ...(Array.isArray(data) && { remedy: 'Write fit({ x, y }, options)' }),
  });
}

/** Refuse a `meanOver` that does not exist. */
function requireWeighting({ meanOver }: WeightingOptions): void {
  if (meanOver === undefined || meanOver === 'rows' || meanOver === 'weights') return;
  throw new ArgumentError({
    received: `meanOver is ${describeValue(meanOver)}`,
    expected: "'rows' or 'weights'",
  });
}

/** Refuse options of `evaluate` that nobody reads or can follow. */
export function requireEvaluationOptions(options: EvaluationOptions): void {
  requireOptions(options, evaluationOptions, 'evaluate');
  requireWeighting(options);
}

/** Refuse options of `fit` that no training can have, before any work is done. */
export function requireFitOptions(options: FitOptions): void {
  requireOptions(options, fitOptions, 'fit');
  const { epochs = 1, batchSize = 32, seed = 0, validation, callbacks = [] } = options;
  const { signal, checkpoint, order, onEvent, resume, shuffle } = options;
  requireCount('seed', seed, Number.MIN_SAFE_INTEGER);
  requireCount('epochs', epochs, 0);
  if (batchSize !== 'full') requireCount('batchSize', batchSize, 1);
  if (validation !== undefined && typeof validation !== 'number') {
    requireDataset(validation, 'validation');
  }
  requireWeighting(options);
  if (shuffle !== undefined && typeof shuffle !== 'boolean') {
    throw new ArgumentError({ received: `shuffle is ${describeValue(shuffle)}`, expected: 'true or false' });
  }
  requireCallbacks(callbacks);
  if (signal !== undefined && typeof (signal as Partial<typeof signal> | null)?.aborted !== 'boolean') {
    throw new ArgumentError({
      received: `${describeValue(signal)} as the signal`,
      expected: 'an AbortSignal',
      remedy: 'Give controller.signal',
    });
  }
  if (checkpoint !== undefined) requireCheckpoint(checkpoint);
  if (resume !== undefined && !(isRecord(resume) && isRecord(resume.fingerprint))) {
    throw new ArgumentError({
      received: `resume is ${describeValue(resume)}`,
      expected: 'the state of an AbortedError or of a checkpoint',
    });
  }
  for (const [name, value] of Object.entries({ order, onEvent })) {
    if (value === undefined || typeof value === 'function') continue;
    throw new ArgumentError({ received: `${name} is ${describeValue(value)}`, expected: 'a function' });
  }
}

function requireCallbacks(callbacks: readonly Callback[]): void {
  if (!Array.isArray(callbacks)) {
    throw new ArgumentError({
      received: `callbacks that are ${describeValue(callbacks)}`,
      expected: 'a list, such as [earlyStopping()]',
    });
  }
  const names: unknown[] = callbacks.map((callback: unknown) => {
    if (isRecord(callback) && typeof callback['name'] === 'string') return callback['name'];
    throw new ArgumentError({
      received: `${describeValue(callback)} among the callbacks`,
      expected: 'objects with a name and what they do, such as { name, onEpoch }',
      remedy: 'A function that only watches belongs to onEvent',
    });
  });
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new ArgumentError({
    received: `two callbacks named '${String(twice)}'`,
    expected: 'different names, as their states are kept by name',
    remedy: "Rename one: { ...callback, name: 'another' }",
  });
}

function requireCheckpoint(checkpoint: CheckpointOptions): void {
  const known = { everySteps: true, everyEpochs: true, everySeconds: true, save: true } as const;
  requireOptions(checkpoint, known, 'checkpoint');
  const { everySteps, everyEpochs, everySeconds, save } = checkpoint;
  if (typeof save !== 'function') {
    throw new ArgumentError({
      received: `checkpoint.save is ${describeValue(save)}`,
      expected: 'a function that keeps the state',
    });
  }
  if (everySteps !== undefined) requireCount('everySteps', everySteps, 1);
  if (everyEpochs !== undefined) requireCount('everyEpochs', everyEpochs, 1);
  if (everySeconds !== undefined) {
    requireRange('everySeconds', everySeconds, { least: 0, below: Number.POSITIVE_INFINITY });
  }
  if (everySteps !== undefined || everyEpochs !== undefined || everySeconds !== undefined) return;
  throw new ArgumentError({
    received: 'a checkpoint that says nothing about when',
    expected: 'everySteps, everyEpochs or everySeconds',
  });
}
