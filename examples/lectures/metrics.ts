/**
 * Why accuracy alone misleads, and what to measure instead: the worked numbers of deck 002, and average precision by
 * hand.
 */
import {
  accuracy,
  averagePrecision,
  cocoThresholds,
  detectionAveragePrecision,
  f1,
  intersectionOverUnion,
  precision,
  precisionRecallCurve,
  recall,
} from 'gradus/metrics';
import { type Experiment, exactly, type Figure } from './experiment.ts';
import { curvesSvg } from './plots.ts';

/** Labels of which so many are found, missed, falsely found and rightly passed over. */
function labelsOf(counts: Readonly<Record<'tp' | 'fn' | 'fp' | 'tn', number>>) {
  const { tp, fn, fp, tn } = counts;
  const bits = (ones: number, zeros: number) => [...Array(ones).fill(1), ...Array(zeros).fill(0)];
  return { truth: bits(tp + fn, fp + tn), predicted: [...bits(tp, fn), ...bits(fp, tn)] };
}

const percent = { digits: 1, unit: '%' };

/** The classifier of the slide, and one that always says no. */
function accuracyParadox(): Figure[] {
  const { truth, predicted } = labelsOf({ tp: 10, fn: 5, fp: 15, tn: 100 });
  const never = truth.map(() => 0);
  return [
    exactly('accuracy of a classifier', 100 * accuracy(truth, predicted), 84.6, percent),
    exactly('accuracy of always saying no', 100 * accuracy(truth, never), 88.5, percent),
    exactly('precision', precision(truth, predicted), 0.4, { digits: 3 }),
    exactly('recall', recall(truth, predicted), 0.667, { digits: 3 }),
    exactly('F1', f1(truth, predicted), 0.5, { digits: 3 }),
    exactly('F1 of always saying no', f1(truth, never, { positiveLabel: 1 }), 0, { digits: 3 }),
  ];
}

const square = (left: number, top: number) => ({ left, top, right: left + 10, bottom: top + 10 });

/** Squares of side 10: what they share over what they cover. */
function overlaps(): Figure[] {
  const exact = { digits: 12 };
  return [
    exactly(
      'IoU, shifted by half a side: 50/150',
      intersectionOverUnion(square(0, 0), square(5, 0)),
      1 / 3,
      exact,
    ),
    exactly(
      'IoU, shifted both ways: 25/175',
      intersectionOverUnion(square(0, 0), square(5, 5)),
      1 / 7,
      exact,
    ),
    exactly('IoU, the same', intersectionOverUnion(square(0, 0), square(0, 0)), 1, exact),
    exactly('IoU, apart', intersectionOverUnion(square(0, 0), square(10, 0)), 0, exact),
  ];
}

/** Six answers, ranked; the first, third and fourth are right. */
const ranked = { truth: [1, 0, 1, 1, 0, 0], scores: [0.95, 0.9, 0.7, 0.6, 0.3, 0.2] };

function averagePrecisions(): Figure[] {
  const exact = { digits: 12 };
  // Three objects in two pictures; ranked, the detections are right, wrong, right, and right at an overlap of 7/13.
  const images = [
    {
      truths: [square(0, 0), square(30, 0)],
      detections: [
        { box: square(0, 0), score: 0.9 },
        { box: square(33, 0), score: 0.5 },
      ],
    },
    {
      truths: [square(0, 0)],
      detections: [
        { box: square(60, 0), score: 0.8 },
        { box: square(0, 0), score: 0.7 },
      ],
    },
  ];
  // At 0.5 all three are found: precisions 1, 2/3, 3/4 at recalls 1/3, 2/3, 1. From 0.55 on the last one is not.
  const loose = (1 + 2 / 3 + 3 / 4) / 3;
  const strict = (1 + 2 / 3) / 3;
  return [
    exactly(
      'average precision: (1 + 2/3 + 3/4)/3',
      averagePrecision(ranked.truth, ranked.scores),
      (1 + 2 / 3 + 3 / 4) / 3,
      exact,
    ),
    exactly('AP of detections at IoU 0.5', detectionAveragePrecision(images), loose, exact),
    exactly(
      'AP@[.50:.05:.95] of detections',
      detectionAveragePrecision(images, { thresholds: cocoThresholds }),
      (loose + 9 * strict) / 10,
      exact,
    ),
  ];
}

export const experiment: Experiment = {
  name: 'metrics',
  deck: 'deck 002',
  title: 'Accuracy, precision and recall, overlap, average precision',
  needs: [],
  minutes: 0.1,
  about:
    'The slide’s classifier finds 10 of 15 patients and alarms 15 of 115 healthy people; saying “healthy” to all of them is more accurate, and useless. Overlaps and average precisions are worked out by hand beside.',
  async run({ plot }) {
    const { precisions, recalls } = precisionRecallCurve(ranked.truth, ranked.scores);
    plot(
      'precisionRecall',
      curvesSvg(
        'Precision and recall of six ranked answers',
        [
          { name: 'precision', values: [...precisions] },
          { name: 'recall', values: [...recalls] },
        ],
        { y: 'share', x: 'answers taken as positive' },
      ),
      'The more answers are taken, the more are found, and the more of them are wrong.',
    );
    return [...accuracyParadox(), ...overlaps(), ...averagePrecisions()];
  },
};
