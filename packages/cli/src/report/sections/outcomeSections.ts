import { formatDuration } from '../../format/duration.ts';
import { formatCell, formatCount, formatNumber, formatPercent, formatQuantity } from '../../format/number.ts';
import { classMeasures } from '../classMeasures.ts';
import { table } from '../figure.ts';
import { type HtmlPart, html, type SafeHtml } from '../html.ts';
import { confusionFigure } from '../plots/confusionMatrix.ts';
import { importanceFigure } from '../plots/importance.ts';
import { lossFigure, metricFigure } from '../plots/learningCurves.ts';
import { regressionFigures } from '../plots/regression.ts';
import { scoreFigure } from '../plots/scoreComparison.ts';
import type { ConfusionMatrix, MistakeList, ReportData } from '../reportData.ts';
import { shorten } from '../text.ts';
import { formatScore } from '../verdict.ts';

const openClassRows = 30;
const cellLetters = 60;

/** Lay out the score beside the baselines. */
export function scoreSection(data: ReportData): SafeHtml {
  const { score } = data;
  const method = score.intervalMethod === undefined ? '' : ` (${score.intervalMethod})`;
  const interval = html` The interval${method} says how far chance in those rows may have moved the score.`;
  const isTold = !Number.isNaN(score.value);
  return html`<section aria-labelledby="score">
<h2 id="score">Score</h2>
<p>Measured once, on ${formatQuantity(score.count, 'test row')} that neither training nor the choice of the epoch saw.${isTold ? interval : ` They are too few to tell the ${score.metric}, which needs two rows or more.`}</p>
${isTold && scoreFigure(data)}
${
  (score.others ?? []).length > 0 &&
  table(
    'Further scores of the same test rows',
    [{ name: 'Further scores' }, { name: 'Value', numeric: true }],
    (score.others ?? []).map(({ metric, value, format }) => [metric, formatScore(value, format)]),
    { className: 'small' },
  )
}
</section>
`;
}

/** Lay out the learning curves. */
export function trainingSection({ training }: ReportData): SafeHtml {
  const seconds = training.history.reduce((sum, record) => sum + (record.seconds ?? 0), 0);
  const details = [
    training.optimizer,
    training.batchSize === undefined ? undefined : `batches of ${formatQuantity(training.batchSize, 'row')}`,
  ].filter((text) => text !== undefined);
  return html`<section aria-labelledby="training">
<h2 id="training">Training</h2>
<p>${formatQuantity(training.history.length, 'epoch')}${seconds > 0 && ` in ${formatDuration(seconds)}`}${details.length > 0 && ` (${details.join(', ')})`}. ${training.stopReason} The weights of epoch ${training.bestEpoch} were kept.</p>
<div class="figures">${lossFigure(training)}${metricFigure(training)}</div>
</section>
`;
}

/** Lay out which test rows are right and wrong. */
export function predictionSection(data: ReportData): SafeHtml {
  const figures: HtmlPart[] = [];
  if (data.confusion !== undefined) figures.push(confusionFigure(data.confusion), classTable(data.confusion));
  if (data.predictions !== undefined) figures.push(...regressionFigures(data));
  return html`<section aria-labelledby="predictions">
<h2 id="predictions">Predictions on the test rows</h2>
<div class="figures${data.predictions !== undefined && ' regression'}">${figures}</div>
${data.mistakes !== undefined && mistakeTable(data, data.mistakes)}
</section>
`;
}

function classTable(matrix: ConfusionMatrix): SafeHtml {
  const rows = classMeasures(matrix);
  const content = table(
    'Precision, recall and F1 of each class',
    [
      { name: 'Class' },
      { name: 'Precision', numeric: true },
      { name: 'Recall', numeric: true },
      { name: 'F1', numeric: true },
      { name: 'Rows', numeric: true },
    ],
    rows.map((row) => [
      shorten(row.name, cellLetters),
      formatPercent(row.precision, 'fixed'),
      formatPercent(row.recall, 'fixed'),
      formatPercent(row.f1, 'fixed'),
      formatCount(row.actual),
    ]),
  );
  return html`<div class="figure${rows.length > 6 && ' full'}"><h3>Each class</h3>
<p class="message">Precision: of the rows predicted as the class, how many are it. Recall: of the rows of the class, how many were found. F1 balances the two.</p>
${rows.length > openClassRows ? html`<details><summary>All ${formatCount(rows.length)} classes</summary>${content}</details>` : content}</div>
`;
}

function mistakeTable(data: ReportData, mistakes: MistakeList): SafeHtml {
  const classification = data.task === 'classification';
  const title = classification ? 'Most confident mistakes' : 'Largest errors';
  if (mistakes.rows.length === 0)
    return html`<h3>${title}</h3><p>There is none: every test row was predicted right.</p>`;
  const shown = `${formatCount(mistakes.rows.length)} of ${formatQuantity(mistakes.total, classification ? 'mistake' : 'test row')}`;
  const value = (cell: string | number | boolean | null): HtmlPart =>
    cell === null
      ? html`<span class="missing">missing</span>`
      : typeof cell === 'number'
        ? formatCell(cell)
        : shorten(String(cell), cellLetters);
  const lead = classification
    ? [
        { name: 'Row', numeric: true },
        { name: 'Actual' },
        { name: 'Predicted' },
        { name: 'Probability', numeric: true },
      ]
    : [
        { name: 'Row', numeric: true },
        { name: 'Actual', numeric: true },
        { name: 'Predicted', numeric: true },
        { name: 'Error', numeric: true },
      ];
  return html`<h3>${title}</h3>
<p>${shown}, worst first. Row 1 is the first after the header of ${data.data.source}.</p>
${table(
  title,
  [...lead, ...mistakes.columns.map((name) => ({ name: shorten(name, cellLetters) }))],
  mistakes.rows.map((mistake) => [
    formatCount(mistake.row),
    value(mistake.actual),
    html`<strong>${value(mistake.predicted)}</strong>`,
    classification ? formatPercent(mistake.probability) : error(mistake.actual, mistake.predicted),
    ...mistake.cells.map(value),
  ]),
  { className: 'nowrap' },
)}`;
}

function error(actual: string | number, predicted: string | number): string {
  const difference = Number(predicted) - Number(actual);
  return (difference > 0 ? '+' : '') + formatNumber(difference).replace(/^-/, '−');
}

/** Lay out what the predictions rest on; nothing when it was not measured. */
export function importanceSection({ importance }: ReportData): SafeHtml | undefined {
  if (importance === undefined || importance.columns.length === 0) return undefined;
  return html`<section aria-labelledby="importance">
<h2 id="importance">What the predictions rest on</h2>
<p>Each column in turn is shuffled, so that it no longer says anything about its row, and the score is taken again. The further it falls, the more the model relies on the column. This says nothing about cause.</p>
${importanceFigure(importance)}
</section>
`;
}
