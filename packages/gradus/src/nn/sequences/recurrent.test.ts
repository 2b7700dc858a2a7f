import { describe, expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import { differentiate } from '../../graph/differentiate.ts';
import * as $ from '../../graph/operations.ts';
import { lineUp, Network } from '../../models/network/network.ts';
import type { Executor } from '../../runtime/executor.ts';
import { StoreLayout } from '../../runtime/layout.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { fixture } from '../../testing/trajectories.ts';
import type { Layer } from '../layer.ts';
import { dense } from '../layers/dense.ts';
import { globalAveragePool1d } from '../layers/pooling.ts';
import { bidirectional } from './bidirectional.ts';
import { embedding } from './embedding.ts';
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';
import { masking } from './masking.ts';
import { simpleRnn } from './simpleRnn.ts';

type Named = Readonly<Record<string, number[]>>;
/** Type, first argument, options. */
type Description = readonly [type: string, first?: unknown, options?: object];

interface Case {
  readonly library: 'keras' | 'torch';
  readonly layers: readonly Description[];
  readonly shape: readonly number[];
  readonly x: number[];
  readonly parameters: Named;
  readonly outputShape: readonly number[];
  readonly upstream: number[];
  readonly output: number[];
  readonly gradients: Named;
  readonly gradient?: number[];
}

const cases = ['recurrent', 'recurrentPytorch'].flatMap(
  (name) => fixture<{ readonly cases: Case[] }>(name).cases,
);

const makers: Readonly<Record<string, (first: never, options: object | undefined) => Layer>> = {
  simpleRnn: (units: number, options) => simpleRnn(units, options),
  lstm: (units: number, options) => lstm(units, options),
  gru: (units: number, options) => gru(units, options),
  dense: (units: number, options) => dense(units, options),
  masking: (value: number) => masking(value),
  globalAveragePool1d: () => globalAveragePool1d(),
  embedding: ([vocabulary, units]: [number, number], options) => embedding(vocabulary, units, options),
  bidirectional: (inner: Description, options) => bidirectional(layerOf(inner), options),
};
const layerOf = ([type, first, options]: Description): Layer => makers[type](first as never, options);

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** Compute the output and the gradients of Σ upstream·output by one executor, tensor by tensor. */
function run({ layers, shape, x, parameters, upstream }: Case, executor: Executor) {
  const network = new Network(lineUp(layers.map(layerOf), shape.slice(1)));
  const store = executor.createStore(new StoreLayout(network.specs), 0);
  for (const [name, values] of Object.entries(parameters)) store.write(name, values);
  const { prediction, values } = network.trace(true);
  const loss = $.sum($.multiply(prediction, $.input('upstream', prediction.shape)));
  const [gradient] = differentiate(new Map([[loss, $.constant(1)]]), [values[0]]);
  const program = compile({
    loss,
    outputs: gradient === undefined ? { prediction } : { prediction, gradient },
    trainable: network.specs.map(({ name }) => name),
  });
  const session = executor.createSession(program, { store, rowCapacity: shape[0] + 1 });
  session.write('input', x);
  session.write('upstream', upstream);
  expect(session.runOnce(shape[0])).toBe('done');
  const results: Record<string, ArrayLike<number>> = { output: session.read('prediction') };
  if (gradient !== undefined) results['gradient'] = session.read('gradient');
  for (const { name } of network.specs) results[name] = store.read(name, 'gradient');
  return results;
}

const executors = [
  { executor: new ReferenceExecutor('float64'), bound: 1e-10 },
  { executor: new ReferenceExecutor('float32'), bound: 1e-5 },
  { executor: createWasmExecutor({ numerics: 'portable', threads: 1 }), bound: 1e-5 },
  { executor: createWasmExecutor({ numerics: 'fast', threads: 1 }), bound: 1e-5 },
];

const nameOf = ({ library, layers }: Case): string =>
  `${library}: ${layers.map((layer) => JSON.stringify(layer).replaceAll('"', '')).join(' ')}`;

describe('output and gradients, ‖Δ‖/‖x‖ ≤ 1e-10 in float64 and 1e-5 in float32', () => {
  for (const given of cases) {
    test(nameOf(given), () => {
      for (const { executor, bound } of executors) {
        const results = run(given, executor);
        const expected: Named = {
          output: given.output,
          ...(given.gradient && { gradient: given.gradient }),
          ...given.gradients,
        };
        for (const [name, values] of Object.entries(expected)) {
          const what = `${name} by ${executor.name}`;
          expect(results[name]?.length, what).toBe(values.length);
          const difference = norm(values.map((value, i) => value - results[name][i]));
          expect(difference, what).toBeLessThanOrEqual(bound * norm(values));
        }
      }
    });
  }
});
