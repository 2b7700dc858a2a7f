import type { Loss } from '../../nn/losses/index.ts';
import { BLOCK_ROWS } from '../../train/streamRows.ts';
import { createStream } from '../../util/random.ts';
import { allRows, type Checked, check, outputsOfPosition } from '../inputs/checkedData.ts';
import { holdOut } from '../inputs/holdOut.ts';
import type { Dataset } from '../inputs/inputs.ts';
import { weighRows } from '../inputs/rowWeights.ts';
import type { Network } from '../network/network.ts';
import type { FitRequest } from './check.ts';
import type { WeightingOptions } from './options.ts';

/** Which rows are trained on, which are measured, what each weighs, and how many make a batch. */
export interface RowPlan {
  /** The data, with the weights of their rows. */
  readonly data: Checked;
  /** Positions of the training rows in the data. */
  readonly rows: Int32Array;
  /** Validation rows, apart from the data or held out of them; undefined without validation. */
  readonly validation: MeasuredRows | undefined;
  /** Rows of a step, or of a block where the optimizer sees all rows at once. */
  readonly blockRows: number;
  /** What weighted losses are averaged over; undefined where all rows weigh 1. */
  readonly meanOver: 'rows' | 'weights' | undefined;
}

/** Rows that are measured as a whole. */
export interface MeasuredRows {
  readonly data: Checked;
  /** Their positions, or how many there are from the first on. */
  readonly rows: Int32Array | number;
}

/** Data with the weights that the caller gives their rows. */
interface Weighable extends Pick<Dataset, 'sampleWeight'> {
  readonly part: Checked;
  /** The rows whose loss is measured as a whole. */
  readonly measured: Int32Array;
}

/**
 * Give rows their weights; undefined where all weigh 1.
 *
 * @param rows - The rows of the first part among which classes are counted.
 */
function weigh(
  parts: readonly Weighable[],
  rows: Int32Array,
  { loss, classWeight, meanOver }: WeightingOptions & { readonly loss: Loss },
  outputs: number,
): readonly (Float64Array | undefined)[] {
  const isWeighted =
    classWeight !== undefined || parts.some(({ sampleWeight }) => sampleWeight !== undefined);
  if (!isWeighted) return parts.map(() => undefined);
  const named = parts.map(({ part: { targets }, sampleWeight, measured }, i) => ({
    targets,
    sampleWeight,
    measured,
    name: i === 0 ? 'sampleWeight' : 'sampleWeight of the validation',
  }));
  return weighRows({ parts: named, rows, loss, outputs, classWeight, meanOver });
}

/**
 * Check data that are measured as a whole, and give their rows their weights.
 *
 * @throws DataError, ShapeError or ArgumentError for data or weights that do not fit.
 */
export function checkWeighed(
  network: Network,
  dataset: Dataset,
  loss: Loss,
  weighting: WeightingOptions = {},
): Checked {
  const part = check(network, dataset, loss);
  const measured = allRows(part.rows);
  const { sampleWeight } = dataset;
  const outputs = outputsOfPosition(network, loss);
  const [weights] = weigh([{ part, sampleWeight, measured }], measured, { ...weighting, loss }, outputs);
  return { ...part, weights };
}

/**
 * Hold validation rows out, give all rows their weights, and choose the size of a batch.
 *
 * @throws ArgumentError or DataError for a share or for weights that cannot be.
 */
export function planRows(request: FitRequest): RowPlan {
  const { data, apart, network, loss, optimizer, options, sampleWeight, seed } = request;
  const { validation, meanOver = 'rows' } = options;
  const { targets } = data;
  const labels = targets.kind === 'labels' && targets.width === 1 ? targets.values : undefined;
  const held =
    typeof validation === 'number'
      ? holdOut(data.rows, validation, labels, createStream(seed, 'split'))
      : undefined;
  const rows = held?.training ?? allRows(data.rows);
  const [weights, weightsApart] = weigh(
    [
      { part: data, sampleWeight, measured: held?.validation ?? new Int32Array(0) },
      ...(apart ? [{ part: apart, sampleWeight: apart.sampleWeight, measured: allRows(apart.rows) }] : []),
    ],
    rows,
    { ...options, loss },
    outputsOfPosition(network, loss),
  );
  const weighed = { ...data, weights };
  const wanted = options.batchSize ?? (optimizer.kind === 'steps' ? 32 : BLOCK_ROWS);
  return {
    data: weighed,
    rows,
    validation: apart
      ? { data: { ...apart, weights: weightsApart }, rows: apart.rows }
      : held && { data: weighed, rows: held.validation },
    blockRows: wanted === 'full' ? rows.length : Math.min(wanted, rows.length),
    meanOver: weights && meanOver,
  };
}
