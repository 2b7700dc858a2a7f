import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { html, type SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';

/** Lay out the network and what it takes to do the run again. */
export function runSection({ architecture, run }: ReportData): SafeHtml {
  const facts: [string, string][] = [
    ['Seed', String(run.seed)],
    ['Gradus', run.version],
    ['Node', run.node],
    ...(run.platform === undefined ? [] : [['Platform', run.platform] as [string, string]]),
    ['Executor', run.executor],
    ['Numerics', run.numerics],
    ...(run.startedAt === undefined ? [] : [['Started', run.startedAt] as [string, string]]),
    ['Duration', formatDuration(run.seconds)],
    ['Run folder', run.folder],
    ...(run.settings ?? []).map(({ name, value }): [string, string] => [name, value]),
  ];
  return html`<section aria-labelledby="model">
<h2 id="model">Model</h2>
<p>${formatCount(architecture.parameters)} trainable parameters.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Layers"><pre>${architecture.summary.replace(/\n+$/, '')}</pre></div>
</section>
<section aria-labelledby="again">
<h2 id="again">Do it again</h2>
<p>The same command on the same file gives the same model.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Command"><pre class="command">${run.command}</pre></div>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>
`;
}
