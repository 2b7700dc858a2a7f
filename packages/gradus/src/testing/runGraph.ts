import { compile } from '../compile/compile.ts';
import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import { isOp, reachableNodes, type Tensor } from '../graph/tensor.ts';
import type { Executor } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { interpret, type Precision } from '../runtime/reference/interpret.ts';
import type { RandomGraph } from './randomGraph.ts';

/** The numbers that a graph gives: its loss, its outputs, the gradient of every parameter. */
export type Results = ReadonlyMap<string, ArrayLike<number>>;

/** Numbers of the step that random draws hang on; any but the first will do. */
const STEP = 7;
const SEED = 23;

/** The graph of a loss with the gradients of its parameters, by name; a parameter out of its reach has none. */
export function withGradients({ loss, outputs, parameters }: RandomGraph): [string, Tensor][] {
  const leaves = new Map<string, Tensor>();
  for (const node of reachableNodes([loss])) {
    if (isOp(node, 'parameter')) leaves.set(node.attributes.name, node.outputs[0]);
  }
  const wanted = parameters.filter(({ name }) => leaves.has(name));
  const gradients = differentiate(
    new Map([[loss, $.constant(1)]]),
    wanted.map(({ name }) => leaves.get(name)!),
  );
  return [
    ['loss', loss],
    ...Object.entries(outputs),
    ...gradients.flatMap((gradient, i): [string, Tensor][] =>
      gradient === undefined ? [] : [[`∂${wanted[i].name}`, gradient]],
    ),
  ];
}

/** Compute a graph as it was traced: no simplification, no fusion, one array a value. */
export function runInterpreted(graph: RandomGraph, precision: Precision): Results {
  const named = withGradients(graph);
  const given = {
    inputs: Object.fromEntries(graph.inputs.map(({ name, values }) => [name, values])),
    parameters: (name: string) => graph.values.get(name)!,
  };
  const arrays = interpret(
    named.map(([, tensor]) => tensor),
    given,
    { precision, rows: graph.rows, step: STEP, seed: SEED },
  );
  return new Map(named.map(([name], i) => [name, arrays[i].values]));
}

/** Compile a graph and run one step of it; the rows of the batch stand in reverse in the data. */
export function runCompiled(graph: RandomGraph, executor: Executor): Results {
  const { loss, outputs, parameters, rows, inputs, values } = graph;
  const program = compile({
    loss,
    outputs,
    trainable: parameters.map(({ name }) => name),
    gathered: true,
  });
  const store = executor.createStore(new StoreLayout(parameters), 0);
  for (const [name, numbers] of values) store.write(name, numbers);
  const session = executor.createSession(program, { store, rowCapacity: rows + 2, seed: SEED });
  const tables = inputs
    .filter(({ name }) => program.inputs.has(name))
    .map(({ name, width, values: table }) => {
      const turned = table.slice();
      for (let row = 0; row < rows; row++)
        turned.set(table.subarray(row * width, (row + 1) * width), (rows - 1 - row) * width);
      const data = executor.createData({ values: turned, width });
      session.bind(name, data);
      return data;
    });
  const order = Int32Array.from({ length: rows }, (_, i) => rows - 1 - i);
  session.start({
    range: 'valueAndGradient',
    steps: 1,
    batchSize: rows,
    rowCount: rows,
    order,
    stepNumber: STEP,
  });
  while (session.advance() === 'paused');
  const results = new Map<string, ArrayLike<number>>([['loss', session.records.slice(0, 1)]]);
  for (const name of Object.keys(outputs)) results.set(name, session.read(name));
  for (const { name } of parameters) {
    if (!program.unreached.includes(name)) results.set(`∂${name}`, store.read(name, 'gradient'));
  }
  session.dispose();
  for (const data of tables) data.dispose();
  store.dispose();
  return results;
}

const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * The largest difference between results, each tensor's measured against its largest number or, where that is small
 * by cancellation, against a thousandth of the largest of all gradients.
 *
 * @returns By tensor; NaN where one side has a NaN the other has not, or another length.
 */
export function differences(got: Results, truth: Results): Map<string, number> {
  const gradients = [...truth].filter(([name]) => name.startsWith('∂')).map(([, values]) => largest(values));
  const floor = 1e-3 * gradients.reduce((most, value) => Math.max(most, value), 0);
  return new Map(
    [...truth].map(([name, expected]) => {
      const values = got.get(name);
      if (values === undefined || values.length !== expected.length) return [name, Number.NaN];
      const scale = Math.max(largest(expected), name.startsWith('∂') ? floor : 0, 1e-30);
      let worst = 0;
      for (let i = 0; i < expected.length; i++) {
        if (Object.is(values[i], expected[i])) continue;
        worst = Math.max(worst, Math.abs(values[i] - expected[i]) / scale);
      }
      return [name, worst];
    }),
  );
}
