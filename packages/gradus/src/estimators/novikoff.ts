import type { Label } from '../metrics/labels.ts';
import type { MatrixLike } from '../models/inputs/inputs.ts';
import { ArgumentError, DataError } from '../util/errors.ts';
import { requireOptions } from '../util/options.ts';
import { type LabelledRows, readLabelled } from './labelledRows.ts';

/** Options of Novikoff's bound. */
export interface NovikoffOptions {
  /** Weights of a separating plane with its bias last. Default: the plane of the widest margin. */
  readonly separator?: ArrayLike<number> | undefined;
}

/** How many mistakes a perceptron can make, and why. */
export interface NovikoffBound {
  /** R: the length of the longest row with 1 appended for the bias. */
  readonly radius: number;
  /** γ: the least distance of such a row from the plane, in the direction of its class. */
  readonly margin: number;
  /** (R/γ)²: no order of the rows leads to more mistakes. */
  readonly bound: number;
  /** The plane that the margin is measured from: its weights, and the bias last; of length 1. */
  readonly separator: Float64Array;
}

/** The margin is found to this share of itself. */
const PRECISION = 1e-6;
const MOST_STEPS = 100_000;

/**
 * Compute Novikoff's bound on the mistakes of a perceptron, over all epochs: (R/γ)² with R = max ‖(x, 1)‖ and
 * γ = min ±u·(x, 1) for a unit vector u that separates two classes; + for the second class, − for the first.
 *
 * Every separating u gives a bound, the widest margin the least one. Without a `separator` that one is computed: its
 * normal is the point of the convex hull of ±(x, 1) that is nearest to the origin.
 *
 * @param x - Features, one row a sample.
 * @param y - The label of each row, of two classes.
 * @param options - `separator`: a plane of your own.
 * @returns Radius, margin, bound, and the plane.
 * @throws DataError for more classes than two; ArgumentError where the plane does not separate them, or none does.
 * @see A. Novikoff, On Convergence Proofs on Perceptrons, 1962; B. Mitchell, V. Dem’yanov & V. Malozemov, Finding the
 *   Point of a Polyhedron Closest to the Origin, 1974
 * @example
 * import { novikoffBound } from 'gradus/estimators';
 * const { radius, margin, bound } = novikoffBound([[-1], [1]], [0, 1]);
 * [radius ** 2, margin, bound].map((value) => value.toFixed(3)); // ['2.000', '1.000', '2.000']
 */
export function novikoffBound(
  x: MatrixLike,
  y: ArrayLike<Label>,
  options: NovikoffOptions = {},
): NovikoffBound {
  requireOptions(options, { separator: true }, 'novikoffBound');
  const data = readLabelled(x, y);
  if (data.classes.length > 2) {
    throw new DataError({ received: `${data.classes.length} classes`, expected: 'two' });
  }
  const points = signedRows(data);
  const given = options.separator === undefined ? undefined : Float64Array.from(options.separator);
  if (given !== undefined && given.length !== data.width + 1) {
    throw new ArgumentError({
      received: `a separator of ${given.length} values`,
      expected: `${data.width + 1}: a weight for each feature, and the bias last`,
    });
  }
  const longest = points.reduce((most, point) => Math.max(most, dot(point, point)), 0);
  const negligible = PRECISION * PRECISION * longest;
  const normal = given ?? nearestPoint(points, negligible);
  const length = Math.sqrt(dot(normal, normal));
  const separator = normal.map((part) => part / length);
  const margin = points.reduce(
    (least, point) => Math.min(least, dot(separator, point)),
    Number.POSITIVE_INFINITY,
  );
  if (!(margin > 0)) throw inseparable(given !== undefined, length * length <= negligible);
  return { radius: Math.sqrt(longest), margin, bound: longest / (margin * margin), separator };
}

/** Say why there is no margin; a hull that reaches the origin is a proof, one that has not yet reached it is not. */
function inseparable(isGiven: boolean, isCertain: boolean): ArgumentError {
  if (isGiven) {
    return new ArgumentError({
      received: 'a plane that does not separate the classes',
      expected: 'all rows of a class on one side',
      remedy: 'Leave it out, and the best one is found',
    });
  }
  return new ArgumentError({
    received: `classes ${isCertain ? 'that no plane separates' : `between which no plane was found in ${MOST_STEPS} steps`}`,
    expected: 'all rows of a class on one side of a plane',
    remedy: isCertain
      ? 'There is no bound: the perceptron never stops making mistakes'
      : 'Give the weights of a perceptron that has come to rest as the separator',
  });
}

/** The rows with 1 appended, those of the first class negated: w separates where it has a positive product with all. */
function signedRows({ values, rows, width, positions }: LabelledRows): Float64Array[] {
  return Array.from({ length: rows }, (_, row) => {
    const sign = positions[row] === 1 ? 1 : -1;
    const point = new Float64Array(width + 1).fill(sign);
    for (let i = 0; i < width; i++) point[i] = sign * values[row * width + i];
    return point;
  });
}

/**
 * The point of the convex hull nearest to the origin. Of z = Σ αᵢpᵢ, weight goes from the point that lies farthest along
 * z to the one that lies least far, as much of it as brings z nearest to the origin. ‖z‖ is never below the widest
 * margin, and min z·pᵢ/‖z‖ never above it; where ‖z‖² is negligible, no plane separates.
 */
function nearestPoint(points: readonly Float64Array[], negligible: number): Float64Array {
  const shares = new Float64Array(points.length);
  const products = new Float64Array(points.length);
  shares[0] = 1;
  const nearest = points[0].slice();
  for (let step = 0; step < MOST_STEPS; step++) {
    let least = 0;
    let most = -1;
    for (let i = 0; i < points.length; i++) {
      products[i] = dot(nearest, points[i]);
      if (products[i] < products[least]) least = i;
      if (shares[i] > 0 && (most === -1 || products[i] > products[most])) most = i;
    }
    const square = dot(nearest, nearest);
    if (square - products[least] <= PRECISION * square || square <= negligible) break;
    let distance = 0;
    for (let i = 0; i < nearest.length; i++) {
      const difference = points[most][i] - points[least][i];
      distance += difference * difference;
    }
    const moved = Math.min(shares[most], (products[most] - products[least]) / distance);
    for (let i = 0; i < nearest.length; i++) nearest[i] += moved * (points[least][i] - points[most][i]);
    shares[most] = moved === shares[most] ? 0 : shares[most] - moved;
    shares[least] += moved;
  }
  return nearest;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
