import type { ConfusionMatrix } from './reportData.ts';

/** How well one class is found; null where nothing can be said (0/0). */
export interface ClassMeasures {
  readonly name: string;
  /** Of the rows predicted as the class, the share that are it. */
  readonly precision: number | null;
  /** Of the rows that are the class, the share predicted as it. */
  readonly recall: number | null;
  /** Harmonic mean of precision and recall: 2·right / (actual + predicted). */
  readonly f1: number | null;
  readonly right: number;
  readonly actual: number;
  readonly predicted: number;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Read precision, recall and F1 of each class off the confusion matrix. */
export function classMeasures({ classes, counts }: ConfusionMatrix): ClassMeasures[] {
  return classes.map((name, index) => {
    const right = counts[index]![index]!;
    const actual = counts[index]!.reduce((sum, count) => sum + count, 0);
    const predicted = counts.reduce((sum, row) => sum + row[index]!, 0);
    return {
      name,
      right,
      actual,
      predicted,
      precision: share(right, predicted),
      recall: share(right, actual),
      f1: share(2 * right, actual + predicted),
    };
  });
}

/** A pair of classes that is mixed up. */
export interface Confusion {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
}

/** List the cells off the diagonal, most frequent first; ties keep the order of the classes. */
export function confusions({ classes, counts }: ConfusionMatrix): Confusion[] {
  const found: Confusion[] = [];
  for (let row = 0; row < classes.length; row++)
    for (let column = 0; column < classes.length; column++) {
      const count = counts[row]![column]!;
      if (row !== column && count > 0)
        found.push({ actual: classes[row]!, predicted: classes[column]!, count });
    }
  return found.sort((left, right) => right.count - left.count);
}

/** Lump all but the `limit - 1` most frequent actual classes into one, so that a matrix stays readable. */
export function lumpClasses(matrix: ConfusionMatrix, limit: number): ConfusionMatrix {
  const { classes, counts } = matrix;
  if (classes.length <= limit) return matrix;
  const sizes = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const ranked = classes
    .map((_, index) => index)
    .sort((left, right) => sizes[right]! - sizes[left]! || left - right);
  const kept = ranked.slice(0, limit - 1).sort((left, right) => left - right);
  const place = new Array<number>(classes.length).fill(kept.length);
  for (const [position, index] of kept.entries()) place[index] = position;
  const lumped = Array.from({ length: limit }, () => new Array<number>(limit).fill(0));
  for (let row = 0; row < classes.length; row++)
    for (let column = 0; column < classes.length; column++)
      lumped[place[row]!]![place[column]!]! += counts[row]![column]!;
  const rest = classes.length - kept.length;
  return { classes: [...kept.map((index) => classes[index]!), `${rest} others`], counts: lumped };
}
