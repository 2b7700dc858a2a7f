import type { Loss } from '../nn/losses/index.ts';
import type { GradientClipping } from '../optim/clipGradients.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { Executor } from '../runtime/executor.ts';
import { hashNumbers, hashText } from '../train/hash.ts';
import type { TrainingFingerprint } from '../train/state.ts';
import type { Checked } from './checkedData.ts';
import type { Network } from './network.ts';

/** A run, as far as its bits hang on it. */
export interface Run extends Pick<TrainingFingerprint, 'batchSize' | 'seed' | 'shuffle' | 'rows'> {
  /** The training rows with their weights, and the validation rows. */
  readonly data: Checked;
  readonly apart: Checked | undefined;
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly executor: Executor;
  readonly clipGradient: GradientClipping | undefined;
  readonly meanOver: TrainingFingerprint['meanOver'] | undefined;
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
export function fingerprintOf(run: Run): TrainingFingerprint {
  const { data, apart, network, loss, optimizer, executor, clipGradient, meanOver } = run;
  const { batchSize, seed, shuffle, rows } = run;
  return {
    batchSize,
    seed,
    shuffle,
    rows,
    data: hashNumbers([data, ...(apart ? [apart] : [])].flatMap(arraysOf)),
    model: hashText(describe(network)),
    loss: loss.config(),
    optimizer: optimizer.config(),
    ...(clipGradient && { clipGradient }),
    executor: executor.name,
    ...(meanOver && { meanOver }),
  };
}
