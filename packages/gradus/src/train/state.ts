import type { GradientClipping } from '../optim/clipGradients.ts';
import type { LbfgsState } from '../optim/lbfgs/lbfgs.ts';
import type { OptimizerConfig } from '../optim/optimizer.ts';
import type { ParameterStore } from '../runtime/executor.ts';
import { ArgumentError, IncompatibleError } from '../util/errors.ts';
import type { JsonObject } from '../util/json.ts';
import { describeValue, isRecord } from '../util/options.ts';
import type { EpochRecord } from './events.ts';

/** The numbers of one parameter. */
export interface NamedTensor {
  /** Layer and parameter: `dense_1/kernel`. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Its numbers, row-major; float64 on an executor that computes in it. */
  readonly values: Float32Array | Float64Array;
}

/** What must be the same for a run to go on with the same bits. */
export interface TrainingFingerprint {
  /** Rows a step. */
  readonly batchSize: number;
  /** The seed of all random streams. */
  readonly seed: number;
  /** Whether rows are shuffled every epoch. */
  readonly shuffle: boolean;
  /** Training rows. */
  readonly rows: number;
  /** A hash of all data, validation and weights included. */
  readonly data: string;
  /** A hash of the layers: their options, how they are connected, which are frozen. */
  readonly model: string;
  /** The loss. */
  readonly loss: JsonObject;
  /** The optimizer. */
  readonly optimizer: OptimizerConfig;
  /** How gradients are clipped, if they are. */
  readonly clipGradient?: GradientClipping;
  /** The executor, such as `wasm-portable`. */
  readonly executor: string;
  /** What weighted losses are averaged over; absent where rows have no weights. */
  readonly meanOver?: 'rows' | 'weights';
}

/** What a callback remembers: JSON, in which typed arrays may stand. */
export type CallbackState = {
  readonly [key: string]: null | boolean | number | string | readonly NamedTensor[];
};

/**
 * All that training needs to go on with the same bits, also from the middle of an epoch: a tree of JSON values and
 * typed arrays.
 */
export interface TrainingState {
  /** The version of this structure. */
  readonly version: 1;
  /** What must be the same. */
  readonly fingerprint: TrainingFingerprint;
  /** Finished steps in all. */
  readonly step: number;
  /** Finished epochs. */
  readonly epoch: number;
  /** Finished batches of the epoch that has begun. */
  readonly batch: number;
  /** What those batches recorded, one row a batch. */
  readonly records: Float64Array;
  /** The learning rate that a callback has set, or null. */
  readonly learningRate: number | null;
  /** Why training is to stop, or null. */
  readonly stopReason: string | null;
  /** The best epoch so far and its measure, or null. */
  readonly best: { readonly epoch: number; readonly value: number } | null;
  /** The parameters. */
  readonly parameters: readonly NamedTensor[];
  /** What the optimizer remembers: one list of tensors a slot. */
  readonly slots: readonly (readonly NamedTensor[])[];
  /** What callbacks remember, by the name of the callback. */
  readonly callbacks: Readonly<Record<string, CallbackState>>;
  /** The epochs until now. */
  readonly history: readonly EpochRecord[];
  /** What L-BFGS remembers; absent for other optimizers, and before its first epoch is over. */
  readonly minimizer?: LbfgsState;
}

/** Copy a store's parameters out, or one of its slots. */
export function readTensors(store: ParameterStore, slot?: number): NamedTensor[] {
  return store.layout.segments
    .filter(({ trainable }) => trainable || slot === undefined)
    .map(({ name, shape }) => ({ name, shape: [...shape], values: store.read(name, slot ?? 'parameter') }));
}

/** Refuse values that are no numbers, such as texts, which would be stored as NaN. */
function requireNumbers(values: unknown, name: string): void {
  const isTyped = ArrayBuffer.isView(values) && !(values instanceof DataView);
  const isNumeric = isTyped
    ? typeof (values as ArrayLike<unknown> & ArrayBufferView)[0] !== 'bigint'
    : Array.isArray(values) && values.every((value) => typeof value === 'number');
  if (isNumeric) return;
  throw new IncompatibleError({
    received: `values of the parameter '${name}' that are ${describeValue(values)}`,
    expected: 'a Float32Array or a list of numbers',
  });
}

/** Copy values into a store; every parameter must be there once, with its shape. */
export function writeTensors(store: ParameterStore, tensors: readonly NamedTensor[], slot?: number): void {
  if (!(Array.isArray(tensors) && tensors.every((tensor) => isRecord(tensor) && 'values' in tensor))) {
    throw new ArgumentError({
      received: `weights that are ${describeValue(tensors)}`,
      expected: 'a list of { name, shape, values }, as getWeights() gives',
    });
  }
  for (const { name, values } of tensors) requireNumbers(values, name);
  const wanted = store.layout.segments.filter(({ trainable }) => trainable || slot === undefined);
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape, size } of wanted) {
    const tensor = given.get(name);
    if (tensor === undefined || tensor.values.length !== size || tensor.shape.join() !== shape.join()) {
      throw new IncompatibleError({
        received:
          tensor === undefined
            ? `no values for the parameter '${name}'`
            : `${tensor.values.length} numbers of shape [${tensor.shape.join(', ')}] for the parameter '${name}'`,
        expected: `shape [${shape.join(', ')}]`,
        remedy: 'Use weights of a model with the same architecture',
      });
    }
    given.delete(name);
  }
  const [extra] = given.keys();
  if (extra !== undefined || tensors.length !== wanted.length) {
    throw new IncompatibleError({
      received: `numbers for '${extra ?? 'a parameter twice'}'`,
      expected: 'only parameters that the model has, each once',
      remedy: 'Use weights of a model with the same architecture',
    });
  }
  for (const { name, values } of tensors) store.write(name, values, slot ?? 'parameter');
}
