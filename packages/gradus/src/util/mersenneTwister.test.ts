import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MersenneTwister } from './mersenneTwister.ts';

interface Draws {
  words: number[];
  uniform: number[];
  normal: number[];
  permutation: Record<string, number[]>;
}
const numpy = JSON.parse(
  readFileSync(new URL('../../../../fixtures/mersenneTwister.json', import.meta.url), 'utf8'),
) as { seeds: Record<string, Draws> };

for (const [seed, truth] of Object.entries(numpy.seeds)) {
  test(`words, uniforms and permutations equal NumPy's with seed ${seed}`, () => {
    const random = new MersenneTwister(Number(seed));
    const words = Array.from({ length: 1300 }, () => random.u32());
    expect([...words.slice(0, 10), ...words.slice(620, 630), ...words.slice(1290)]).toEqual(truth.words);
    const uniforms = new MersenneTwister(Number(seed));
    expect(truth.uniform.map(() => uniforms.uniform())).toEqual(truth.uniform);
    for (const [n, order] of Object.entries(truth.permutation)) {
      expect([...new MersenneTwister(Number(seed)).permutation(Number(n))]).toEqual(order);
    }
  });

  test(`normals are within 1e-15 of NumPy's with seed ${seed} (relative)`, () => {
    const random = new MersenneTwister(Number(seed));
    for (const value of truth.normal) {
      expect(Math.abs(random.gauss() - value)).toBeLessThanOrEqual(1e-15 * Math.abs(value));
    }
  });
}
