import { expect, test } from 'vitest';
import { UnsupportedError } from '../util/errors.ts';
import * as $ from './operations.ts';
import { countUses, reachableNodes, withScope } from './tensor.ts';

const x = $.parameter('x', [3]);

test('a tensor refuses to act as a number, and prints itself', () => {
  expect(() => (x as unknown as number) + 1).toThrow(UnsupportedError);
  expect(() => (x as unknown as number) > 0).toThrow('Use add, multiply, greater or where');
  expect(`${x}`).toMatch(/^%\d+ = parameter \[3\]$/);
});

test('the nodes that a tensor needs come once each, every one after its inputs', () => {
  const y = $.exp(x);
  const z = $.add($.sin(y), y);
  const nodes = reachableNodes([z, y]);
  expect(nodes.map(({ op }) => op)).toEqual(['parameter', 'unary', 'unary', 'binary']);
  nodes.forEach((node, at) => {
    for (const input of node.inputs) expect(nodes.indexOf(input.node)).toBeLessThan(at);
  });
});

test('uses count every reader, and results as one more', () => {
  const y = $.exp(x);
  const z = $.multiply(y, y);
  const uses = countUses([z, y]);
  expect([uses.get(x), uses.get(y), uses.get(z)]).toEqual([1, 3, 1]);
});

test('a scope names the nodes that are made in it, and ends with an error too', () => {
  const inner = withScope('outer', () => {
    expect(() =>
      withScope('inner', () => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    return $.exp(x);
  });
  expect(inner.node.scope).toBe('outer');
  expect($.exp(x).node.scope).toBe('');
});
