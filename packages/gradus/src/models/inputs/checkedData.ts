import type { Matrix } from '../../data/matrix.ts';
import type { Loss } from '../../nn/losses/index.ts';
import type { Data, Executor, ParameterStore } from '../../runtime/executor.ts';
import { placesOf, TARGET, WEIGHT } from '../network/graphs.ts';
import type { Network } from '../network/network.ts';
import { type Dataset, type InputSize, toInputs } from './inputs.ts';
import { type Targets, toTargets } from './targets.ts';

/** A network, its weights, and what computes. */
export interface Workplace {
  readonly network: Network;
  readonly executor: Executor;
  readonly storeFor: (slots: number) => ParameterStore;
}

/** Checked data: the inputs by name, and the targets. */
export interface Checked {
  readonly matrices: ReadonlyMap<string, Matrix>;
  readonly targets: Targets;
  readonly rows: number;
  /** What each row weighs; undefined where all weigh 1. */
  readonly weights?: Float64Array | undefined;
}

/** Count the numbers of a shape. */
export const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The positions of all rows. */
export const allRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

/** How many outputs stand at a position of the model's output: all axes but the last make positions, as the loss sees it. */
export const outputsOfPosition = ({ outputShape }: Network, loss: Loss): number =>
  countOf(outputShape) / placesOf(loss, outputShape);

/** Give the class of all rows if they have one and the same, else undefined. */
export function onlyValue(values: ArrayLike<number>, rows: Int32Array): number | undefined {
  const first = values[rows[0]];
  return rows.every((row) => values[row] === first) ? first : undefined;
}

/** The inputs of a network with what it says about each. */
export const inputWidths = (network: Network): InputSize[] =>
  network.architecture.inputs.map(({ name, shape }, i) => ({
    name,
    width: countOf(shape),
    readers: network.readersOf(i),
  }));

/** Check data for a network and a loss. */
export function check(network: Network, { x, y }: Dataset, loss: Loss): Checked {
  const { matrices, rows } = toInputs(x, inputWidths(network));
  const { outputShape } = network;
  const targets = toTargets(y, loss, countOf(outputShape), rows, placesOf(loss, outputShape));
  return { matrices, rows, targets };
}

/** Move data to an executor. */
export function load(executor: Executor, { matrices, targets, weights }: Checked): Map<string, Data> {
  const loaded = new Map<string, Data>();
  for (const [name, matrix] of matrices) loaded.set(name, executor.createData(matrix));
  loaded.set(TARGET, executor.createData(targets));
  if (weights !== undefined) loaded.set(WEIGHT, executor.createData({ values: weights, width: 1 }));
  return loaded;
}

/** Let go of data that was loaded. */
export const release = (loaded: ReadonlyMap<string, Data>): void => {
  for (const data of loaded.values()) data.dispose();
};

/** The numbers of some rows, as a program gathers them. */
export function batchOf(
  { matrices, targets, weights }: Checked,
  rows: Int32Array,
): Record<string, Float64Array> {
  const pick = ({
    values,
    width,
    scale = 1,
    shift = 0,
  }: Omit<Matrix, 'rows' | 'values'> & { values: ArrayLike<number> }) => {
    const isByte = values instanceof Uint8Array;
    return Float64Array.from({ length: rows.length * width }, (_, i) => {
      const value = values[rows[Math.floor(i / width)] * width + (i % width)];
      return isByte ? scale * value + shift : value;
    });
  };
  return Object.fromEntries([
    ...[...matrices].map(([name, matrix]) => [name, pick(matrix)]),
    [TARGET, pick(targets)],
    ...(weights === undefined ? [] : [[WEIGHT, pick({ values: weights, width: 1 })]]),
  ]);
}
