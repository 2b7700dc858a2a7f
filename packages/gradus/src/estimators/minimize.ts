/** A function of many variables: write the gradient, return the value. */
export type ValueAndGradient = (point: Float64Array, gradient: Float64Array) => number;

/** When to stop. */
export interface MinimizeOptions {
  /** Stop where no part of the gradient is larger. */
  readonly tolerance: number;
  readonly maximumIterations: number;
}

/** Correction pairs kept. */
const memory = 10;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/**
 * Minimise a smooth convex function in float64 by L-BFGS with a backtracking line search.
 *
 * @param evaluate - the function
 * @param start - where to start; is not changed
 * @param options - tolerance and iterations
 * @returns the best point found
 * @see J. Nocedal & S. Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 3.1
 */
export function minimize(
  evaluate: ValueAndGradient,
  start: Float64Array,
  options: MinimizeOptions,
): Float64Array {
  let point = start.slice();
  let gradient = new Float64Array(point.length);
  let value = evaluate(point, gradient);
  const pairs: Pair[] = [];
  for (let iteration = 0; iteration < options.maximumIterations; iteration++) {
    if (largest(gradient) <= options.tolerance) break;
    let direction = descentDirection(gradient, pairs);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      pairs.length = 0;
      direction = gradient.map((part) => -part);
      slope = -dot(gradient, gradient);
    }
    let length = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    const next = new Float64Array(point.length);
    const nextGradient = new Float64Array(point.length);
    let nextValue = Number.POSITIVE_INFINITY;
    let isLower = false;
    for (let attempt = 0; attempt < 40 && !isLower; attempt++, length /= 2) {
      for (let i = 0; i < next.length; i++) next[i] = point[i] + length * direction[i];
      nextValue = evaluate(next, nextGradient);
      // Armijo's rule: the value falls by at least a ten-thousandth of what the slope promises. Where values differ by
      // their last bits only, the slopes tell (Hager & Zhang 2005).
      isLower =
        nextValue <= value + 1e-4 * length * slope ||
        (nextValue <= value + 1e-14 * Math.abs(value) && dot(direction, nextGradient) <= -0.9998 * slope);
    }
    if (!isLower) break;
    const step = next.map((part, i) => part - point[i]);
    const change = nextGradient.map((part, i) => part - gradient[i]);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) {
      pairs.push({ step, change, curvature });
      if (pairs.length > memory) pairs.shift();
    }
    [point, gradient, value] = [next, nextGradient, nextValue];
  }
  return point;
}

/** The two-loop recursion: −H g, with H the inverse Hessian that the pairs describe. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((part) => -part);
  const weights = new Float64Array(pairs.length);
  for (let index = pairs.length - 1; index >= 0; index--) {
    const { step, change, curvature } = pairs[index];
    weights[index] = dot(step, direction) / curvature;
    addScaled(direction, -weights[index], change);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  pairs.forEach(({ step, change, curvature }, index) => {
    addScaled(direction, weights[index] - dot(change, direction) / curvature, step);
  });
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(target: Float64Array, scale: number, added: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += scale * added[i];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
