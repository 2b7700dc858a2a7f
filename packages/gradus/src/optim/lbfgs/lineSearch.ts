/** The precision of a line search. */
export interface LineSearchOptions {
  /** μ of the sufficient decrease: φ(α) ≤ φ(0) + μαφ′(0). */
  readonly decrease: number;
  /** η of the curvature: |φ′(α)| ≤ η|φ′(0)|. */
  readonly curvature: number;
  /** The relative width at which an interval is not cut further. */
  readonly width: number;
  /** The longest step. */
  readonly longest: number;
}

/** A step with the value and the slope that a function has there. */
interface Trial {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/** θ and γ of the cubic through two trials, of which its minimiser is made. */
function cubic(from: Trial, to: Trial, sign: number, floor: boolean): { theta: number; gamma: number } {
  const theta = (3 * (from.value - to.value)) / (to.step - from.step) + from.slope + to.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(from.slope), Math.abs(to.slope));
  const square = (theta / scale) * (theta / scale) - (from.slope / scale) * (to.slope / scale);
  const gamma = sign * scale * Math.sqrt(floor ? Math.max(0, square) : square);
  return { theta, gamma };
}

/**
 * Search along a line for a step that satisfies the strong Wolfe conditions, one trial at a time: evaluate the function
 * at `step`, pass its value and slope to `tell`, and repeat while `tell` says so.
 *
 * Source: Moré & Thuente 1994, section 4, with the constants of MINPACK-2's dcsrch and dcstep, which SciPy's L-BFGS-B
 * uses.
 */
export class LineSearch {
  readonly #options: LineSearchOptions;
  readonly #start: Trial;
  /** The best trial so far, and the other end of the interval. */
  #best: Trial;
  #other: Trial;
  #isBracketed = false;
  /** Whether a trial has had both a sufficient decrease and a slope of at least 0. */
  #isLate = false;
  #low = 0;
  #high: number;
  #width: number;
  #widthBefore: number;
  /** The step to try. */
  step: number;

  /** @param slope - Below 0. */
  constructor(value: number, slope: number, step: number, options: LineSearchOptions) {
    this.#options = options;
    this.#start = { step: 0, value, slope };
    this.#best = this.#start;
    this.#other = this.#start;
    this.step = step;
    this.#high = 5 * step;
    this.#width = options.longest;
    this.#widthBefore = 2 * options.longest;
  }

  /** Receive value and slope at the step; say whether the search ends there, or another step is to be tried. */
  tell(value: number, slope: number): 'done' | 'again' {
    const { decrease, curvature, width, longest } = this.#options;
    const start = this.#start;
    const least = decrease * start.slope;
    const bound = start.value + this.step * least;
    const trial: Trial = { step: this.step, value, slope };
    if (!this.#isLate && value <= bound && slope >= 0) this.#isLate = true;
    const isAtEnd = this.#isBracketed && (this.step <= this.#low || this.step >= this.#high);
    const isNarrow = this.#isBracketed && this.#high - this.#low <= width * this.#high;
    const isLongest = this.step === longest && value <= bound && slope <= least;
    const isShortest = this.step === 0 && (value > bound || slope >= least);
    const isFound = value <= bound && Math.abs(slope) <= -curvature * start.slope;
    if (isAtEnd || isNarrow || isLongest || isShortest || isFound) return 'done';
    // Until then the function is tilted by the required decrease: ψ(α) = φ(α) − φ(0) − μαφ′(0).
    const isTilted = !this.#isLate && value <= this.#best.value && value > bound;
    this.#cut(trial, isTilted ? least : 0);
    this.#narrow();
    return 'again';
  }

  /** Replace one end of the interval by the trial, and choose the next step in it. */
  #cut(given: Trial, tilt: number): void {
    const tilted = ({ step, value, slope }: Trial): Trial =>
      tilt === 0 ? { step, value, slope } : { step, value: value - step * tilt, slope: slope - tilt };
    const [trial, best, other] = [tilted(given), tilted(this.#best), tilted(this.#other)];
    const next = this.#next(trial, best, other);
    // Ends that stay keep their exact values; tilting them there and back would round them.
    const isOpposite = trial.slope * (best.slope / Math.abs(best.slope)) < 0;
    if (trial.value > best.value) this.#other = given;
    else {
      if (isOpposite) this.#other = this.#best;
      this.#best = given;
    }
    this.step = next;
  }

  /** The next step: section 4 of the paper, case by case. */
  #next(trial: Trial, best: Trial, other: Trial): number {
    const [x, p, y] = [best.step, trial.step, other.step];
    const isOpposite = trial.slope * (best.slope / Math.abs(best.slope)) < 0;
    if (trial.value > best.value) {
      // 1: higher. The minimum is bracketed; the cubic's when nearer to the best, else half way to the parabola's.
      const { theta, gamma } = cubic(best, trial, p < x ? -1 : 1, false);
      const r = (gamma - best.slope + theta) / (gamma - best.slope + gamma + trial.slope);
      const byCubic = x + r * (p - x);
      const chord = (best.value - trial.value) / (p - x);
      const byParabola = x + (best.slope / (chord + best.slope) / 2) * (p - x);
      this.#isBracketed = true;
      return Math.abs(byCubic - x) < Math.abs(byParabola - x)
        ? byCubic
        : byCubic + (byParabola - byCubic) / 2;
    }
    if (isOpposite) {
      // 2: lower, the slope of the other sign. Bracketed; the cubic's or the secant's, whichever is farther.
      const { theta, gamma } = cubic(best, trial, p > x ? -1 : 1, false);
      const r = (gamma - trial.slope + theta) / (gamma - trial.slope + gamma + best.slope);
      const byCubic = p + r * (x - p);
      const bySecant = p + (trial.slope / (trial.slope - best.slope)) * (x - p);
      this.#isBracketed = true;
      return Math.abs(byCubic - p) > Math.abs(bySecant - p) ? byCubic : bySecant;
    }
    if (Math.abs(trial.slope) < Math.abs(best.slope)) {
      // 3: lower, the slope of the same sign and flatter. The cubic may have no minimum ahead, or one behind.
      const { theta, gamma } = cubic(best, trial, p > x ? -1 : 1, true);
      const r = (gamma - trial.slope + theta) / (gamma + (best.slope - trial.slope) + gamma);
      const byCubic = r < 0 && gamma !== 0 ? p + r * (x - p) : p > x ? this.#high : this.#low;
      const bySecant = p + (trial.slope / (trial.slope - best.slope)) * (x - p);
      const isCubicNearer = Math.abs(byCubic - p) < Math.abs(bySecant - p);
      if (this.#isBracketed) {
        const chosen = isCubicNearer ? byCubic : bySecant;
        const limit = p + 0.66 * (y - p);
        return p > x ? Math.min(limit, chosen) : Math.max(limit, chosen);
      }
      const chosen = Math.abs(byCubic - p) > Math.abs(bySecant - p) ? byCubic : bySecant;
      return Math.max(this.#low, Math.min(this.#high, chosen));
    }
    // 4: lower, the slope of the same sign and no flatter.
    if (!this.#isBracketed) return p > x ? this.#high : this.#low;
    const { theta, gamma } = cubic(trial, other, p > y ? -1 : 1, false);
    const r = (gamma - trial.slope + theta) / (gamma - trial.slope + gamma + other.slope);
    return p + r * (y - p);
  }

  /** Bisect an interval that did not shrink enough, and set the bounds of the next step. */
  #narrow(): void {
    const { width, longest } = this.#options;
    const [x, y] = [this.#best.step, this.#other.step];
    if (this.#isBracketed) {
      if (Math.abs(y - x) >= 0.66 * this.#widthBefore) this.step = x + 0.5 * (y - x);
      this.#widthBefore = this.#width;
      this.#width = Math.abs(y - x);
      this.#low = Math.min(x, y);
      this.#high = Math.max(x, y);
    } else {
      this.#low = this.step + 1.1 * (this.step - x);
      this.#high = this.step + 4 * (this.step - x);
    }
    this.step = Math.max(0, Math.min(longest, this.step));
    const isOut = this.step <= this.#low || this.step >= this.#high;
    if (this.#isBracketed && (isOut || this.#high - this.#low <= width * this.#high)) this.step = x;
  }
}
