import { formatCount, formatNumber, formatPercent } from '../format/number.ts';
import { classMeasures } from './classMeasures.ts';
import type { BaselineScore, ReportData, ScoreSummary } from './reportData.ts';

/** How the model stands to a baseline, as far as the test rows can tell. */
export type Comparison = 'better' | 'same' | 'notClearlyBetter' | 'notClearlyWorse' | 'worse';

const phrases: Readonly<Record<Comparison, string>> = {
  better: 'better than',
  same: 'about the same as',
  notClearlyBetter: 'not clearly better than',
  notClearlyWorse: 'not clearly worse than',
  worse: 'worse than',
};

/** Write a score in the form its metric asks for; NaN is one of which the rows cannot tell. */
export function formatScore(value: number | null | undefined, format: 'percent' | 'number'): string {
  if (Number.isNaN(value)) return 'cannot tell';
  if (format === 'percent') return formatPercent(value);
  const text = formatNumber(value, 3);
  if (text !== '1' || value === 1) return text;
  // Nearly 1 is not 1: as many digits as it takes.
  for (let digits = 4; digits <= 9; digits++) {
    const longer = formatNumber(value, digits);
    if (longer !== '1') return longer;
  }
  return text;
}

/** Write a score's interval: `89.9–99.7%`, `0.81 to 0.9`; an en dash where there is none. */
export function formatInterval(lower: number, upper: number, format: 'percent' | 'number'): string {
  if (Number.isNaN(lower) || Number.isNaN(upper)) return '–';
  if (format === 'number') return `${formatScore(lower, format)} to ${formatScore(upper, format)}`;
  return `${formatPercent(lower).replace(/%$/, '')}–${formatPercent(upper)}`;
}

/**
 * Say whether the model beats a baseline. A paired interval of the difference decides when there is one: above 0 is
 * better, below is worse. Otherwise the baseline's score decides: outside the model's interval it is better or worse,
 * inside it the test rows cannot tell.
 */
export function compareWithBaseline(score: ScoreSummary, baseline: BaselineScore): Comparison {
  const direction = score.higherIsBetter === false ? -1 : 1;
  const lead = direction * (score.value - baseline.value);
  const [low, high] =
    baseline.difference !== undefined
      ? [baseline.difference.lower, baseline.difference.upper]
      : [score.lower - baseline.value, score.upper - baseline.value];
  const worst = Math.min(direction * low, direction * high);
  const best = Math.max(direction * low, direction * high);
  if (worst > 0) return 'better';
  if (best < 0) return 'worse';
  if (formatScore(score.value, score.format) === formatScore(baseline.value, score.format)) return 'same';
  return lead > 0 ? 'notClearlyBetter' : 'notClearlyWorse';
}

/** Say the phrase that stands between the model and the baseline's name. */
export const comparisonPhrase = (comparison: Comparison): string => phrases[comparison];

/**
 * Say in a sentence what the model can do and whether it was worth making; in a second one, where a class outweighs
 * the others, what its accuracy is worth.
 *
 * @returns For example `Predicts species right for 51 of 52 penguins it had never seen (98.1%, 95% interval
 * 89.9–99.7%): better than always guessing Adelie (44.2%) and about the same as a linear model (98.1%).`
 */
export function verdict(data: ReportData): string {
  if (Number.isNaN(data.score.value)) {
    return `Too little to tell how well ${data.target} is predicted: an ${data.score.metric} needs two rows or more that were never seen.`;
  }
  const comparisons = data.baselines.map((baseline) => {
    const phrase = comparisonPhrase(compareWithBaseline(data.score, baseline));
    return { phrase, baseline: `${baseline.name} (${formatScore(baseline.value, data.score.format)})` };
  });
  return `${claim(data)}${comparisons.length === 0 ? '' : `: ${joinComparisons(comparisons)}`}.${imbalanceNote(data)}`;
}

/** Share of the test rows above which a class makes accuracy easy, and the gap to balanced accuracy worth a word. */
const [dominantShare, notableGap] = [0.8, 0.1];

/** Where one class outweighs all others, accuracy alone flatters: say what is left when each class counts the same. */
function imbalanceNote({ confusion, score }: ReportData): string {
  if (confusion === undefined || score.metric !== 'accuracy') return '';
  const measures = classMeasures(confusion);
  const largest = measures.reduce((most, measure) => (measure.actual > most.actual ? measure : most));
  const share = largest.actual / measures.reduce((sum, { actual }) => sum + actual, 0);
  const recalls = measures.flatMap(({ recall }) => (recall === null ? [] : [recall]));
  const balanced = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
  if (!(share > dominantShare && Math.abs(score.value - balanced) > notableGap)) return '';
  return ` As ${formatPercent(share)} of these rows are ${largest.name}, look at the balanced accuracy too, where each class counts the same: ${formatPercent(balanced)}.`;
}

function claim(data: ReportData): string {
  const { score, target } = data;
  const noun = data.rowNoun ?? { singular: 'row', plural: 'rows' };
  const rows = (count: number): string => (count === 1 ? noun.singular : noun.plural);
  const interval = `${formatPercent(score.confidence ?? 0.95)} interval ${formatInterval(score.lower, score.upper, score.format)}`;
  const value = formatScore(score.value, score.format);
  if (data.task === 'classification' && score.correct !== undefined) {
    const counted = `${formatCount(score.correct)} of ${formatCount(score.count)} ${rows(score.count)}`;
    return `Predicts ${target} right for ${counted} it had never seen (${value}, ${interval})`;
  }
  const seen = `in ${formatCount(score.count)} ${rows(score.count)} it had never seen`;
  const figures = `(${score.metric} ${value}, ${interval})`;
  if (score.metric === 'R²') {
    if (score.value <= 0) return `Explains none of the variation of ${target} ${seen} ${figures}`;
    return `Explains ${formatPercent(score.value)} of the variation of ${target} ${seen} ${figures}`;
  }
  return `Predicts ${target} ${seen} ${figures}`;
}

/** Baselines with the same outcome share its phrase; outcomes that pull apart are joined by "but". */
function joinComparisons(
  comparisons: readonly { readonly phrase: string; readonly baseline: string }[],
): string {
  let text = '';
  for (let index = 0; index < comparisons.length; index++) {
    const { phrase, baseline } = comparisons[index]!;
    if (index === 0) {
      text = `${phrase} ${baseline}`;
      continue;
    }
    const previous = comparisons[index - 1]!.phrase;
    if (phrase === previous) text += ` and ${baseline}`;
    else
      text +=
        (previous === phrases.better) !== (phrase === phrases.better) && phrase !== phrases.same
          ? `, but ${phrase} ${baseline}`
          : ` and ${phrase} ${baseline}`;
  }
  return text;
}

/** Say whether any baseline is not clearly beaten: the page then marks the verdict as a warning. */
export function isUnconvincing(data: ReportData): boolean {
  return data.baselines.some((baseline) => {
    const comparison = compareWithBaseline(data.score, baseline);
    return comparison === 'worse' || (baseline.kind === 'trivial' && comparison !== 'better');
  });
}
