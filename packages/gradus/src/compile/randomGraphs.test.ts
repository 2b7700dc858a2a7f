import { expect, test } from 'vitest';
import type { OpName } from '../graph/attributes.ts';
import { definitions } from '../graph/ops/index.ts';
import { type Node, reachableNodes } from '../graph/tensor.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { randomGraph } from '../testing/randomGraph.ts';
import { differences, runCompiled, runInterpreted, scales, withGradients } from '../testing/runGraph.ts';

const GRAPHS = 500;
const GROUP = 100;

for (let first = 0; first < GRAPHS; first += GROUP) {
  test(`graphs ${first} to ${first + GROUP - 1}: compiled equals interpreted within 1e-10`, () => {
    const executor = new ReferenceExecutor('float64');
    for (let seed = first; seed < first + GROUP; seed++) {
      const graph = randomGraph(seed);
      const truth = runInterpreted(graph, 'float64');
      const got = runCompiled(graph, executor);
      const scale = scales(truth);
      for (const [name, difference] of differences(got, truth)) {
        if (!(difference <= 1e-10 * scale.get(name)!))
          expect.fail(`graph ${seed}: ${name} differs by ${difference}`);
      }
      expect([...got.keys()].sort(), `graph ${seed}`).toEqual([...truth.keys()].sort());
    }
  });
}

/** An op with the function it computes, where it has one. */
const describeNode = ({ op, attributes }: Node): string =>
  'function' in attributes ? `${op} ${attributes.function}` : op;

test('together the graphs hold every op', () => {
  const seen = new Set<string>();
  const visit = (node: Node): void => {
    seen.add(describeNode(node));
    seen.add(node.op);
    if ('body' in node.attributes) reachableNodes(node.attributes.body.results).forEach(visit);
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
