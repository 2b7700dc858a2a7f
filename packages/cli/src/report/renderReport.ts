import { formatDuration } from '../format/duration.ts';
import { formatCount, formatPercent } from '../format/number.ts';
import { html, type SafeHtml, trusted } from './html.ts';
import type { ReportData } from './reportData.ts';
import { dataSection } from './sections/dataSection.ts';
import {
  importanceSection,
  predictionSection,
  scoreSection,
  trainingSection,
} from './sections/outcomeSections.ts';
import { runSection } from './sections/runSection.ts';
import { styleSheet } from './styleSheet.ts';
import { capitalise, typographic } from './text.ts';
import { formatInterval, formatScore, isUnconvincing, verdict } from './verdict.ts';

/**
 * Render a report as one HTML file that needs nothing else: no network, no script, light and dark, screen and print.
 *
 * @param data - Everything the report shows; see {@link ReportData}.
 * @returns The text of the file.
 */
export function renderReport(data: ReportData): string {
  const importance = importanceSection(data);
  const links: [string, string][] = [
    ['score', 'Score'],
    ['training', 'Training'],
    ['predictions', 'Predictions'],
    ...(importance === undefined ? [] : [['importance', 'Importance'] as [string, string]]),
    ['data', 'Data'],
    ['model', 'Model'],
    ['again', 'Do it again'],
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="gradus ${data.run.version}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${data.title} – Gradus report</title>
<style>${trusted(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
<p class="brand">Gradus report</p>
<h1>${data.title}</h1>
<p class="${isUnconvincing(data) ? 'verdict doubtful' : 'verdict'}">${typographic(verdict(data))}</p>
${keyFigures(data)}
</header>
<nav aria-label="Sections"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
${scoreSection(data)}${trainingSection(data)}${predictionSection(data)}${importance}${dataSection(data)}${runSection(data)}
</main>
<footer><p>Made by Gradus ${data.run.version}. This file holds everything it shows and asks nothing of the network.</p></footer>
</body>
</html>
`.markup;
}

function keyFigures({ score, baselines, architecture, run, split }: ReportData): SafeHtml {
  const linear = baselines.find((baseline) => baseline.kind === 'linear');
  const trivial = baselines.find((baseline) => baseline.kind === 'trivial');
  const confidence = formatPercent(score.confidence ?? 0.95);
  const figures: [string, string, string][] = [
    [
      `Test ${score.metric}`,
      formatScore(score.value, score.format),
      Number.isNaN(score.value)
        ? 'too few rows'
        : `${confidence} interval ${formatInterval(score.lower, score.upper, score.format)}`,
    ],
  ];
  if (linear !== undefined)
    figures.push(['Linear model', formatScore(linear.value, score.format), 'the same rows']);
  if (trivial !== undefined)
    figures.push([capitalise(trivial.name), formatScore(trivial.value, score.format), 'the same rows']);
  figures.push(['Trained on', formatCount(split.train), `rows, in ${formatDuration(run.seconds)}`]);
  figures.push(['Parameters', formatCount(architecture.parameters), 'trainable']);
  return html`<dl class="key">${figures.map(
    ([name, value, small]) =>
      html`<div><dt>${name}</dt><dd>${typographic(value)}<small>${typographic(small)}</small></dd></div>`,
  )}</dl>`;
}
