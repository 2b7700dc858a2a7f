// @ts-check
// How a part of the benchmark tells what it found: tables on the terminal and in Markdown, a JSON file, a progress line.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** @typedef {{ header: readonly string[], rows: readonly (readonly string[])[], note?: string, title?: string }} Table */
/** @typedef {{ what: string, value: number, target: number, unit: string, least?: boolean, note?: string }} Check */

export const folder = new URL('./results/', import.meta.url);

/** Whether a figure is as good as asked: at most its target, or at least where `least` is set. */
export const isMet = (/** @type {Check} */ { value, target, least = false }) =>
  least ? value >= target : value <= target;

/** Three digits, and thousands apart. */
export function figure(/** @type {number} */ value) {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

export const percent = (/** @type {number} */ share) =>
  Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %` : '–';

/** A line for every check, ✓ or ✗ at its end. */
export const checkTable = (/** @type {readonly Check[]} */ checks) => ({
  header: ['target', 'asked', 'measured', ''],
  rows: checks.map((check) => [
    check.note === undefined ? check.what : `${check.what} (${check.note})`,
    `${check.least ? '≥' : '≤'} ${figure(check.target)} ${check.unit}`.trim(),
    `${figure(check.value)} ${check.unit}`.trim(),
    isMet(check) ? '✓' : '✗',
  ]),
});

const isNumber = (/** @type {string} */ cell) =>
  /^[-–≤≥ ]*[\d.,]*( ?(%|×|ms|µs|s|MiB|B|GB\/s|e[+-]\d+))?$/.test(cell);

/** Give a column that holds figures its right alignment. */
const alignments = (/** @type {Table} */ { header, rows }) =>
  header.map((_, i) => i > 0 && rows.every((row) => isNumber(row[i] ?? '')));

/** Print a table for a terminal. */
export function printTable(/** @type {Table} */ table) {
  const right = alignments(table);
  const lines = [table.header, ...table.rows];
  const widths = table.header.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
  if (table.title !== undefined) console.log(`${table.title}:`);
  for (const line of lines) {
    const cells = line.map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])));
    console.log(`  ${cells.join('  ').trimEnd()}`);
  }
  if (table.note !== undefined) console.log(`  ${table.note}`);
  console.log();
}

/** Write a table in Markdown. */
export function markdownTable(/** @type {Table} */ table) {
  const right = alignments(table);
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [
    ...(table.title === undefined ? [] : [`**${table.title}**`, '']),
    line(table.header),
    line(right.map((isRight) => (isRight ? '---:' : '---'))),
    ...table.rows.map(line),
    ...(table.note === undefined ? [] : ['', table.note]),
    '',
  ].join('\n');
}

/** Write a file at once or not at all. */
export function writeWhole(/** @type {URL} */ file, /** @type {string} */ text) {
  mkdirSync(new URL('.', file), { recursive: true });
  const partial = new URL(`${file.href}.partial`);
  writeFileSync(partial, text);
  renameSync(partial, file);
}

export const nodeMajor = Number(process.versions.node.split('.')[0]);

/** Keep what a part found; each Node version has a file of its own. */
export const saveResult = (/** @type {string} */ part, /** @type {object} */ result) =>
  writeWhole(
    new URL(`${part}-node${nodeMajor}.json`, folder),
    `${JSON.stringify(result, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value), 1)}\n`,
  );

/** Read what a part found before, by Node version, the newest first. */
export function readResults(/** @type {string} */ part) {
  const pattern = new RegExp(`^${part}-node(\\d+)\\.json$`);
  return readdirSync(folder)
    .flatMap((name) => {
      const match = pattern.exec(name);
      return match === null ? [] : [{ node: Number(match[1]), name }];
    })
    .sort((a, b) => b.node - a.node)
    .map(({ node, name }) => ({ node, result: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) }));
}

/** Show on a terminal what is being measured; the line goes away by itself. */
export function progress(/** @type {string} */ text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text === '' ? '' : `… ${text}`}`);
}
