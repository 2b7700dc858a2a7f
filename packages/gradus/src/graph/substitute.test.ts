import { expect, test } from 'vitest';
import { evaluate } from '../autograd/evaluate.ts';
import * as $ from './operations.ts';
import { substitute } from './substitute.ts';

test('what depends on a replaced tensor is made again, and nothing else', () => {
  const x = $.parameter('x', []);
  const y = $.parameter('y', []);
  const kept = $.exp(y);
  const [sum, same] = substitute([$.add($.square(x), kept), kept], new Map([[x, $.constant(3)]]));
  expect(same).toBe(kept);
  expect(sum.node.inputs[1]).toBe(kept);
  expect(evaluate(sum, { y: 0 })).toBe(10);
});
