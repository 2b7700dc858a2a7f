/**
 * The report's style. Series colours are from Okabe and Ito's colour-blind safe set (Color Universal Design, 2008),
 * each with a contrast of at least 3:1 against the page in its theme; text has at least 4.5:1.
 */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f6f7f8; --ink: #1a1d21; --muted: #5b636d; --rule: #d9dde2; --link: #00568a;
  --series-1: #0072b2; --series-2: #d55e00; --series-3: #00845f;
  --heat-right: #5aaadb; --heat-wrong: #f0914a; --heat-mixed: #c3c8ce; --caution: #a34700;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --panel: #1c2026; --ink: #e8eaed; --muted: #a3abb5; --rule: #363c45; --link: #7cc4f0;
    --series-1: #56b4e9; --series-2: #e69f00; --series-3: #2bb98e;
    --heat-right: #00659e; --heat-wrong: #a44800; --heat-mixed: #4b525c; --caution: #f0b060;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); max-width: 72rem; background: var(--page); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif;
  overflow-wrap: break-word;
}
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0.25rem 0 1rem; font-size: clamp(1.6rem, 1.2rem + 2vw, 2.4rem); font-weight: 650; letter-spacing: -0.015em; }
h2 { margin: 0 0 0.75rem; font-size: 1.4rem; font-weight: 650; letter-spacing: -0.01em; scroll-margin-top: 4rem; }
h3 { margin: 0 0 0.25rem; font-size: 1.05rem; font-weight: 650; }
p { margin: 0 0 1rem; max-width: 44rem; }
small { font-size: 0.8125rem; color: var(--muted); }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--page); z-index: 2; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header { padding: clamp(2rem, 6vw, 4rem) 0 1.5rem; }
.brand { margin: 0; color: var(--muted); font-size: 0.875rem; letter-spacing: 0.02em; }
.verdict { max-width: 50rem; margin: 0 0 2rem; padding-left: 1.1rem; border-left: 4px solid var(--series-1); font-size: clamp(1.1rem, 1rem + 0.6vw, 1.35rem); line-height: 1.5; }
.verdict.doubtful { border-left-color: var(--series-2); }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1px; margin: 0; border: 1px solid var(--rule); border-radius: 8px; overflow: hidden; }
.key > div { padding: 0.9rem 1.1rem; box-shadow: 0 0 0 1px var(--rule); }
.key dt { color: var(--muted); font-size: 0.875rem; line-height: 1.35; }
.key dd { margin: 0.15rem 0 0; font-size: 1.5rem; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
.key small { display: block; font-weight: 400; }
nav { position: sticky; top: 0; z-index: 1; margin: 0 -0.5rem; background: var(--page); border-bottom: 1px solid var(--rule); }
nav ul { display: flex; gap: 0.25rem; margin: 0; padding: 0; overflow-x: auto; list-style: none; }
nav a { display: block; padding: 0.7rem 0.6rem; color: var(--muted); font-size: 0.9375rem; text-decoration: none; white-space: nowrap; }
nav a:hover { color: var(--ink); text-decoration: underline; }
nav a:focus-visible { outline-offset: -3px; }
section { padding: 2.75rem 0 1.5rem; }
section + section { border-top: 1px solid var(--rule); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 2.25rem 2.5rem; margin: 1.5rem 0; align-items: start; }
.figure { margin: 0; min-width: 0; }
.figure.full { grid-column: 1 / -1; margin: 0.5rem 0; }
.message { margin: 0 0 0.5rem; color: var(--muted); font-size: 0.9375rem; line-height: 1.5; }
.note { margin: 0.25rem 0 0.5rem; color: var(--muted); font-size: 0.8125rem; }
svg.plot { display: block; height: auto; max-width: 100%; margin: 0.5rem 0; overflow: visible; color: var(--ink); font-family: inherit; }
svg.plot text { white-space: pre; }
svg.narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; margin: 0 0 0.25rem; padding: 0; list-style: none; font-size: 0.875rem; }
.legend li { display: inline-flex; align-items: center; gap: 0.45rem; }
details { margin: 0.4rem 0 0; font-size: 0.9375rem; }
summary { display: inline-block; padding: 0.25rem 0; color: var(--link); font-size: 0.875rem; cursor: pointer; }
summary::before { content: '▸'; display: inline-block; width: 1.1em; }
details[open] > summary::before { content: '▾'; }
summary::-webkit-details-marker { display: none; }
details .scroll { max-height: 24rem; overflow: auto; margin-top: 0.25rem; }
.scroll { position: relative; max-width: 100%; overflow-x: auto; margin: 0 0 1rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
table.roomy { min-width: 46rem; }
table.small { width: auto; min-width: 18rem; }
caption { padding: 0 0 0.4rem; color: var(--muted); font-size: 0.8125rem; text-align: left; }
th, td { padding: 0.45rem 1.5rem 0.45rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0.25rem; }
thead th { color: var(--muted); font-size: 0.8125rem; font-weight: 500; white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
.nowrap td, .nowrap th { white-space: nowrap; }
.missing { color: var(--muted); font-style: italic; }
pre { margin: 0; padding: 1rem 1.1rem; width: max-content; min-width: 100%; border-radius: 8px; background: var(--panel); font: 0.84375rem/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: 0.75rem 2rem; margin: 1.25rem 0 0; }
.facts dt { color: var(--muted); font-size: 0.8125rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.split { display: flex; gap: 2px; height: 0.75rem; max-width: 44rem; margin: 0.25rem 0 0.4rem; border-radius: 4px; overflow: hidden; }
.part { flex-basis: 0; min-width: 2px; }
.split-legend { margin-bottom: 1.25rem; }
.chip { width: 0.8rem; height: 0.8rem; border-radius: 2px; }
.train { background: var(--series-1); } .validation { background: var(--series-2); } .test { background: var(--series-3); }
.warnings { max-width: 44rem; margin: 0 0 1.5rem; padding: 0.9rem 1.1rem; border-left: 4px solid var(--series-2); background: var(--panel); border-radius: 0 8px 8px 0; }
.warnings h3 { color: var(--caution); }
.warnings ul { margin: 0.25rem 0 0; padding-left: 1.2rem; }
footer { padding: 1.5rem 0 3rem; border-top: 1px solid var(--rule); color: var(--muted); font-size: 0.8125rem; }
@media (max-width: 40rem) {
  svg.wide { display: none; }
  svg.narrow { display: block; }
  section { padding-top: 2rem; }
  .key { grid-template-columns: 1fr 1fr; }
  .key > div { padding: 0.75rem 0.85rem; }
  .key dd { font-size: 1.25rem; }
}
@media (min-width: 64rem) { .figures.regression > :first-child { grid-row: span 2; } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  nav, .skip, details:not([open]) { display: none; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  section, header { padding: 1rem 0; }
  .figure, .warnings, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  svg.plot, .part, .chip { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; max-height: none; }
  pre { white-space: pre-wrap; width: auto; }
}
`;
