import { expect, test } from 'vitest';
import { randomGraph } from './randomGraph.ts';
import { differences, estimateErrors, runInterpreted, scales } from './runGraph.ts';

test('the error that rounding may cause is below 1e-5 of the scale for 19 tensors in 20', () => {
  const ratios: number[] = [];
  for (let seed = 0; seed < 100; seed++) {
    const graph = randomGraph(seed);
    const truth = runInterpreted(graph, 'float64');
    const scale = scales(truth);
    for (const [name, error] of estimateErrors(graph, truth))
      if (scale.get(name)! > 0) ratios.push(error / scale.get(name)!);
  }
  ratios.sort((a, b) => a - b);
  expect(ratios.every((ratio) => Number.isFinite(ratio))).toBe(true);
  expect(ratios[Math.floor(0.95 * ratios.length)]).toBeLessThan(1e-5);
});

test('a NaN on one side only, and a missing tensor, count as differences', () => {
  const truth = new Map([['a', Float64Array.of(1, Number.NaN)]]);
  expect(differences(new Map([['a', Float64Array.of(1, Number.NaN)]]), truth).get('a')).toBe(0);
  expect(differences(new Map([['a', Float64Array.of(1, 2)]]), truth).get('a')).toBeNaN();
  expect(differences(new Map([['a', Float64Array.of(Number.NaN, Number.NaN)]]), truth).get('a')).toBeNaN();
  expect(differences(new Map(), truth).get('a')).toBeNaN();
});
