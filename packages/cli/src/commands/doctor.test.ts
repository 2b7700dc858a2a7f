import { availableParallelism } from 'node:os';
import { describeBlas } from 'gradus/node';
import { afterAll, expect, test } from 'vitest';
import type { Diagnosis } from '../doctor/doctorText.ts';
import { Workplace } from '../testing/command.ts';

const place = new Workplace();
afterAll(() => place.remove());

test('doctor --json holds the machine, a figure for each executor, and a conclusion', async () => {
  const { code, stdout, stderr } = await place.run(['doctor', '--quick', '--json']);
  expect([code, stderr]).toEqual([0, '']);
  const { machine, measured, conclusion } = JSON.parse(stdout) as Diagnosis;
  expect(machine).toMatchObject({ node: process.version, cores: availableParallelism(), simd: true });
  const executors = describeBlas().libraries.length > 0 ? ['wasm', 'blas'] : ['wasm'];
  expect(new Set(measured.map(({ executor }) => executor))).toEqual(new Set(executors));
  for (const { gflops, smallStep, largeStep } of measured) {
    expect(gflops).toBeGreaterThan(0);
    expect(smallStep).toBeGreaterThan(0);
    expect(largeStep).toBeGreaterThan(0);
  }
  expect(conclusion.length).toBeGreaterThanOrEqual(2);
  expect(place.files()).toEqual([]);
});

test('doctor takes no operands', async () => {
  const { code, stderr } = await place.run(['doctor', 'me']);
  expect(code).toBe(2);
  expect(stderr).toContain('also me. Expected gradus doctor, and nothing else');
});
