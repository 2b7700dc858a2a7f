import { expect, test } from 'vitest';
import { isOp, type OpName } from '../graph/attributes.ts';
import { type Node, reachableNodes } from '../graph/tensor.ts';
import { definitions } from './definitions.ts';
import { randomGraph } from './randomGraph.ts';
import { withGradients } from './runGraph.ts';

/** An op with the function it computes, where it has one. */
const describeNode = ({ op, attributes }: Node): string =>
  'function' in attributes ? `${op} ${attributes.function}` : op;

test('together the graphs hold every op', () => {
  const seen = new Set<string>();
  const visit = (node: Node): void => {
    seen.add(describeNode(node));
    seen.add(node.op);
    if (isOp(node, 'repeat')) reachableNodes(node.attributes.body.results).forEach(visit);
  };
  for (let seed = 0; seed < 100; seed++) {
    reachableNodes(withGradients(randomGraph(seed)).map(([, tensor]) => tensor)).forEach(visit);
  }
  // countCorrect has no derivative and stands in no loss; fused ops are made by the compiler.
  const expected = (Object.keys(definitions) as OpName[]).filter(
    (op) => definitions[op].derivative !== 'fused' && op !== 'countCorrect',
  );
  expect(expected.filter((op) => !seen.has(op))).toEqual([]);
});
