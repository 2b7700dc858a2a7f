import { expect, test } from 'vitest';
import { tooBig } from './checkSizes.mjs';

test('an entry above its ceiling is told with both numbers; one at it is not', () => {
  const measured = [
    { name: 'scores', size: 1401, ceiling: 1400 },
    { name: 'everything', size: 99, ceiling: 99 },
  ];
  expect(tooBig(measured)).toEqual(['scores: 1401 bytes (gzip); the ceiling is 1400']);
});
