import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Lbfgs, type LbfgsSettings, type LbfgsState } from './lbfgs.ts';
import { LineSearch } from './lineSearch.ts';

interface Search {
  readonly function: number;
  readonly decrease: number;
  readonly curvature: number;
  readonly first: number;
  readonly trials: readonly number[];
}

interface Minimization {
  readonly function: string;
  readonly start: readonly number[] | null;
  readonly values: readonly number[];
  readonly points: Readonly<Record<string, readonly number[]>>;
  readonly iterations: number;
  readonly evaluations: number;
}

const truth = JSON.parse(
  readFileSync(new URL('../../../../../fixtures/lbfgs.json', import.meta.url), 'utf8'),
) as { readonly lineSearches: readonly Search[]; readonly minimizations: readonly Minimization[] };

type Line = (a: number) => readonly [value: number, slope: number];

/** Functions 4 to 6: Yanai, Ozawa & Kaneko 1981. */
const yanai = (b1: number, b2: number): Line => {
  const gamma = (b: number): number => Math.sqrt(1 + b * b) - b;
  return (a) => {
    const [left, right] = [Math.sqrt((1 - a) ** 2 + b2 * b2), Math.sqrt(a * a + b1 * b1)];
    return [gamma(b1) * left + gamma(b2) * right, (gamma(b1) * (a - 1)) / left + (gamma(b2) * a) / right];
  };
};

const lines: readonly Line[] = [
  (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2],
  (a) => [(a + 0.004) ** 5 - 2 * (a + 0.004) ** 4, 5 * (a + 0.004) ** 4 - 8 * (a + 0.004) ** 3],
  (a) => {
    const [value, slope] =
      a <= 0.99 ? [1 - a, -1] : a >= 1.01 ? [a - 1, 1] : [(a - 1) ** 2 / 0.02 + 0.005, (a - 1) / 0.01];
    const wave = (39 * Math.PI) / 2;
    return [value + ((2 * 0.99) / (39 * Math.PI)) * Math.sin(wave * a), slope + 0.99 * Math.cos(wave * a)];
  },
  yanai(0.001, 0.001),
  yanai(0.01, 0.001),
  yanai(0.001, 0.01),
];

describe("line search: the trials of SciPy's dcsrch on the functions of Moré & Thuente, within 1e-10", () => {
  for (const { function: number, decrease, curvature, first, trials } of truth.lineSearches) {
    test(`function ${number} from ${first}: ${trials.length} evaluations`, () => {
      const line = lines[number - 1];
      const [value, slope] = line(0);
      const search = new LineSearch(value, slope, first, {
        decrease,
        curvature,
        width: 1e-10,
        longest: 1e10,
      });
      const tried: number[] = [];
      do {
        tried.push(search.step);
      } while (search.tell(...line(search.step)) === 'again');
      expect(tried).toHaveLength(trials.length);
      tried.forEach((step, i) => {
        expect(Math.abs(step - trials[i])).toBeLessThanOrEqual(1e-10 * trials[i]);
      });
    });
  }

  test("takes as many evaluations as the paper's tables say", () => {
    const counts = [1, 2, 3, 4, 5, 6].map((number) =>
      truth.lineSearches.filter((search) => search.function === number).map(({ trials }) => trials.length),
    );
    expect(counts).toEqual([
      [6, 3, 1, 4],
      [12, 8, 8, 11],
      [12, 12, 10, 13],
      [4, 1, 3, 4],
      [6, 3, 7, 8],
      [13, 11, 8, 11],
    ]);
  });
});

type Evaluate = (x: Float64Array) => readonly [value: number, gradient: Float64Array];

const surfaces: Readonly<Record<string, Evaluate>> = {
  rosenbrock(x) {
    const gradient = new Float64Array(x.length);
    let value = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const [a, b] = [x[i + 1] - x[i] ** 2, 1 - x[i]];
      value += 100 * a * a + b * b;
      gradient[i] += -400 * x[i] * a - 2 * b;
      gradient[i + 1] += 200 * a;
    }
    return [value, gradient];
  },
  quadratic(x) {
    const value = x.reduce((sum, part, i) => sum + (i + 1) ** 2 * (part - 1) ** 2, 0) / 2;
    return [value, x.map((part, i) => (i + 1) ** 2 * (part - 1))];
  },
  beale([a, b]) {
    const [u, v, w] = [1.5 - a + a * b, 2.25 - a + a * b ** 2, 2.625 - a + a * b ** 3];
    const gradient = Float64Array.of(
      2 * u * (b - 1) + 2 * v * (b ** 2 - 1) + 2 * w * (b ** 3 - 1),
      2 * u * a + 4 * v * a * b + 6 * w * a * b ** 2,
    );
    return [u * u + v * v + w * w, gradient];
  },
};

const settings: LbfgsSettings = {
  memory: 10,
  gradientTolerance: 1e-8,
  valueTolerance: 2.220446049250313e-9,
  maximumEvaluations: 15000,
  resolution: 1e-15,
};

interface Way {
  readonly values: number[];
  readonly points: Float64Array[];
  readonly states: LbfgsState[];
  readonly evaluations: number;
  readonly reason: string;
}

function run(evaluate: Evaluate, start: Float64Array | LbfgsState, more: Partial<LbfgsSettings> = {}): Way {
  const lbfgs = new Lbfgs(start, { ...settings, ...more });
  const [values, points, states]: [number[], Float64Array[], LbfgsState[]] = [[], [], []];
  let last = lbfgs.point;
  for (let status = 'searching'; status !== 'ended'; ) {
    status = lbfgs.tell(...evaluate(lbfgs.trial));
    if (lbfgs.point === last) continue;
    last = lbfgs.point;
    values.push(lbfgs.value);
    points.push(last);
    states.push(structuredClone(lbfgs.state()));
  }
  return { values, points, states, evaluations: lbfgs.state().evaluations, reason: lbfgs.reason };
}

describe("the iterates of SciPy's L-BFGS-B", () => {
  for (const { function: name, start, values, points, iterations, evaluations } of truth.minimizations) {
    if (start === null) continue;
    test(`${name} of ${start.length} variables: ${iterations} iterations, ${evaluations} evaluations`, () => {
      const way = run(surfaces[name], Float64Array.from(start));
      expect(way.values).toHaveLength(iterations);
      expect(way.evaluations).toBe(evaluations);
      // The same steps in another order of sums: their roundings grow along the valley.
      for (const [iteration, point] of Object.entries(points)) {
        const ours = way.points[Number(iteration) - 1];
        const distance = Math.sqrt(point.reduce((sum, part, i) => sum + (part - ours[i]) ** 2, 0));
        const length = Math.sqrt(point.reduce((sum, part) => sum + part ** 2, 0));
        expect(distance, `iteration ${iteration}`).toBeLessThanOrEqual(1e-10 * length);
      }
      expect(way.values.at(-1)).toBeLessThan(1e-8);
      expect(values.at(-1)).toBeLessThan(1e-8);
      expect(way.reason).toBe('the loss falls by no more than the tolerance');
    });
  }
});

test('goes on from any state with the same bits, also through a copy', () => {
  const whole = run(surfaces['rosenbrock'], Float64Array.of(-1.2, 1, -1.2, 1));
  for (const i of [0, 1, 5, 15]) {
    const rest = run(surfaces['rosenbrock'], whole.states[i]);
    expect(rest.points).toEqual(whole.points.slice(i + 1));
  }
});

test('ends at once where the slope is 0, and when evaluations are used up', () => {
  const flat = run(surfaces['quadratic'], Float64Array.of(1, 1));
  expect(flat).toMatchObject({ values: [], evaluations: 1, reason: 'the gradient is within the tolerance' });
  const short = run(surfaces['rosenbrock'], Float64Array.of(-1.2, 1), { maximumEvaluations: 5 });
  expect(short.reason).toBe('the evaluations are used up');
  expect(short.values.length).toBeLessThan(6);
});

test('comes back from where the function is no number', () => {
  // log x grows without bound to the left of 0, where it is NaN: the minimum of x − log x is at 1.
  const way = run((x) => [x[0] - Math.log(x[0]), x.map((part) => 1 - 1 / part)], Float64Array.of(0.001));
  expect(way.points.at(-1)![0]).toBeCloseTo(1, 4);
});

test('gives up on a gradient that belongs to another function', () => {
  const way = run((x) => [x[0] ** 2, x.map((part) => -2 * part)], Float64Array.of(3));
  expect(way.reason).toBe('no step along the gradient lowers the loss');
  expect(way.points).toEqual([]);
});
