import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { sequential } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import type { ActivationName } from '../nn/activations.ts';
import { dense } from '../nn/layers/dense.ts';
import { given } from '../nn/weights/initializers.ts';
import type { Executor } from '../runtime/executor.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';

/** A network of a fixture: its sizes, its data and its first weights. */
export interface Network {
  readonly sizes: readonly number[];
  readonly features: number[][];
  /** Kernel, bias, kernel, bias … */
  readonly parameters: readonly (readonly number[])[];
}

/** Read a fixture. */
export const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;

/** An executor with the distance that it may keep from the truth. */
export interface Bound {
  readonly executor: Executor;
  /** ‖Δ‖ / ‖w‖ of a tensor. */
  readonly normwise: number;
  /** max |Δ| / max |w| of a tensor. */
  readonly largest: number;
}

const double = { normwise: 1e-10, largest: 1e-10 };
const single = { normwise: 1e-5, largest: 1e-4 };
/** The executors that trajectories are run on. */
export const executors: readonly Bound[] = [
  { executor: new ReferenceExecutor('float64'), ...double },
  { executor: new ReferenceExecutor('float32'), ...single },
  { executor: createWasmExecutor({ numerics: 'portable' }), ...single },
  { executor: createWasmExecutor({ numerics: 'fast' }), ...single },
];

/** Build the network of a fixture with its first weights. */
export function build({ sizes, parameters }: Network, activation: ActivationName): Model {
  const layers = sizes.slice(1).map((units, i) =>
    dense(units, {
      activation: i + 2 < sizes.length ? activation : 'identity',
      kernelInitializer: given(parameters[2 * i]),
      biasInitializer: given(parameters[2 * i + 1]),
    }),
  );
  return sequential(layers, { inputShape: [sizes[0]] });
}

/** Expect each parameter of a model within the bounds of the truth. */
export function expectNear(
  model: Model,
  truth: readonly (readonly number[])[],
  bound: Bound,
  what: string,
): void {
  model.getWeights().forEach(({ name, values }, i) => {
    const squares = (list: ArrayLike<number>): number =>
      Math.sqrt(Array.from(list).reduce((sum, x) => sum + x * x, 0));
    const most = (list: ArrayLike<number>): number => Math.max(...Array.from(list, (x) => Math.abs(x)));
    const difference = Array.from(values, (x, k) => x - truth[i][k]);
    expect(values.length, what).toBe(truth[i].length);
    expect(squares(difference), `${what} ${name} normwise`).toBeLessThanOrEqual(
      bound.normwise * squares(truth[i]),
    );
    expect(most(difference), `${what} ${name} at most`).toBeLessThanOrEqual(bound.largest * most(truth[i]));
  });
}
