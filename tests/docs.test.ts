import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as losses from 'gradus/losses';
import * as metrics from 'gradus/metrics';
import { expect, test } from 'vitest';
import { layerFactories } from '../packages/gradus/src/nn/registry.ts';
import * as optimizers from '../packages/gradus/src/optim/optimizers.ts';
import { entriesOf } from '../scripts/entries.mjs';
import { root } from '../scripts/platform.mjs';

const read = (path: string) => readFileSync(path, 'utf8');
const markdownIn = (...path: string[]) =>
  readdirSync(join(root, ...path))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, ...path, name));

const documents = [
  ...markdownIn(),
  ...markdownIn('docs'),
  ...markdownIn('docs', 'decisions'),
  join(root, 'bench', 'README.md'),
];

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading as string));

test.each(documents.map((path) => [relative(root, path), path]))(
  'the links of %s lead somewhere',
  (_, path) => {
    const text = read(path as string).replaceAll(/^```[\s\S]*?^```$/gm, '');
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link as string)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file, anchor] = link.split('#');
        const target = file === '' ? (path as string) : resolve(dirname(path as string), file as string);
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
      });
    expect(broken).toEqual([]);
  },
);

test.each([
  ['docs', 'docs/README.md'],
  ['docs/decisions', 'docs/decisions/README.md'],
])('every document of %s is listed in %s', (folder, index) => {
  const text = read(join(root, index));
  const missing = readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .filter((name) => !text.includes(`(${name})`));
  expect(missing).toEqual([]);
});

test('docs/names.md lists every entry point', () => {
  const text = read(join(root, 'docs', 'names.md'));
  const names = ['gradus', 'io'].flatMap(entriesOf).map(({ name }) => name);
  expect(names.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
});

test.each([
  ['docs/losses.md', Object.keys(losses)],
  ['docs/metrics.md', Object.keys(metrics)],
  ['docs/models.md', Object.keys(layerFactories())],
  ['docs/optimizers.md', Object.keys(optimizers)],
])('%s names everything it is about', (document, names) => {
  const text = read(join(root, document));
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

test('the files that documents name exist', () => {
  const folders = ['packages', 'examples', 'bench', 'fixtures', 'scripts', 'tests', 'docs'];
  const files = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join('/', folder, path),
      ),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/node_modules|\/dist\/|\/build\//.test(path));
  const missing = documents
    // A decision speaks of its time.
    .filter((path) => !path.includes('decisions'))
    .flatMap((path) =>
      [...read(path).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|py|json))`/g)].map(([, file]) => [
        relative(root, path),
        file as string,
      ]),
    )
    .filter(([, file]) => !/^(dist|node_modules|bench\/results)\//.test(file as string))
    .filter(([, file]) => !files.some((path) => path.endsWith(`/${file}`)));
  expect(missing).toEqual([]);
});
