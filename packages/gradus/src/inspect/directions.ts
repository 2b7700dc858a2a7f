import type { NamedTensor } from '../train/state.ts';
import { IncompatibleError } from '../util/errors.ts';
import type { RandomStream } from '../util/random.ts';
import { symmetricEigen } from '../util/symmetricEigen.ts';

/** A direction in the space of a model's weights: the change of each parameter, by name. */
export type Direction = ReadonlyMap<string, Float64Array>;

/**
 * Draw a direction and scale each filter of it to the size of the model's: d ← d/‖d‖·‖θ‖ (Li et al. 2018, section 4).
 *
 * A filter makes one output: the elements of a parameter with the same last index. Vectors, which are biases and
 * parameters of normalisation, are not changed, nor is any parameter that `changes` does not name.
 */
export function filterNormalized(
  weights: readonly NamedTensor[],
  changes: ReadonlySet<string>,
  stream: RandomStream,
): Direction {
  return new Map(
    weights.flatMap(({ name, shape, values }): [string, Float64Array][] => {
      if (!changes.has(name) || shape.length < 2) return [];
      const filters = shape[shape.length - 1];
      const own = stream.split(name);
      const direction = Float64Array.from(values, () => own.normal());
      for (let filter = 0; filter < filters; filter++) {
        let [drawn, held] = [0, 0];
        for (let i = filter; i < values.length; i += filters) {
          drawn += direction[i] * direction[i];
          held += values[i] * values[i];
        }
        const scale = drawn > 0 ? Math.sqrt(held / drawn) : 0;
        for (let i = filter; i < values.length; i += filters) direction[i] *= scale;
      }
      return [[name, direction]];
    }),
  );
}

/** The difference of two states of the weights, in the parameters named by `changes`; both states have all of them. */
export function difference(
  from: readonly NamedTensor[],
  to: readonly NamedTensor[],
  changes: ReadonlySet<string>,
): Direction {
  const ends = new Map(to.map(({ name, values }) => [name, values]));
  return new Map(
    from.flatMap(({ name, values }): [string, Float64Array][] => {
      if (!changes.has(name)) return [];
      const end = ends.get(name);
      if (end?.length !== values.length) {
        throw new IncompatibleError({
          received: `${end === undefined ? 'no' : end.length} values for the parameter '${name}'`,
          expected: `${values.length}, as the model has`,
          remedy: 'Use weights of a model with the same architecture',
        });
      }
      return [[name, Float64Array.from(values, (value, i) => end[i] - value)]];
    }),
  );
}

/** Σ aᵢbᵢ. */
export function dot(a: Direction, b: Direction): number {
  let sum = 0;
  for (const [name, values] of a) {
    const others = b.get(name);
    if (others === undefined) continue;
    for (let i = 0; i < values.length; i++) sum += values[i] * others[i];
  }
  return sum;
}

/** The two principal directions of a path, unit vectors, with the share of the variance along each. */
export interface PrincipalDirections {
  readonly directions: readonly [Direction, Direction];
  readonly explained: readonly [number, number];
}

/**
 * Find the two orthogonal directions along which points vary most. With k centred points as the rows of C, the
 * eigenvectors u of the k×k matrix CCᵀ give them as Cᵀu/√λ.
 */
export function principalDirections(points: readonly Direction[]): PrincipalDirections {
  const count = points.length;
  const centre = combine(points, new Float64Array(count).fill(1 / count));
  const centred = points.map((point) => combine([point, centre], Float64Array.of(1, -1)));
  const gram = Float64Array.from({ length: count * count }, (_, i) =>
    dot(centred[Math.floor(i / count)], centred[i % count]),
  );
  const { values, vectors } = symmetricEigen(gram, count);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const along = (rank: number): { direction: Direction; share: number } => {
    const value = Math.max(0, values[count - 1 - rank] ?? 0);
    // An eigenvalue of 0 has no direction; rounding may leave a little of it.
    const scale = value > 1e-12 * total ? 1 / Math.sqrt(value) : 0;
    const factors = (vectors[count - 1 - rank] ?? new Float64Array(count)).map((x) => x * scale);
    return { direction: combine(centred, factors), share: total > 0 ? value / total : 0 };
  };
  const [first, second] = [along(0), along(1)];
  return { directions: [first.direction, second.direction], explained: [first.share, second.share] };
}

/** Σ fₖ·pₖ. */
function combine(points: readonly Direction[], factors: Float64Array): Direction {
  return new Map(
    [...points[0]].map(([name, { length }]) => {
      const sum = new Float64Array(length);
      points.forEach((point, k) => {
        const values = point.get(name)!;
        for (let i = 0; i < length; i++) sum[i] += factors[k] * values[i];
      });
      return [name, sum];
    }),
  );
}

/** Find the point a·d + b·e of a plane that is nearest to a point, by the 2×2 normal equations. */
export function project(point: Direction, [d, e]: readonly [Direction, Direction]): [number, number] {
  const [dd, de, ee] = [dot(d, d), dot(d, e), dot(e, e)];
  const [pd, pe] = [dot(point, d), dot(point, e)];
  const determinant = dd * ee - de * de;
  if (!(determinant > 1e-14 * dd * ee)) return [dd > 0 ? pd / dd : 0, 0];
  return [(pd * ee - pe * de) / determinant, (pe * dd - pd * de) / determinant];
}
