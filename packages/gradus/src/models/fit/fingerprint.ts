import type { Executor } from '../../runtime/executor.ts';
import { hashNumbers, hashText } from '../../train/hash.ts';
import type { TrainingFingerprint } from '../../train/state.ts';
import type { Checked } from '../inputs/checkedData.ts';
import type { Network } from '../network/network.ts';
import type { FitRequest } from './check.ts';
import type { CompiledFit } from './compile.ts';
import type { RowPlan } from './plan.ts';

/** A run, as far as its bits depend on it. */
export interface Run {
  readonly network: Network;
  readonly executor: Executor;
  readonly request: FitRequest;
  readonly plan: RowPlan;
  readonly compiled: CompiledFit;
}

/** All arrays that hold the data. */
const arraysOf = ({
  matrices,
  targets,
  weights,
}: Checked): (Float32Array | Float64Array | Uint8Array | Int32Array)[] => [
  ...[...matrices.values()].map(({ values }) => values),
  targets.values,
  ...(weights === undefined ? [] : [weights]),
];

/** Say in a text all that makes a network compute or train otherwise. */
const describe = ({ architecture: { layers, calls } }: Network): string =>
  JSON.stringify([
    layers.map(({ definition, ...training }) => [training, definition.type, definition.options?.()]),
    calls,
  ]);

/** Say what must be the same for a run to go on with the same bits. */
export function fingerprintOf({ network, executor, request, plan, compiled }: Run): TrainingFingerprint {
  const { loss, optimizer, seed, shuffle, options } = request;
  const { data, validation, meanOver } = plan;
  const { clipGradient } = options;
  const apart = validation === undefined || validation.data === data ? [] : [validation.data];
  return {
    batchSize: compiled.blockRows,
    seed,
    shuffle,
    rows: plan.rows.length,
    data: hashNumbers([data, ...apart].flatMap(arraysOf)),
    model: hashText(describe(network)),
    loss: loss.config(),
    optimizer: optimizer.config(),
    ...(clipGradient && { clipGradient }),
    executor: executor.name,
    ...(meanOver && { meanOver }),
  };
}
