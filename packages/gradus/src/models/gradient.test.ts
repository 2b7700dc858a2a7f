import { expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { activationNames } from '../nn/activations.ts';
import { dense } from '../nn/dense.ts';
import { normal } from '../nn/initializers.ts';
import { inputLayer, type Layer } from '../nn/layer.ts';
import { activationLayer, addLayer, concatenateLayer, dropout, flatten, reshapeLayer } from '../nn/layers.ts';
import { binaryCrossEntropy, type Loss, meanSquaredErrorLoss, softmaxCrossEntropy } from '../nn/losses.ts';
import { l1l2 } from '../nn/regularizers.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import { createStream } from '../util/random.ts';
import { lossGraph, TARGET } from './graphs.ts';
import { connect, lineUp, Network } from './network.ts';

const ROWS = 6;
const INPUTS = 4;
const stream = createStream(9, 'data');
const x = Float64Array.from({ length: ROWS * INPUTS }, () => stream.normal());
const labels = Int32Array.from({ length: ROWS }, () => stream.integer(3));
const shares = Float64Array.from({ length: ROWS * 3 }, () => stream.uniform());

/**
 * Compare compiled gradients a with central differences n of fourth order, taken on the graph as traced, in float64:
 * |a − n| ≤ 1e-6 · max(|a|, |n|, 1e-3·‖g‖∞). The dropout masks of a step stay fixed.
 */
function checkGradients(network: Network, loss: Loss, kind: 'labels' | 'values', what: string): void {
  const graph = lossGraph(network, loss, { kind, width: kind === 'labels' ? 1 : 3 }, true);
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
  session.start({ steps: 1, batchSize: ROWS, rowCount: ROWS });
  expect(session.advance()).toBe('done');
  const lossAt = (): number =>
    interpret(
      [graph.loss],
      { inputs: { input: x, [TARGET]: target }, parameters: (name) => numbers.get(name)! },
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

test('every activation has the gradient of central differences', () => {
  for (const activation of activationNames) {
    const network = line([dense(5, { activation }), dense(4), activationLayer(activation), dense(3)]);
    checkGradients(network, softmaxCrossEntropy(), 'labels', activation);
  }
});

test('every loss has the gradient of central differences', () => {
  const hidden = dense(5, { activation: 'tanh' });
  const cases: readonly [Loss, 'labels' | 'values', 'identity' | 'sigmoid'][] = [
    [meanSquaredErrorLoss(), 'values', 'identity'],
    [binaryCrossEntropy(), 'values', 'identity'],
    [binaryCrossEntropy({ fromLogits: false }), 'values', 'sigmoid'],
    [softmaxCrossEntropy(), 'labels', 'identity'],
    [softmaxCrossEntropy(), 'values', 'identity'],
    [softmaxCrossEntropy({ labelSmoothing: 0.2 }), 'labels', 'identity'],
  ];
  for (const [loss, kind, activation] of cases) {
    checkGradients(line([hidden, dense(3, { activation })]), loss, kind, JSON.stringify(loss.config()));
  }
});

test('every layer has the gradient of central differences, regularizers and shared layers included', () => {
  const start = inputLayer([INPUTS], { name: 'input' });
  const shared = dense(4, {
    activation: 'softplus',
    kernelInitializer: normal(),
    kernelRegularizer: l1l2({ l1: 0.03, l2: 0.02 }),
    biasRegularizer: l1l2({ l1: 0, l2: 0.1 }),
  });
  const twice = shared(dropout(0.3)(shared(start)));
  const residual = addLayer()(twice, start);
  const shaped = flatten()(reshapeLayer([2, 2])(residual));
  const joined = concatenateLayer()(
    shaped,
    dense(2, { useBias: false })(start),
    activationLayer('silu')(twice),
  );
  const network = new Network(connect([start], dense(3)(joined)));
  checkGradients(network, meanSquaredErrorLoss(), 'values', 'all layers');
});
