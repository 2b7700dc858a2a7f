import { formatCount, formatPercent, formatQuantity } from '../../format/number.ts';
import { table } from '../figure.ts';
import { html, type SafeHtml } from '../html.ts';
import type { ColumnProfile, ReportData } from '../reportData.ts';

/** Lay out what was read, how it was understood and how it was dealt out. */
export function dataSection({ data, split, task, target }: ReportData): SafeHtml {
  const share = (missing: number): string =>
    missing === 0
      ? '0'
      : `${formatCount(missing)} (${formatPercent(data.rows === 0 ? 0 : missing / data.rows)})`;
  const use = (column: ColumnProfile): string =>
    column.role === 'dropped' ? `dropped: ${column.reason ?? 'no reason given'}` : column.role;
  const order = { target: 0, input: 1, dropped: 2 } as const;
  const columns = [...data.columns].sort((left, right) => order[left.role] - order[right.role]);
  return html`<section aria-labelledby="data">
<h2 id="data">Data</h2>
<p><strong>${data.source}</strong> has ${formatQuantity(data.rows, 'row')} and ${formatQuantity(data.columns.length, 'column')}. The target <strong>${target}</strong> makes this a ${task} task${data.taskInferredFrom !== undefined && html` (${data.taskInferredFrom})`}. Rows were split ${split.method}: ${formatCount(split.train)} to train, ${formatCount(split.validation)} to validate, ${formatCount(split.test)} to test.</p>
${splitBar(split)}
${warnings(data.warnings)}
${
  (data.droppedRows ?? []).length > 0 &&
  html`<p>Left out before the split: ${(data.droppedRows ?? []).map(({ count, reason }) => `${formatQuantity(count, 'row')} (${reason})`).join(', ')}.</p>`
}
${table(
  'Columns as they were inferred',
  [
    { name: 'Column' },
    { name: 'Kind' },
    { name: 'Use' },
    { name: 'Missing', numeric: true },
    { name: 'Distinct', numeric: true },
    { name: 'Values' },
  ],
  columns.map((column) => [
    column.name,
    column.inferredFrom === undefined
      ? column.kind
      : html`${column.kind}<br><small>${column.inferredFrom}</small>`,
    use(column),
    share(column.missing),
    formatCount(column.distinct),
    column.summary ?? '',
  ]),
  { className: 'roomy' },
)}
</section>
`;
}

function splitBar({ train, validation, test }: ReportData['split']): SafeHtml {
  const total = Math.max(1, train + validation + test);
  const part = (name: string, count: number): SafeHtml =>
    html`<span class="part ${name}" style="flex-grow:${((count / total) * 100).toFixed(2)}"></span>`;
  return html`<div class="split" aria-hidden="true">${part('train', train)}${part('validation', validation)}${part('test', test)}</div>
<ul class="legend split-legend">${[
    { name: 'train', count: train },
    { name: 'validation', count: validation },
    { name: 'test', count: test },
  ].map(
    ({ name, count }) =>
      html`<li><span class="chip ${name}" aria-hidden="true"></span>${name} ${formatPercent(count / total)}</li>`,
  )}</ul>`;
}

function warnings(sentences: readonly string[]): SafeHtml | false {
  if (sentences.length === 0) return false;
  return html`<div class="warnings"><h3>Worth knowing</h3><ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`;
}
