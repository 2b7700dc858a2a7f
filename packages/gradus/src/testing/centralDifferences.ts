import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import { createStream, type RandomStream } from '../util/random.ts';

/** Where a function is derived: one array an argument. */
export interface Point {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** An array of a shape, filled number by number. */
export function point(shape: readonly number[], fill: () => number): Point {
  return { shape, values: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, fill) };
}

/** Distance of the sampled points; their error is O(STEP⁴). */
const STEP = 5e-4;

/** The largest violation of |a − n| ≤ 1e-6·max(|a|, |n|, 1e-3·‖g‖∞), as a multiple of the bound. */
export interface GradientError {
  readonly worst: number;
  readonly where: string;
}

/** Weigh the elements of tensors by fixed random numbers and add them up, so that no error can cancel another. */
function weighted(tensors: readonly Tensor[], stream: RandomStream): Tensor {
  const terms = tensors.map((tensor) => {
    const weights = point(tensor.shape, () => stream.normal());
    return $.sum($.multiply(tensor, $.constant(weights.values, weights.shape)));
  });
  return terms.reduce((a, b) => $.add(a, b), $.constant(0));
}

/**
 * Compare the derivative rules of a function with differences of its values, (8(f₊₁ − f₋₁) − f₊₂ + f₋₂)/12h.
 *
 * @param build - The function; every argument is derived.
 * @param points - Where; the arguments stay 2h away from kinks.
 * @param order - 1 for the gradient, 2 for the gradient of a weighted sum of the gradient.
 * @param labels - Whole numbers for the inputs of that name; they are not derived.
 */
export function gradientError(
  build: (...tensors: Tensor[]) => Tensor | readonly Tensor[],
  points: readonly Point[],
  order: 1 | 2,
  labels: Readonly<Record<string, Int32Array>> = {},
): GradientError {
  const stream = createStream(11, 'data');
  const tensors = points.map(({ shape }, i) => $.input(`x${i}`, shape));
  const loss = weighted([build(...tensors)].flat(), stream);
  const gradientsOf = (scalar: Tensor): Tensor[] =>
    differentiate(new Map([[scalar, $.constant(1)]]), tensors).map(
      (gradient, i) => gradient ?? $.broadcastTo($.constant(0), points[i].shape),
    );
  const target = order === 1 ? loss : weighted(gradientsOf(loss), stream);
  const inputs = Object.fromEntries(points.map(({ values }, i) => [`x${i}`, values.slice()]));
  const evaluate = (results: readonly Tensor[]) =>
    interpret(results, { inputs: { ...inputs, ...labels } }, { step: 3, seed: 5 });
  const gradients = gradientsOf(target);
  gradients.forEach((gradient, i) => {
    if (gradient.shape.join() !== points[i].shape.join())
      throw new Error(`gradient ${i} has shape [${gradient.shape}], its argument [${points[i].shape}]`);
  });
  const analytic = evaluate(gradients).map(({ values }) => values);
  const valueAt = (values: Float64Array, k: number, x: number): number => {
    const before = values[k];
    values[k] = x;
    const [{ values: result }] = evaluate([target]);
    values[k] = before;
    return result[0];
  };
  let error: GradientError = { worst: 0, where: '' };
  points.forEach((_, i) => {
    const x = inputs[`x${i}`];
    const numeric = Float64Array.from(x, (at, k) => {
      const f = (steps: number): number => valueAt(x, k, at + steps * STEP);
      return (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * STEP);
    });
    const largest = Array.from(analytic[i]).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    numeric.forEach((n, k) => {
      const a = analytic[i][k];
      const bound = 1e-6 * Math.max(Math.abs(a), Math.abs(n), 1e-3 * largest);
      const ratio = a === n ? 0 : Math.abs(a - n) / bound;
      const violation = Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio;
      if (violation > error.worst)
        error = {
          worst: violation,
          where: `argument ${i} [${points[i].shape}], element ${k}: ${a}, not ${n}`,
        };
    });
  });
  return error;
}
