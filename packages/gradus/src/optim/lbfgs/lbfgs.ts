import { LineSearch } from './lineSearch.ts';

/** The settings of L-BFGS. */
export interface LbfgsSettings {
  /** How many pairs of step and change of the gradient are kept. */
  readonly memory: number;
  /** Stop where no element of the gradient is larger. */
  readonly gradientTolerance: number;
  /** Stop when an iteration lowers the value by no more than this, times the larger of both values and 1. */
  readonly valueTolerance: number;
  /** The most evaluations in total. */
  readonly maximumEvaluations: number;
  /** Values that differ by less than this, relatively, differ by their rounding. */
  readonly resolution: number;
}

/** What L-BFGS remembers between iterations. */
export interface LbfgsState {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** The pairs, the oldest first: steps and changes in turn. */
  readonly pairs: readonly Float64Array[];
  readonly evaluations: number;
}

/** What follows an evaluation: the line search goes on, an iteration is finished, or the minimisation has ended. */
export type LbfgsStatus = 'searching' | 'iterated' | 'ended';

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/** The constants of L-BFGS-B, version 3. */
const WOLFE = { decrease: 1e-3, curvature: 0.9, width: 0.1, longest: 1e10 };
const MOST_TRIALS = 20;

/**
 * Minimise a smooth function of many variables, one evaluation at a time: evaluate it at `trial`, pass its value and
 * gradient to `tell`, and repeat until it has ended.
 *
 * A step along −Hg satisfies the strong Wolfe conditions; H is the inverse Hessian that the last pairs describe. First
 * step, tests and constants are those of L-BFGS-B without bounds: Byrd, Lu, Nocedal & Zhu 1995, as in SciPy.
 */
export class Lbfgs {
  readonly #settings: LbfgsSettings;
  readonly #round: (x: number) => number;
  readonly #pairs: Pair[] = [];
  #point: Float64Array;
  #value = Number.NaN;
  #gradient: Float64Array | undefined;
  #direction: Float64Array;
  #slope = 0;
  #search: LineSearch | undefined;
  #trials = 0;
  #step = 0;
  #evaluations = 0;
  /** The point at which the function is wanted. */
  trial: Float64Array;
  /** Why it has ended; empty before. */
  reason = '';

  /**
   * @param start - The first point, or a state to continue from.
   * @param round - Rounds a coordinate to the precision of the function. Default no rounding.
   */
  constructor(start: Float64Array | LbfgsState, settings: LbfgsSettings, round = (x: number): number => x) {
    this.#settings = settings;
    this.#round = round;
    const isFresh = start instanceof Float64Array;
    this.#point = (isFresh ? start : start.point).slice();
    this.#direction = new Float64Array(this.#point.length);
    this.trial = this.#point;
    if (isFresh) return;
    this.#value = start.value;
    this.#gradient = start.gradient.slice();
    this.#evaluations = start.evaluations;
    for (let i = 0; i < start.pairs.length; i += 2) this.#keep(start.pairs[i], start.pairs[i + 1]);
    this.#begin();
  }

  /** The point of the last finished iteration. */
  get point(): Float64Array {
    return this.#point;
  }

  /** The value there. */
  get value(): number {
    return this.#value;
  }

  /** The state from which the minimisation continues with the same bits. */
  state(): LbfgsState {
    return {
      point: this.#point,
      value: this.#value,
      gradient: this.#gradient ?? new Float64Array(this.#point.length),
      pairs: this.#pairs.flatMap(({ step, change }) => [step, change]),
      evaluations: this.#evaluations,
    };
  }

  /** Receive the value and the gradient at `trial`. */
  tell(value: number, gradient: Float64Array): LbfgsStatus {
    this.#evaluations++;
    if (this.#gradient === undefined) {
      this.refresh(value, gradient);
      return this.#isFlat(gradient) ? this.#end('the gradient is within the tolerance') : 'searching';
    }
    const isNumber = Number.isFinite(value) && gradient.every(Number.isFinite);
    if (!isNumber) {
      // The line search needs finite values: go back towards the last point that had them.
      this.#trials++;
      this.#step /= 2;
      if (this.#search !== undefined) this.#search.step = this.#step;
      return this.#trials < MOST_TRIALS ? this.#try() : this.#restart();
    }
    const slope = dot(gradient, this.#direction);
    this.#search ??= new LineSearch(this.#value, this.#slope, this.#step, WOLFE);
    const exact = this.#exact(value, slope);
    if (this.#search.tell(exact, slope) === 'done') {
      const fall = this.#value - exact;
      return this.#accept(value, gradient, fall);
    }
    this.#trials++;
    this.#step = this.#search.step;
    return this.#trials < MOST_TRIALS ? this.#try() : this.#restart();
  }

  /** Replace value and gradient at `point`, where the function itself has changed, and begin the next iteration. */
  refresh(value: number, gradient: Float64Array): void {
    this.#value = value;
    this.#gradient = gradient.slice();
    this.#begin();
  }

  /**
   * Say what the value is where its rounding hides the difference: by the slopes at both ends, whose mean is right to
   * third order and which keep their digits.
   */
  #exact(value: number, slope: number): number {
    if (Math.abs(value - this.#value) > this.#settings.resolution * Math.abs(this.#value)) return value;
    return this.#value + (this.#step * (this.#slope + slope)) / 2;
  }

  #end(reason: string): LbfgsStatus {
    this.reason = reason;
    this.trial = this.#point;
    return 'ended';
  }

  #isFlat(gradient: Float64Array): boolean {
    return gradient.every((part) => Math.abs(part) <= this.#settings.gradientTolerance);
  }

  /** Choose a direction and its first step. */
  #begin(): void {
    const gradient = this.#gradient!;
    this.#direction = descent(gradient, this.#pairs);
    this.#slope = dot(gradient, this.#direction);
    if (!(this.#slope < 0) && this.#pairs.length > 0) {
      this.#pairs.length = 0;
      this.#direction = descent(gradient, this.#pairs);
      this.#slope = dot(gradient, this.#direction);
    }
    this.#trials = 0;
    this.#search = undefined;
    this.#step = this.#pairs.length > 0 ? 1 : Math.min(1 / Math.sqrt(-this.#slope), WOLFE.longest);
    this.#try();
  }

  #try(): LbfgsStatus {
    const trial = new Float64Array(this.#point.length);
    for (let i = 0; i < trial.length; i++)
      trial[i] = this.#round(this.#point[i] + this.#step * this.#direction[i]);
    this.trial = trial;
    return 'searching';
  }

  /** No step was good enough: forget the pairs and follow the gradient, or end if that was tried. */
  #restart(): LbfgsStatus {
    if (this.#pairs.length === 0) return this.#end('no step along the gradient lowers the loss');
    this.#pairs.length = 0;
    this.#begin();
    return 'searching';
  }

  #accept(value: number, gradient: Float64Array, fall: number): LbfgsStatus {
    const step = this.trial.map((part, i) => part - this.#point[i]);
    const change = gradient.map((part, i) => part - this.#gradient![i]);
    const before = this.#value;
    // A pair along which the function does not curve upwards would spoil the Hessian.
    if (dot(step, change) > Number.EPSILON * -dot(this.#gradient!, step)) this.#keep(step, change);
    this.#point = this.trial;
    this.#value = value;
    this.#gradient = gradient.slice();
    const { valueTolerance, maximumEvaluations } = this.#settings;
    if (this.#evaluations > maximumEvaluations) return this.#end('the evaluations are used up');
    if (this.#isFlat(gradient)) return this.#end('the gradient is within the tolerance');
    if (fall <= valueTolerance * Math.max(Math.abs(before), Math.abs(value), 1))
      return this.#end('the loss falls by no more than the tolerance');
    this.#begin();
    return 'iterated';
  }

  #keep(step: Float64Array, change: Float64Array): void {
    this.#pairs.push({ step, change, curvature: dot(step, change) });
    if (this.#pairs.length > this.#settings.memory) this.#pairs.shift();
  }
}

/** −Hg by the two-loop recursion: Nocedal & Wright 2006, algorithm 7.4. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((part) => -part);
  const weights = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change, curvature } = pairs[i];
    weights[i] = dot(step, direction) / curvature;
    addScaled(direction, -weights[i], change);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  pairs.forEach(({ step, change, curvature }, i) => {
    addScaled(direction, weights[i] - dot(change, direction) / curvature, step);
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
