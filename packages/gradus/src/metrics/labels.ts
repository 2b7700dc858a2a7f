import { ArgumentError } from '../util/errors.ts';

/** A class label: an index, a name or a truth value. */
export type Label = number | string | boolean;

/** Refuse two arrays of different or no length, and NaN labels. */
export function checkPairs(truth: ArrayLike<Label>, predicted: ArrayLike<Label>): void {
  if (truth.length !== predicted.length) {
    throw new ArgumentError({
      received: `${truth.length} true and ${predicted.length} predicted values`,
      expected: 'as many predicted as true values',
    });
  }
  checkRows(truth.length);
  for (let row = 0; row < truth.length; row++) {
    const where = Number.isNaN(truth[row]) ? 'true' : Number.isNaN(predicted[row]) ? 'predicted' : undefined;
    if (where !== undefined) {
      throw new ArgumentError({
        received: `NaN among the ${where} values, at index ${row}`,
        expected: 'a value for every row',
      });
    }
  }
}

/** Refuse a score over no rows. */
export function checkRows(rows: number): void {
  if (rows === 0) throw new ArgumentError({ received: 'no rows to score', expected: 'at least one' });
}

/** The different labels: numbers in numeric order, then false and true, then texts by code unit. */
export function sortedLabels(...arrays: readonly ArrayLike<Label>[]): Label[] {
  const found = new Set<Label>();
  for (const labels of arrays) for (let row = 0; row < labels.length; row++) found.add(labels[row]);
  const rank = (label: Label): number => (typeof label === 'number' ? 0 : typeof label === 'boolean' ? 1 : 2);
  return [...found].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}

/** The position of each label in the list. */
export function labelPositions(labels: readonly Label[]): Map<Label, number> {
  const positions = new Map(labels.map((label, index) => [label, index]));
  if (positions.size < labels.length) {
    throw new ArgumentError({
      received: 'a list of labels with a duplicate',
      expected: 'each label once',
    });
  }
  return positions;
}

/** The position of each row's label; refuses a label that is not in the list. */
export function encodeLabels(values: ArrayLike<Label>, labels: readonly Label[]): Int32Array {
  const positions = labelPositions(labels);
  return Int32Array.from({ length: values.length }, (_, row) => {
    const position = positions.get(values[row]);
    if (position !== undefined) return position;
    throw new ArgumentError({
      received: `the label ${JSON.stringify(values[row])} at index ${row}`,
      expected: `one of ${labels
        .slice(0, 20)
        .map((label) => JSON.stringify(label))
        .join(', ')}`,
    });
  });
}
