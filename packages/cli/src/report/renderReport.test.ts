import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { classificationReport, manyClassesReport, regressionReport } from '../testing/reports.ts';
import { renderReport } from './renderReport.ts';
import type { ReportData } from './reportData.ts';

const attack = `<script>alert("1")</script><img src=x onerror='alert(2)'>&amp;`;

const parse = (data: ReportData) => parseHTML(renderReport(data)).document;

const reports: Readonly<Record<string, ReportData>> = {
  classification: classificationReport(),
  'two classes': manyClassesReport(2),
  'ten classes': manyClassesReport(10),
  '35 classes': manyClassesReport(35),
  regression: regressionReport(60),
  'large regression': regressionReport(3000),
  'one regression row': regressionReport(1),
};

/** Put the attack into every text of a value. */
function poison(value: unknown, key = ''): unknown {
  if (typeof value === 'string')
    return ['task', 'format', 'metricFormat', 'kind', 'role'].includes(key) ? value : `${attack}${value}`;
  if (Array.isArray(value)) return value.map((item) => poison(item));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name)]));
  return value;
}

describe.each(Object.entries(reports))('%s', (_, data) => {
  const text = renderReport(data);
  const document = parse(data);

  test('needs no network and no script', () => {
    expect(text).not.toMatch(/<(script|link|iframe|object|embed|img|base)\b/i);
    expect(text).not.toMatch(/\s(src|srcset|xlink:href|on\w+)=/i);
    expect(text).not.toMatch(/@import|url\(/i);
    const addresses = text.match(/https?:\/\/[^"'\s<]*/g) ?? [];
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
    expect(text).toContain("default-src 'none'");
  });

  test('has landmarks, headings in order and links that lead somewhere', () => {
    for (const landmark of ['header', 'nav', 'main', 'footer'])
      expect(document.querySelectorAll(landmark)).toHaveLength(1);
    const levels = [...document.querySelectorAll('h1,h2,h3,h4')].map((heading) =>
      Number(heading.tagName.slice(1)),
    );
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (let index = 1; index < levels.length; index++)
      expect(levels[index]! - levels[index - 1]!).toBeLessThanOrEqual(1);
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('a[href^="#"]'))
      expect(ids).toContain(link.getAttribute('href')!.slice(1));
    for (const element of document.querySelectorAll('[aria-labelledby]'))
      expect(ids).toContain(element.getAttribute('aria-labelledby'));
  });

  test('gives every plot a message, a drawing for narrow screens and a table with scopes', () => {
    const figures = [...document.querySelectorAll('figure')];
    expect(figures.length).toBeGreaterThanOrEqual(4);
    for (const figure of figures) {
      const message = figure.querySelector('.message')!.textContent!;
      expect(message).toMatch(/\.$/);
      const plots = [...figure.querySelectorAll('svg[role=img]')];
      expect(plots.map((plot) => plot.getAttribute('class'))).toEqual(['plot wide', 'plot narrow']);
      for (const plot of plots) expect(plot.getAttribute('aria-label')!.length).toBeGreaterThan(20);
      const headings = [...figure.querySelectorAll('details table th')];
      expect(headings.length).toBeGreaterThan(1);
      for (const heading of headings) expect(['row', 'col']).toContain(heading.getAttribute('scope'));
    }
  });

  test('draws nothing at a place that is not a number, and warns of nothing', () => {
    for (const plot of document.querySelectorAll('svg[role=img]')) {
      const markup = plot.outerHTML;
      expect(markup).not.toMatch(/="[^"]*(NaN|Infinity|undefined)[^"]*"/);
      expect(markup).not.toContain('⚠');
    }
  });

  test('escapes every text that comes from data', () => {
    const poisoned = renderReport(poison(data) as ReportData);
    expect(poisoned).not.toMatch(/<script|<img/i);
    const markup = parseHTML(poisoned).document;
    expect(markup.querySelectorAll('script, img, [onerror]')).toHaveLength(0);
    expect(markup.querySelector('h1')!.textContent).toBe(`${attack}${data.title}`);
    // Every plot and table survives with the same structure.
    for (const selector of ['svg', 'table', 'tr', 'td', 'th', 'section'])
      expect(markup.querySelectorAll(selector).length).toBe(document.querySelectorAll(selector).length);
  });
});

test('is the same text each time', () => {
  expect(renderReport(regressionReport(3000))).toBe(renderReport(regressionReport(3000)));
});

test('survives being written as JSON', () => {
  const data = classificationReport();
  expect(renderReport(JSON.parse(JSON.stringify(data)) as ReportData)).toBe(renderReport(data));
});

test('draws a seeded sample of many points and says so', () => {
  const document = parse(regressionReport(3000));
  const plot = document.querySelector('figure[aria-labelledby=predicted-actual] svg.wide')!;
  expect(plot.querySelectorAll('circle')).toHaveLength(2000);
  expect(document.body.textContent).toContain('a random sample of 2,000 of 3,000 test rows (seed 0)');
  const small = parse(regressionReport(60));
  expect(
    small.querySelector('figure[aria-labelledby=predicted-actual] svg.wide')!.querySelectorAll('circle'),
  ).toHaveLength(60);
  expect(small.body.textContent).not.toContain('random sample of');
});

test('draws the confusion counts and marks the best epoch', () => {
  const document = parse(classificationReport());
  const matrix = document.querySelector('figure[aria-labelledby=confusion-matrix] svg.wide')!.textContent!;
  for (const text of ['23', '100%', '9', '90%', '19', 'predicted →', 'actual ↓', 'Chinstrap'])
    expect(matrix).toContain(text);
  expect(document.querySelector('figure[aria-labelledby=loss-curve] svg.wide')!.textContent).toContain(
    'kept: epoch 60',
  );
});

test('numbers in plots are not cut by the rounding of coordinates', () => {
  const plot = parse(regressionReport(60)).querySelector(
    'figure[aria-labelledby=score-comparison] svg.wide',
  )!;
  expect(plot.textContent).toContain('0.861');
  expect(plot.textContent).toContain('−0.013');
});

test('a run without validation, importance, mistakes or finite losses still makes a page', () => {
  const { importance: _, mistakes: __, ...data } = classificationReport();
  const history = [
    { epoch: 1, loss: 2.5, validationLoss: null, validationMetric: null, learningRate: null, seconds: null },
    { epoch: 2, loss: null, validationLoss: null, validationMetric: null, learningRate: null, seconds: null },
  ];
  const document = parse({ ...data, training: { ...data.training, history, bestEpoch: 1 } });
  expect(document.querySelector('#importance')).toBeNull();
  expect(document.querySelector('#metric-curve')).toBeNull();
  expect(document.querySelector('#loss-curve')).not.toBeNull();
  expect(() =>
    renderReport({ ...data, training: { ...data.training, history: [], bestEpoch: 0 } }),
  ).not.toThrow();
});

test('a long history keeps its first, best and last epoch in the table', () => {
  const data = classificationReport();
  const history = Array.from({ length: 5000 }, (_, index) => ({
    ...data.training.history[0]!,
    epoch: index + 1,
  }));
  const document = parse({ ...data, training: { ...data.training, history, bestEpoch: 4321 } });
  const epochs = [...document.querySelectorAll('figure[aria-labelledby=loss-curve] tbody th')].map(
    (cell) => cell.textContent,
  );
  expect(epochs.length).toBeLessThanOrEqual(203);
  for (const epoch of ['1', '4321 (kept)', '5000']) expect(epochs).toContain(epoch);
});

test('a very long training is drawn and listed in part', () => {
  const { training } = classificationReport();
  const history = Array.from({ length: 200_000 }, (_, index) => ({
    ...training.history[0]!,
    epoch: index + 1,
    loss: 1 / (index + 1),
  }));
  const page = renderReport(classificationReport({ training: { ...training, history, bestEpoch: 123_456 } }));
  expect(page).toContain('at epoch 123456, whose weights were kept');
  expect(page).toContain('123456 (kept)');
  expect(page.length).toBeLessThan(1_000_000);
});
