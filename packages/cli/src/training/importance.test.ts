import { expect, test } from 'vitest';
import { budgetFor } from './importance.ts';

test('importance takes bounded work: fewer rows first, then fewer permutations, then some of the columns', () => {
  expect(budgetFor(10, 500, 3000)).toEqual({ rows: 500, repeats: 5, columns: 10 });
  expect(budgetFor(10, 50_000, 3000)).toEqual({ rows: 2000, repeats: 5, columns: 10 });
  for (const [columns, rows, parameters] of [
    [300, 15_000, 25_000],
    [3000, 60, 200_000],
    [20_000, 3000, 1_400_000],
    [500, 100_000, 2_000_000],
  ]) {
    const budget = budgetFor(columns, rows, parameters);
    const work = budget.columns * budget.repeats * budget.rows * parameters;
    expect(work).toBeLessThanOrEqual(6e10);
    expect(work).toBeGreaterThan(2e10);
  }
});
