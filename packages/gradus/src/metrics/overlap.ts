import { ArgumentError } from '../util/errors.ts';
import { describeValue, isRecord } from '../util/options.ts';

/** A rectangle, its sides parallel to the axes; y grows downwards, as in pictures. */
export interface Box {
  /** The least x. */
  readonly left: number;
  /** The least y. */
  readonly top: number;
  /** The largest x. */
  readonly right: number;
  /** The largest y. */
  readonly bottom: number;
}

/**
 * Compute how much two boxes, or two sets of pixels, coincide: intersection over union, |A ∩ B| / |A ∪ B|.
 *
 * @param a - a box, or a mask: a list in which what is not 0 or false belongs to the set
 * @param b - another of the same kind; masks have as many pixels
 * @returns the ratio, from 0 for nothing in common to 1 for the same; 1 for two empty masks
 * @throws ArgumentError for boxes whose sides are not in order or have no area, and masks of different sizes
 * @see P. Jaccard, Distribution de la flore alpine, 1901
 *
 * @example
 * import { intersectionOverUnion } from 'gradus/metrics';
 * const truth = { left: 0, top: 0, right: 4, bottom: 4 };
 * intersectionOverUnion(truth, { left: 2, top: 2, right: 6, bottom: 6 }); // 0.14285714285714285
 * intersectionOverUnion([1, 1, 0, 0], [0, 1, 1, 0]); // 0.3333333333333333
 */
export function intersectionOverUnion(a: Box, b: Box): number;
export function intersectionOverUnion(a: ArrayLike<number | boolean>, b: ArrayLike<number | boolean>): number;
export function intersectionOverUnion(
  a: Box | ArrayLike<number | boolean>,
  b: Box | ArrayLike<number | boolean>,
): number {
  if (isBox(a) && isBox(b)) return overlapOfBoxes(a, b);
  if (isBox(a) || isBox(b) || a.length !== b.length) {
    throw new ArgumentError({
      received: `${describeSet(a)} and ${describeSet(b)}`,
      expected: 'two boxes, or two masks of the same size',
    });
  }
  let common = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    const [inA, inB] = [Boolean(a[i]), Boolean(b[i])];
    if (inA && inB) common++;
    if (inA || inB) either++;
  }
  return either === 0 ? 1 : common / either;
}

const isBox = (value: unknown): value is Box => isRecord(value) && 'left' in value;

const describeSet = (set: Box | ArrayLike<unknown>): string =>
  isBox(set) ? 'a box' : 'length' in Object(set) ? `a mask of ${set.length} pixels` : describeValue(set);

function overlapOfBoxes(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const common = Math.max(0, width) * Math.max(0, height);
  return common / (areaOf(a) + areaOf(b) - common);
}

function areaOf({ left, top, right, bottom }: Box): number {
  const area = (right - left) * (bottom - top);
  if (right > left && bottom > top && Number.isFinite(area)) return area;
  throw new ArgumentError({
    received: `a box from (${left}, ${top}) to (${right}, ${bottom})`,
    expected: 'left below right, and top below bottom',
  });
}
