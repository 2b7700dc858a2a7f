import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canMount, fillDisk, killAndResume, measureUndisturbed, numbers } from './endurance.mjs';

// A few of each; `node tests/endurance.mjs` does hundreds.
let whole: Awaited<ReturnType<typeof measureUndisturbed>>;
const next = numbers(11);

beforeAll(async () => {
  whole = await measureUndisturbed();
}, 60_000);
afterAll(() => rmSync(whole.folder, { recursive: true, force: true }));

test('killed at random moments and resumed: the same bits, no temporary file', async () => {
  expect((await killAndResume(whole, next)).problems).toEqual([]);
}, 120_000);

test('on a disk that fills up at a random moment nothing that was saved is lost', async ({ skip }) => {
  skip(!canMount(), 'needs root on Linux, for a small tmpfs');
  for (let i = 0; i < 2; i++) expect(await fillDisk(whole, next)).toEqual([]);
}, 120_000);
