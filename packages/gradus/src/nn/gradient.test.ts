import { expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { lossGraph, TARGET, WEIGHT } from '../models/network/graphs.ts';
import { connect, lineUp, Network } from '../models/network/network.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import { createStream } from '../util/random.ts';
import { type Activation, activationNames } from './activations.ts';
import { input, type Layer } from './layer.ts';
import { activation } from './layers/activation.ts';
import { dense } from './layers/dense.ts';
import { dropout } from './layers/dropout.ts';
import { add, concatenate } from './layers/merge.ts';
import { flatten, reshape } from './layers/reshape.ts';
import {
  binaryCrossEntropy,
  binaryFocalCrossEntropy,
  huber,
  klDivergence,
  type Loss,
  maxMargin,
  meanSquaredError,
  poisson,
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
} from './losses/index.ts';
import { namedLosses } from './losses/named.ts';
import { normal } from './weights/initializers.ts';
import { l1l2 } from './weights/regularizers.ts';

const ROWS = 6;
const INPUTS = 4;
const stream = createStream(9, 'data');
const x = Float64Array.from({ length: ROWS * INPUTS }, () => stream.normal());
const labels = Int32Array.from({ length: ROWS }, () => stream.integer(3));
const rowWeights = Float64Array.from({ length: ROWS }, (_, row) => (row === 2 ? 0 : 3 * stream.uniform()));
const shares = Float64Array.from({ length: ROWS * 3 }, () => stream.uniform());

/**
 * Compare compiled gradients a with central differences n of fourth order, taken on the graph as traced, in float64:
 * |a − n| ≤ 1e-6 · max(|a|, |n|, 1e-3·‖g‖∞). The dropout masks of a step stay fixed.
 */
function checkGradients(
  network: Network,
  loss: Loss,
  kind: 'labels' | 'values',
  what: string,
  meanOver?: 'rows' | 'weights',
): void {
  const graph = lossGraph(network, loss, { kind, width: kind === 'labels' ? 1 : 3 }, true, meanOver);
  const layout = new StoreLayout(network.specs);
  const draw = createStream(4, 'init');
  const numbers = new Map(
    layout.segments.map(({ name, size }) => [
      name,
      Float64Array.from({ length: size }, () => 0.6 * draw.normal() + 0.05),
    ]),
  );
  const executor = new ReferenceExecutor('float64');
  const store = executor.createStore(layout, 0);
  for (const [name, values] of numbers) store.write(name, values);
  const program = compile({ loss: graph.loss, trainable: [...numbers.keys()], gathered: true });
  const session = executor.createSession(program, { store, rowCapacity: ROWS, seed: 7 });
  const target = kind === 'labels' ? labels : shares;
  session.bind('input', executor.createData({ values: x, width: INPUTS }));
  session.bind(TARGET, executor.createData({ values: target, width: target.length / ROWS }));
  if (meanOver !== undefined) session.bind(WEIGHT, executor.createData({ values: rowWeights, width: 1 }));
  session.start({ steps: 1, batchSize: ROWS, rowCount: ROWS });
  expect(session.advance()).toBe('done');
  const lossAt = (): number =>
    interpret(
      [graph.loss],
      {
        inputs: { input: x, [TARGET]: target, [WEIGHT]: rowWeights },
        parameters: (name) => numbers.get(name)!,
      },
      { rows: ROWS, seed: 7 },
    )[0].values[0];
  expect(Math.abs(session.records[0] - lossAt()), what).toBeLessThan(1e-12);
  const gradients = [...numbers.keys()].map((name) => store.read(name, 'gradient'));
  const largest = Math.max(...gradients.flatMap((gradient) => Array.from(gradient, Math.abs)));
  const h = 3e-4;
  [...numbers].forEach(([name, values], k) => {
    for (let i = 0; i < values.length; i++) {
      const at = values[i];
      const shifted = (by: number): number => {
        values[i] = at + by;
        return lossAt();
      };
      const n = (8 * (shifted(h) - shifted(-h)) - (shifted(2 * h) - shifted(-2 * h))) / (12 * h);
      values[i] = at;
      const a = gradients[k][i];
      const bound = 1e-6 * Math.max(Math.abs(a), Math.abs(n), 1e-3 * largest);
      expect(Math.abs(a - n), `${what}: ${name}[${i}] ${a} ${n}`).toBeLessThanOrEqual(bound);
    }
  });
}

const line = (layers: readonly Layer[]): Network => new Network(lineUp(layers, [INPUTS]));

/** Those whose gradient is none, or another function's by intent. */
const withoutGradient: readonly Activation[] = ['step', 'straightThrough'];
const settings: readonly Activation[] = [
  { name: 'leakyRelu', slope: 0.3 },
  { name: 'elu', alpha: 0.6 },
  { name: 'softplus', beta: 2 },
  { name: 'swish', beta: 1.7 },
  { name: 'swish', beta: 0 },
];

test('every activation has the gradient of central differences', () => {
  for (const choice of [...activationNames, ...settings]) {
    if (withoutGradient.includes(choice)) continue;
    const network = line([dense(5, { activation: choice }), dense(4), activation(choice), dense(3)]);
    checkGradients(network, softmaxCrossEntropy(), 'labels', JSON.stringify(choice));
  }
});

test('every loss has the gradient of central differences, with and without weights', () => {
  const hidden = dense(5, { activation: 'tanh' });
  const named = Object.values(namedLosses).map((make) => make());
  const others: readonly Loss[] = [
    binaryCrossEntropy({ fromLogits: false }),
    softmaxCrossEntropy({ labelSmoothing: 0.2 }),
    huber({ delta: 0.3 }),
    klDivergence({ from: 'logProbabilities' }),
    klDivergence({ from: 'probabilities' }),
    maxMargin({ margin: 0.7, power: 2 }),
    poisson({ logInput: false, full: true }),
    binaryFocalCrossEntropy({ gamma: 1.5, alpha: 0.25 }),
    softmaxFocalCrossEntropy({ gamma: 0 }),
  ];
  for (const loss of [...named, ...others]) {
    const what = JSON.stringify(loss.config());
    // Probabilities and rates are above 0, and logarithms of probabilities belong together.
    const isPositive =
      loss.probabilities === 'identity' && (loss.task !== 'values' || what.includes('"logInput":false'));
    const isLogarithm = loss.name === 'negativeLogLikelihood' || what.includes('logProbabilities');
    const activation = isPositive ? 'sigmoid' : isLogarithm ? 'logSoftmax' : 'identity';
    const network = line([hidden, dense(3, { activation })]);
    for (const meanOver of [undefined, 'rows', 'weights'] as const) {
      if (loss.task === 'classes') checkGradients(network, loss, 'labels', what, meanOver);
      // A margin is between class numbers; shares between 0 and 1 are no yes or no.
      if (loss.name !== 'maxMargin') checkGradients(network, loss, 'values', what, meanOver);
    }
  }
});

test('every layer has the gradient of central differences, regularizers and shared layers included', () => {
  const start = input([INPUTS], { name: 'input' });
  const shared = dense(4, {
    activation: 'softplus',
    kernelInitializer: normal(),
    kernelRegularizer: l1l2({ l1: 0.03, l2: 0.02 }),
    biasRegularizer: l1l2({ l1: 0, l2: 0.1 }),
  });
  const twice = shared(dropout(0.3)(shared(start)));
  const residual = add()(twice, start);
  const shaped = flatten()(reshape([2, 2])(residual));
  const joined = concatenate()(shaped, dense(2, { useBias: false })(start), activation('silu')(twice));
  const network = new Network(connect([start], dense(3)(joined)));
  checkGradients(network, meanSquaredError(), 'values', 'all layers');
});
