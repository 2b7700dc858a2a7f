import { ArgumentError } from '../util/errors.ts';
import { requireOptions, requireRange, unknownName } from '../util/options.ts';
import { stepArea } from './averagePrecision.ts';
import { type Box, intersectionOverUnion } from './overlap.ts';

/** The objects of one class in a picture. */
export interface DetectedImage {
  /** Where they are. */
  readonly truths: readonly Box[];
  /** Where they were found: boxes with a confidence each, in any order. */
  readonly detections: readonly { readonly box: Box; readonly score: number }[];
}

/** Options of the average precision of detections. */
export interface DetectionOptions {
  /** The least intersection over union that counts as found; the mean over several. Default [0.5]. */
  readonly thresholds?: readonly number[] | undefined;
  /**
   * `none`: the area of the steps, Σ (Rₙ − Rₙ₋₁) Pₙ. `coco`: at each of the recalls 0, 0.01 … 1 the best precision that
   * is reached there or beyond. Default `none`.
   */
  readonly interpolation?: 'none' | 'coco' | undefined;
}

const interpolations = ['none', 'coco'] as const;

/** The thresholds of AP@[.50:.05:.95]: 0.5, 0.55 … 0.95. */
export const cocoThresholds: readonly number[] = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);

/**
 * Compute the average precision of detections of one class: the area under the curve of precision over recall, where a
 * detection is right if it coincides enough with an object that no better one has claimed. Detections are taken in the
 * order of their scores over all pictures, and each takes the free object that it coincides with most. The mean over
 * classes is called mAP.
 *
 * @param images - objects and detections of each picture
 * @param options - thresholds, interpolation; AP@[.5:.95] is `{ thresholds: cocoThresholds, interpolation: 'coco' }`
 * @returns the average precision, from 0 to 1
 * @throws ArgumentError for pictures without any object, NaN scores and thresholds outside (0, 1]
 * @see M. Everingham et al., The PASCAL Visual Object Classes Challenge, 2010; T.-Y. Lin et al., Microsoft COCO, 2014
 *
 * @example
 * import { detectionAveragePrecision } from 'gradus/metrics';
 * const box = (left: number) => ({ left, top: 0, right: left + 10, bottom: 10 });
 * const detections = [{ box: box(1), score: 0.9 }, { box: box(50), score: 0.8 }, { box: box(22), score: 0.7 }];
 * detectionAveragePrecision([{ truths: [box(0), box(20)], detections }]); // 0.8333333333333333
 */
export function detectionAveragePrecision(
  images: readonly DetectedImage[],
  options: DetectionOptions = {},
): number {
  requireOptions(options, { thresholds: true, interpolation: true }, 'detectionAveragePrecision');
  const { thresholds = [0.5], interpolation = 'none' } = options;
  if (!interpolations.includes(interpolation))
    throw unknownName('interpolation', interpolation, interpolations);
  for (const threshold of thresholds)
    requireRange('threshold', threshold, { least: 2 ** -52, below: 1 + 2 ** -52 });
  const objects = images.reduce((sum, { truths }) => sum + truths.length, 0);
  if (objects === 0 || thresholds.length === 0) {
    throw new ArgumentError({
      received: `${objects} objects and ${thresholds.length} thresholds`,
      expected: 'at least one of each',
    });
  }
  const ranked = images
    .flatMap(({ truths, detections }, image) =>
      detections.map(({ box, score }) => ({ image, truths, box, score })),
    )
    .sort((a, b) => (a.score > b.score ? -1 : a.score < b.score ? 1 : 0));
  if (ranked.some(({ score }) => Number.isNaN(score))) {
    throw new ArgumentError({ received: 'a detection with the score NaN', expected: 'a number' });
  }
  let sum = 0;
  for (const threshold of thresholds) {
    const claimed = images.map(({ truths }) => truths.map(() => false));
    let hits = 0;
    const precisions: number[] = [];
    const recalls: number[] = [];
    ranked.forEach(({ image, truths, box }, place) => {
      let best = -1;
      let most = threshold;
      truths.forEach((truth, i) => {
        const overlap = intersectionOverUnion(truth, box);
        if (claimed[image][i] || overlap < most || (best !== -1 && overlap === most)) return;
        best = i;
        most = overlap;
      });
      if (best !== -1) {
        claimed[image][best] = true;
        hits++;
      }
      precisions.push(hits / (place + 1));
      recalls.push(hits / objects);
    });
    sum += interpolation === 'none' ? stepArea(precisions, recalls) : interpolated(precisions, recalls);
  }
  return sum / thresholds.length;
}

/** The mean over 101 recalls of the best precision there or beyond. */
function interpolated(precisions: readonly number[], recalls: readonly number[]): number {
  const best = [...precisions];
  for (let n = best.length - 2; n >= 0; n--) best[n] = Math.max(best[n], best[n + 1]);
  let sum = 0;
  for (let hundredth = 0; hundredth <= 100; hundredth++) {
    const at = recalls.findIndex((recall) => recall >= hundredth / 100);
    if (at !== -1) sum += best[at];
  }
  return sum / 101;
}
