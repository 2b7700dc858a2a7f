import { compile } from '../compile/compile.ts';
import { isOp } from '../graph/attributes.ts';
import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import { type Node, reachableNodes, type Tensor } from '../graph/tensor.ts';
import type { Executor } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { interpret, type Precision } from '../runtime/reference/interpret.ts';
import type { ArrayValue } from '../runtime/reference/ops/evaluation.ts';
import { createStream } from '../util/random.ts';
import type { RandomGraph } from './randomGraph.ts';

/** The numbers that a graph gives: its loss, its outputs, the gradient of every parameter. */
export type Results = ReadonlyMap<string, ArrayLike<number>>;

/** What random draws depend on: any values but the defaults. */
export const STEP_AND_SEED = { step: 7, seed: 23 };

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
export function runInterpreted(
  graph: RandomGraph,
  precision: Precision,
  disturb?: (tensor: Tensor, value: ArrayValue) => void,
): Results {
  const named = withGradients(graph);
  const given = {
    inputs: Object.fromEntries(graph.inputs.map(({ name, values }) => [name, values])),
    parameters: (name: string) => graph.values.get(name)!,
  };
  const arrays = interpret(
    named.map(([, tensor]) => tensor),
    given,
    {
      precision,
      rows: graph.rows,
      ...STEP_AND_SEED,
      ...(disturb === undefined ? {} : { onValue: disturb }),
    },
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
  const session = executor.createSession(program, { store, rowCapacity: rows + 2, seed: STEP_AND_SEED.seed });
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
    stepNumber: STEP_AND_SEED.step,
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
 * Compare results tensor by tensor, in the largest norm.
 *
 * @returns The largest difference by tensor; NaN where one side has a NaN the other has not, or another length.
 */
export function differences(got: Results, truth: Results): Map<string, number> {
  return new Map(
    [...truth].map(([name, expected]) => {
      const values = got.get(name);
      if (values === undefined || values.length !== expected.length) return [name, Number.NaN];
      let worst = 0;
      for (let i = 0; i < expected.length; i++) {
        const difference = Object.is(values[i], expected[i]) ? 0 : Math.abs(values[i] - expected[i]);
        if (Number.isNaN(difference) || difference > worst) worst = difference;
      }
      return [name, worst];
    }),
  );
}

/** The scale of every tensor: its largest number, and for a gradient a thousandth of the loss and of all gradients. */
export function scales(truth: Results): Map<string, number> {
  const gradients = [...truth].filter(([name]) => name.startsWith('∂')).map(([, values]) => largest(values));
  const floor = 1e-3 * Math.max(largest(truth.get('loss')!), ...gradients);
  return new Map(
    [...truth].map(([name, values]) => [name, Math.max(largest(values), name.startsWith('∂') ? floor : 0)]),
  );
}

const EXACT = new Set<string>([
  ...['input', 'parameter', 'constant', 'count', 'oneHot', 'stopGradient', 'clip', 'where', 'repeat'],
  ...['broadcast', 'reshape', 'transpose', 'slice', 'pad', 'concatenate'],
  ...['unary negate', 'unary absolute', 'unary sign', 'unary step', 'activation relu', 'reduce maximum'],
  ...['binary greater', 'binary greaterEqual', 'binary equal', 'binary maximum', 'binary minimum'],
]);

/** Whether an op gives numbers that need no rounding. */
const isExact = ({ op, attributes }: Node): boolean =>
  EXACT.has('function' in attributes ? `${op} ${attributes.function}` : op);

/** Errors that a float32 computation makes of itself: half a unit in the last place of a tensor's largest number. */
const NOISE = 2 ** -24;
const RUNS = 3;

/**
 * Estimate the error of a sound float32 executor: interpret the graph in float64 with every value disturbed, on the
 * way, by noise as large as float32's rounding of its tensor's largest number, a few times, and see how far the results
 * move (Vignes 1993). So cancellation in a graph is told apart from a mistake in an executor.
 */
export function estimateErrors(graph: RandomGraph, truth: Results): Map<string, number> {
  const stream = createStream(graph.seed, 'noise');
  const worst = new Map<string, number>([...truth.keys()].map((name) => [name, 0]));
  for (let run = 0; run < RUNS; run++) {
    const disturbed = runInterpreted(graph, 'float64', ({ node }, { values }) => {
      if (values instanceof Int32Array || isExact(node)) return;
      const size = largest(values);
      for (let i = 0; i < values.length; i++) {
        if (values[i] !== 0) values[i] += NOISE * (2 * stream.uniform() - 1) * (Math.abs(values[i]) + size);
      }
    });
    for (const [name, difference] of differences(disturbed, truth)) {
      worst.set(name, Math.max(worst.get(name)!, difference));
    }
  }
  return worst;
}
