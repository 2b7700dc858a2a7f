// @ts-check
// Brings the results of all parts, as they were last measured, into one page and into the figures of docs/plots.
// node bench/report.mjs writes it anew from bench/results.
import { curvesPlot, rooflinePlot } from './plots.mjs';
import { checkTable, folder, isMet, markdownTable, readResults, writeWhole } from './results.mjs';

const plots = new URL('../docs/plots/', import.meta.url);

/** @typedef {{ name: string, title: string, explanation: string, tables: (data: any) => import('./results.mjs').Table[] }} Part */

/** @param {readonly Part[]} parts */
export function writeReport(parts) {
  const all = parts.map((part) => ({ part, results: readResults(part.name) }));
  const nodes = [...new Set(all.flatMap(({ results }) => results.map(({ node }) => node)))].sort(
    (a, b) => b - a,
  );
  const text = [
    '# What Gradus does on one machine',
    '',
    '`npm run bench` writes this page. What the figures mean stands in [docs/performance.md](../../docs/performance.md).',
    '',
  ];
  for (const node of nodes) {
    const checks = all.flatMap(
      ({ results }) => results.find((one) => one.node === node)?.result.checks ?? [],
    );
    if (checks.length === 0) continue;
    const met = checks.filter((check) => isMet(check)).length;
    text.push(
      `## Targets, Node ${node}: ${met} of ${checks.length} met`,
      '',
      markdownTable(checkTable(checks)),
    );
  }
  for (const { part, results } of all) {
    if (results.length === 0) continue;
    text.push(`## ${part.title}`, '', part.explanation, '');
    for (const { result } of results) {
      const { machine, limits, load, date, quick } = result;
      text.push(
        `### Node ${machine.node}`,
        '',
        `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB; multiply-add peak ${limits.peak.map((/** @type {number} */ peak) => peak.toFixed(1)).join(' and ')} GFLOP/s ` +
          `on one and two threads; load ${load.before} before, ${load.after} after; ${date.slice(0, 10)}${quick ? '; a quick run' : ''}.`,
        '',
        ...part.tables(result.data).map(markdownTable),
      );
    }
  }
  writeWhole(new URL('report.md', folder), `${text.join('\n').trimEnd()}\n`);
  const [drawn] = readResults('roofline');
  if (drawn !== undefined)
    writeWhole(new URL('roofline.svg', plots), rooflinePlot(drawn.result.data, nameOf(drawn.result)));
  const [curves] = readResults('costCurves');
  if (curves !== undefined)
    writeWhole(new URL('costCurves.svg', plots), curvesPlot(curves.result.data, nameOf(curves.result)));
}

const nameOf = (/** @type {any} */ { machine }) =>
  `${machine.processor}, Node ${machine.node.slice(1).split('.')[0]}`;
