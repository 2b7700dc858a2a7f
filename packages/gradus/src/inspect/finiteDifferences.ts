/** Whether a gradient agrees with differences; `kink` if the slopes of the loss differ on both sides of the point. */
export type GradientVerdict = 'right' | 'kink' | 'wrong';

/** How far a gradient may be off, relative to its size. */
export const GRADIENT_BOUND = 1e-6;

/**
 * Distances at which the loss is evaluated. The first suits smooth losses; the others avoid kinks near the point, at the
 * cost of more rounding.
 */
const STEPS = [5e-4, 2e-5, 1e-6];

/** Distances for the slopes on both sides: at a kink they differ as much over the shorter as over the longer. */
const [LONG, SHORT] = [4e-5, 1e-5];

/** A gradient, and the loss around the point at which it was computed. */
export interface Question {
  readonly analytic: number;
  /** Gradients smaller than this are compared with it. */
  readonly floor: number;
  /** A factor for all distances. */
  readonly scale: number;
  /** The loss with the element moved by a step. */
  lossAt(step: number): number;
}

/** Compare a gradient with differences of the loss, of fourth order: (8(f₊₁ − f₋₁) − (f₊₂ − f₋₂))/12h. */
export function judge({ analytic, floor, scale, lossAt }: Question): {
  verdict: GradientVerdict;
  numeric: number;
} {
  const deviates = (numeric: number): boolean =>
    !(
      Math.abs(analytic - numeric) <=
      GRADIENT_BOUND * Math.max(Math.abs(analytic), Math.abs(numeric), floor)
    );
  let numeric = Number.NaN;
  for (const step of STEPS) {
    const h = step * scale;
    const slope = (8 * (lossAt(h) - lossAt(-h)) - (lossAt(2 * h) - lossAt(-2 * h))) / (12 * h);
    if (!deviates(slope)) return { verdict: 'right', numeric: slope };
    if (Number.isNaN(numeric)) numeric = slope;
  }
  const here = lossAt(0);
  const [before, after] = [-SHORT, SHORT].map((h) => (lossAt(h * scale) - here) / (h * scale));
  const [longBefore, longAfter] = [-LONG, LONG].map((h) => (lossAt(h * scale) - here) / (h * scale));
  const gap = Math.abs(after - before);
  // Where the loss is smooth, the slopes differ in proportion to the distance.
  const isKink = gap > 0.7 * Math.abs(longAfter - longBefore) && gap > 1e-5 * floor;
  const slack = 1e-3 * gap;
  const fits = analytic >= Math.min(before, after) - slack && analytic <= Math.max(before, after) + slack;
  return { verdict: isKink && fits ? 'kink' : 'wrong', numeric };
}
