import { expect, test } from 'vitest';
import { classificationReport, regressionReport } from '../testing/reports.ts';
import type { BaselineScore, ScoreSummary } from './reportData.ts';
import { compareWithBaseline, formatInterval, formatScore, isUnconvincing, verdict } from './verdict.ts';

const score: ScoreSummary = {
  metric: 'accuracy',
  format: 'percent',
  value: 0.9,
  lower: 0.85,
  upper: 0.94,
  correct: 90,
  count: 100,
};
const baseline = (value: number, changes: Partial<BaselineScore> = {}): BaselineScore => ({
  kind: 'linear',
  name: 'a linear model',
  value,
  ...changes,
});

test('the verdict tells what the model can do and what it beats', () => {
  expect(verdict(classificationReport())).toBe(
    'Predicts species right for 51 of 52 penguins it had never seen (98.1%, 95% interval 89.9–99.7%): better than always guessing Adelie (44.2%) and about the same as a linear model (98.1%).',
  );
  expect(verdict(regressionReport(60))).toBe(
    'Explains 86.1% of the variation of mpg in 60 rows it had never seen (R² 0.861, 95% interval 0.81 to 0.9): better than always guessing the mean (-0.013), but not clearly better than a linear model (0.84).',
  );
});

test.each([
  [0.8, 'better'],
  [0.85, 'notClearlyBetter'],
  [0.88, 'notClearlyBetter'],
  [0.9, 'same'],
  [0.92, 'notClearlyWorse'],
  [0.94, 'notClearlyWorse'],
  [0.95, 'worse'],
] as const)('without a paired interval, a baseline at %d makes the model %s', (value, expected) => {
  expect(compareWithBaseline(score, baseline(value))).toBe(expected);
});

test('a paired interval of the difference decides before the interval of the score does', () => {
  expect(compareWithBaseline(score, baseline(0.88, { difference: { lower: 0.005, upper: 0.04 } }))).toBe(
    'better',
  );
  expect(compareWithBaseline(score, baseline(0.8, { difference: { lower: -0.01, upper: 0.2 } }))).toBe(
    'notClearlyBetter',
  );
  expect(compareWithBaseline(score, baseline(0.92, { difference: { lower: -0.03, upper: -0.001 } }))).toBe(
    'worse',
  );
});

test('where lower is better, the comparison turns round', () => {
  const loss: ScoreSummary = {
    metric: 'mean absolute error',
    format: 'number',
    higherIsBetter: false,
    value: 2,
    lower: 1.8,
    upper: 2.3,
    count: 50,
  };
  expect(compareWithBaseline(loss, baseline(3))).toBe('better');
  expect(compareWithBaseline(loss, baseline(1))).toBe('worse');
  expect(compareWithBaseline(loss, baseline(2.2))).toBe('notClearlyBetter');
  expect(compareWithBaseline(loss, baseline(1.9))).toBe('notClearlyWorse');
  expect(compareWithBaseline(loss, baseline(3, { difference: { lower: -1.4, upper: -0.6 } }))).toBe('better');
});

test('a model that loses says so, and is marked', () => {
  const beaten = classificationReport({
    score,
    baselines: [baseline(0.5, { kind: 'trivial', name: 'always guessing Adelie' }), baseline(0.97)],
  });
  expect(verdict(beaten)).toMatch(
    /: better than always guessing Adelie \(50%\), but worse than a linear model \(97%\)\.$/,
  );
  expect(isUnconvincing(beaten)).toBe(true);
  const useless = classificationReport({
    score,
    baselines: [baseline(0.9, { kind: 'trivial', name: 'always guessing Adelie' })],
  });
  expect(verdict(useless)).toMatch(/: about the same as always guessing Adelie \(90%\)\.$/);
  expect(isUnconvincing(useless)).toBe(true);
  expect(isUnconvincing(classificationReport())).toBe(false);
});

test('a model that explains nothing says so', () => {
  const report = regressionReport(60);
  const text = verdict({ ...report, score: { ...report.score, value: -0.2, lower: -0.4, upper: -0.1 } });
  expect(text).toMatch(
    /^Explains none of the variation of mpg in 60 rows it had never seen \(R² -0.2, 95% interval -0.4 to -0.1\): worse than/,
  );
});

test('where one class outweighs the others, the balanced accuracy is told if it says something else', () => {
  const unbalanced = (rare: number, common = 90): string =>
    verdict(
      classificationReport({
        score: { ...score, value: (common + rare) / 100, correct: common + rare },
        baselines: [],
        confusion: {
          classes: ['fine', 'broken', 'never seen'],
          counts: [
            [common, 90 - common, 0],
            [10 - rare, rare, 0],
            [0, 0, 0],
          ],
        },
      }),
    );
  // The mean of 90/90 and 2/10; a class without rows does not count.
  expect(unbalanced(2)).toMatch(
    /\)\. As 90% of these rows are fine, look at the balanced accuracy too, where each class counts the same: 60%\.$/,
  );
  // (1 + 0.8) / 2 is 0.08 less than 0.98.
  expect(unbalanced(8)).not.toContain('balanced');
  // Balanced accuracy may be the higher one: (0.6 + 1) / 2 against 0.64.
  expect(unbalanced(10, 54)).toMatch(/: 80%\.$/);
  const even = {
    classes: ['a', 'b'],
    counts: [
      [80, 0],
      [20, 0],
    ],
  };
  expect(verdict(classificationReport({ score, confusion: even }))).not.toContain('balanced');
});

test('nearly 1 is not said to be 1, and one row is too few for an R²', () => {
  const report = regressionReport(60);
  const near = verdict({
    ...report,
    score: { ...report.score, value: 0.999_972, lower: 0.999_951, upper: 0.999_983 },
    baselines: [],
  });
  expect(near).toBe(
    'Explains 99.997% of the variation of mpg in 60 rows it had never seen (R² 0.99997, 95% interval 0.99995 to 0.99998).',
  );
  expect(verdict({ ...report, score: { ...report.score, value: Number.NaN, count: 1 } })).toMatch(
    /^Too little to tell how well mpg is predicted/,
  );
  expect(formatScore(Number.NaN, 'number')).toBe('cannot tell');
  expect(formatInterval(Number.NaN, Number.NaN, 'number')).toBe('–');
});

test('one row, no baseline and equal outcomes read well', () => {
  const one = classificationReport({
    baselines: [],
    score: { ...score, correct: 0, count: 1, value: 0, lower: 0, upper: 0.794 },
  });
  expect(verdict(one)).toBe(
    'Predicts species right for 0 of 1 penguin it had never seen (0%, 95% interval 0–79.4%).',
  );
  const both = classificationReport({ score, baselines: [baseline(0.1, { name: 'a coin' }), baseline(0.2)] });
  expect(verdict(both)).toMatch(/: better than a coin \(10%\) and a linear model \(20%\)\.$/);
});

test('intervals of shares and of numbers', () => {
  expect(formatInterval(0.899, 0.9966, 'percent')).toBe('89.9–99.7%');
  expect(formatInterval(-0.1, 0.25, 'number')).toBe('-0.1 to 0.25');
});
