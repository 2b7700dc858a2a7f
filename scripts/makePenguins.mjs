// Make packages/cli/data/penguins.csv from the npm package vega-datasets, installed in a temporary folder.
//   node scripts/makePenguins.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const release = 'vega-datasets@3.2.1';
const target = fileURLToPath(new URL('../packages/cli/data/penguins.csv', import.meta.url));

// [our column, theirs]; our names are those of the R package palmerpenguins.
const columns = [
  ['species', 'Species'],
  ['island', 'Island'],
  ['bill_length_mm', 'Beak Length (mm)'],
  ['bill_depth_mm', 'Beak Depth (mm)'],
  ['flipper_length_mm', 'Flipper Length (mm)'],
  ['body_mass_g', 'Body Mass (g)'],
  ['sex', 'Sex'],
];

const cell = (name, value) => {
  if (value === null || value === undefined) return '';
  if (name !== 'sex') return String(value);
  // The source marks one bird's sex with a full stop: not known.
  return value === '.' ? '' : value.toLowerCase();
};

const folder = mkdtempSync(join(tmpdir(), 'penguins-'));
try {
  execFileSync('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-save', '--silent', release], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const rows = JSON.parse(
    readFileSync(join(folder, 'node_modules/vega-datasets/data/penguins.json'), 'utf8'),
  );
  if (rows.length !== 344) throw new Error(`${release} holds ${rows.length} penguins, expected 344`);
  const lines = [
    columns.map(([name]) => name).join(','),
    ...rows.map((row) => columns.map(([name, theirs]) => cell(name, row[theirs])).join(',')),
  ];
  mkdirSync(fileURLToPath(new URL('../packages/cli/data/', import.meta.url)), { recursive: true });
  writeFileSync(target, `${lines.join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
