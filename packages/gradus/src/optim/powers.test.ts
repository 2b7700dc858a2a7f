import { expect, test } from 'vitest';
import { pow } from '../util/math.ts';
import { powersOf } from './powers.ts';

test('powers in any order are those of pow within 4e-16, relatively', () => {
  for (const base of [0.9, 0.999, 0.5, 0]) {
    const power = powersOf(base);
    for (const n of [0, 1, 63, 64, 65, 5000, 127, 128, 1, 700]) {
      const expected = pow(base, n);
      expect(Math.abs(power(n) - expected)).toBeLessThanOrEqual(4e-16 * expected);
    }
  }
});
