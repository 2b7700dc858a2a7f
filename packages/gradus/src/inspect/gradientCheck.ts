import { compile } from '../compile/compile.ts';
import type { EvaluationOptions } from '../models/fit/options.ts';
import { checkWeighed } from '../models/fit/plan.ts';
import { load, release } from '../models/inputs/checkedData.ts';
import type { Dataset } from '../models/inputs/inputs.ts';
import { insideOf, type Model } from '../models/model.ts';
import { lossGraph } from '../models/network/graphs.ts';
import { resolveLoss } from '../nn/losses/named.ts';
import type { Reals, Session } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { writeTensors } from '../train/state.ts';
import { requireCount, requireOptions } from '../util/options.ts';
import { createStream } from '../util/random.ts';
import { GRADIENT_BOUND, judge } from './finiteDifferences.ts';
import {
  formatGradientCheck,
  type GradientCheck,
  type GradientDeviation,
  type ParameterCheck,
} from './gradientReport.ts';

/** Options of `checkGradients`. */
export interface GradientCheckOptions {
  /** The loss whose gradients are checked, as in `fit`. */
  readonly loss: EvaluationOptions['loss'];
  /** How many rows to take, spread evenly over the data. Default 16, or all if there are fewer. */
  readonly rows?: number | undefined;
  /** The maximum number of elements to check in each parameter, chosen by the seed. Default 50. */
  readonly elements?: number | undefined;
  /** The seed of the choice, and of dropout masks and noise, which are drawn once. Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Compare the gradients of a model, a, with central differences of its loss, n, element by element, in float64:
 * |a − n| ≤ 1e-6·max(|a|, |n|, 1e-3·‖g‖∞).
 *
 * The loss is that of a training step: dropout masks and noise are drawn once and stay fixed, batch normalisation uses
 * the statistics of the batch, and penalties are included. If both differ because the loss has a kink, as ReLU at 0,
 * the slopes on both sides show it, and the verdict is `kink`.
 *
 * @param model - A built model; its weights do not change.
 * @param data - Inputs and targets.
 * @param options - The loss; how many rows and elements to check.
 * @returns The result; `String(check)` is a table.
 * @throws DataError and ShapeError for data that does not fit, ArgumentError for invalid options.
 * @example
 * import { dense, sequential } from 'gradus';
 * import { checkGradients } from 'gradus/inspect';
 * const model = sequential([dense(3, { activation: 'tanh' }), dense(1)], { inputShape: [2] });
 * const check = await checkGradients(model, { x: [[1, 2], [3, 4]], y: [0, 1] }, { loss: 'meanSquaredError' });
 * check.passed; // true
 * check.parameters.length; // 4
 */
export async function checkGradients(
  model: Model,
  data: Dataset,
  options: GradientCheckOptions,
): Promise<GradientCheck> {
  requireOptions(options, { loss: true, rows: true, elements: true, seed: true }, 'checkGradients');
  const { elements = 50, seed = 0 } = options;
  requireCount('rows', options.rows ?? 1, 1);
  requireCount('elements', elements, 1);
  const loss = resolveLoss(options.loss);
  const { network, weights } = insideOf(model);
  const all = checkWeighed(network, data, loss);
  const rows = Math.min(options.rows ?? 16, all.rows);
  const order = Int32Array.from({ length: rows }, (_, i) => Math.floor((i * all.rows) / rows));

  const executor = new ReferenceExecutor('float64');
  const store = executor.createStore(new StoreLayout(network.specs), 0);
  writeTensors(store, weights.read());
  const trained = store.layout.segments.filter(({ trainable }) => trainable);
  const graph = lossGraph(network, loss, all.targets, true, all.weights && 'rows');
  const programs = {
    derived: compile({ loss: graph.loss, trainable: trained.map(({ name }) => name), gathered: true }),
    plain: compile({ records: { loss: graph.loss }, gathered: true }),
  };
  const tables = load(executor, all);
  const sessionOf = (program: Session['program']): Session => {
    const session = executor.createSession(program, { store, rowCapacity: rows, seed });
    for (const [name, table] of tables) if (program.inputs.has(name)) session.bind(name, table);
    return session;
  };
  const [derived, plain] = [sessionOf(programs.derived), sessionOf(programs.plain)];
  const lossOf = (session: Session): number => {
    session.start({ steps: 1, batchSize: rows, rowCount: rows, order });
    session.advance();
    return session.records[0];
  };

  const lossHere = lossOf(derived);
  const gradients = trained.map(({ name }) => store.read(name, 'gradient'));
  let largestGradient = 0;
  for (const gradient of gradients)
    for (const value of gradient) largestGradient = Math.max(largestGradient, Math.abs(value));
  const parameters = trained.map(({ name, shape, size }, i) =>
    checkParameter({
      name,
      shape,
      values: store.view(name),
      gradient: gradients[i],
      chosen: chooseElements(size, elements, createStream(seed, 'split').split(name)),
      largestGradient,
      loss: () => lossOf(plain),
    }),
  );
  derived.dispose();
  plain.dispose();
  release(tables);
  const found = {
    passed: parameters.every(({ verdict }) => verdict !== 'wrong'),
    bound: GRADIENT_BOUND,
    loss: lossHere,
    largestGradient,
    parameters,
  };
  return { ...found, toString: () => formatGradientCheck(model.name, found) };
}

/** Compare chosen elements of a parameter's gradient with differences of the loss. */
function checkParameter(parameter: {
  readonly name: string;
  readonly shape: readonly number[];
  /** The values that the loss is computed from; they are moved and put back. */
  readonly values: Reals;
  readonly gradient: Reals;
  readonly chosen: readonly number[];
  readonly largestGradient: number;
  readonly loss: () => number;
}): ParameterCheck {
  const { name, shape, values, gradient, chosen, largestGradient, loss } = parameter;
  let [kinks, isWrong] = [0, false];
  let worst: GradientDeviation | undefined;
  for (const at of chosen) {
    const here = values[at];
    const analytic = gradient[at];
    const { verdict, numeric } = judge({
      analytic,
      floor: 1e-3 * largestGradient,
      scale: Math.max(1, Math.abs(here)),
      lossAt(step) {
        values[at] = here + step;
        const result = loss();
        values[at] = here;
        return result;
      },
    });
    if (verdict === 'kink') {
      kinks++;
      continue;
    }
    isWrong ||= verdict === 'wrong';
    const deviation = Math.abs(analytic - numeric);
    const scale = Math.max(Math.abs(analytic), Math.abs(numeric), 1e-3 * largestGradient);
    const relativeError = deviation === 0 ? 0 : deviation / scale;
    if (worst === undefined || !(relativeError <= worst.relativeError))
      worst = { index: indexOf(at, shape), analytic, numeric, deviation, relativeError };
  }
  const verdict = isWrong ? 'wrong' : kinks > 0 ? 'kink' : 'right';
  return { name, shape, checked: chosen.length, verdict, kinks, worst };
}

/** Choose up to `most` different integers below `size`, in order, by Floyd's algorithm, which stores only the chosen. */
function chooseElements(size: number, most: number, stream: ReturnType<typeof createStream>): number[] {
  if (size <= most) return Array.from({ length: size }, (_, i) => i);
  const chosen = new Set<number>();
  for (let last = size - most; last < size; last++) {
    const drawn = stream.integer(last + 1);
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The index of an element in an array of a shape. */
function indexOf(at: number, shape: readonly number[]): number[] {
  let rest = at;
  return shape.map((_, axis) => {
    const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const index = Math.floor(rest / stride);
    rest -= index * stride;
    return index;
  });
}
