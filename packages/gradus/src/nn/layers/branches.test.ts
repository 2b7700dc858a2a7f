import { expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import { differentiate } from '../../graph/differentiate.ts';
import * as $ from '../../graph/operations.ts';
import { sequential } from '../../models/build.ts';
import { connect, Network } from '../../models/network/network.ts';
import { StoreLayout } from '../../runtime/layout.ts';
import { normwise } from '../../testing/scores.ts';
import { executors, fixture } from '../../testing/trajectories.ts';
import { input } from '../layer.ts';
import { masking } from '../sequences/masking.ts';
import { activation } from './activation.ts';
import { dense } from './dense.ts';
import { add, concatenate } from './merge.ts';
import { flatten, reshape } from './reshape.ts';

test('a shape is a list of whole numbers', () => {
  expect(sequential([reshape([2, 3])], { inputShape: [6] }).outputShape).toEqual([2, 3]);
  for (const shape of [[-1, 2], [0], [1.5], 6, undefined]) {
    expect(() => reshape(shape as number[])).toThrow('of a row. Expected a list of whole numbers');
  }
});

test('the masked value is a finite number', () => {
  for (const value of ['x', Number.NaN, { maskValue: 0 }]) {
    expect(() => masking(value as number)).toThrow('Expected a finite number.');
  }
});

type Named = Readonly<Record<string, number[]>>;

const branches = fixture<{
  readonly x: Named;
  readonly parameters: Named;
  readonly upstream: number[];
  /** By library: the output, and the gradients by inputs and parameters. */
  readonly results: Readonly<Record<string, Named>>;
}>('branches');

/** Dense layers, one of them shared, between sums, joints and other shapes. */
function branching(): Network {
  const [left, right] = [input([6], { name: 'left' }), input([4], { name: 'right' })];
  const shared = dense(4, { activation: 'softplus', name: 'shared' });
  const steps = dense(3, { activation: 'relu', name: 'steps' });
  const first = dense(4, { activation: 'tanh', name: 'first' })(left);
  const residual = add()(shared(shared(first)), right, shared(right));
  const wide = reshape([2, 7])(concatenate()(residual, left, right));
  const tall = concatenate({ axis: 1 })(steps(wide), activation('silu')(steps(wide)));
  const halves = reshape([2, 6])(flatten()(tall));
  return new Network(connect([left, right], dense(2, { useBias: false, name: 'last' })(halves)));
}

for (const { executor, normwise: bound } of executors) {
  test(`branches, joints and a shared layer are those of Keras and PyTorch, within ${bound}: ${executor.name}`, () => {
    const network = branching();
    const rows = branches.x['left'].length / 6;
    const store = executor.createStore(new StoreLayout(network.specs), 0);
    for (const [name, values] of Object.entries(branches.parameters)) store.write(name, values);
    const { prediction, values } = network.trace(true);
    const loss = $.sum($.multiply(prediction, $.input('upstream', prediction.shape)));
    const [left, right] = differentiate(new Map([[loss, $.constant(1)]]), values.slice(0, 2));
    const program = compile({
      loss,
      outputs: { output: prediction, left: left!, right: right! },
      trainable: network.specs.map(({ name }) => name),
    });
    const session = executor.createSession(program, { store, rowCapacity: rows });
    for (const [name, numbers] of Object.entries(branches.x)) session.write(name, numbers);
    session.write('upstream', branches.upstream);
    expect(session.runOnce(rows)).toBe('done');
    for (const [library, truth] of Object.entries(branches.results)) {
      for (const [name, wanted] of Object.entries(truth)) {
        const got = name.includes('/') ? store.read(name, 'gradient') : session.read(name);
        expect(normwise(got, wanted), `${library}: ${name}`).toBeLessThanOrEqual(bound);
      }
    }
  });
}
