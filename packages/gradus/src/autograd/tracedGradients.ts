import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import type { Leaf, Traced } from './trace.ts';

/** A direction that is 0 except in one element: which leaf, which element. */
export interface Direction {
  readonly path: string;
  readonly element: number;
}

/** The inputs for the gradients of a traced function: its float arguments, each with a direction. */
export class TracedGradients {
  /** One for every float among the arguments. */
  readonly directions: readonly Direction[];
  private readonly leaves: readonly Leaf[];
  private readonly floats: readonly Leaf[];
  private readonly tensors: readonly Tensor[];
  private readonly toward: readonly Tensor[];

  constructor(leaves: readonly Leaf[], tensors: Traced['tensors']) {
    this.leaves = leaves;
    this.floats = leaves.filter(({ flat }) => flat.dataType === 'float');
    this.tensors = this.floats.map(({ path }) => tensors.get(path)!);
    this.toward = this.floats.map(({ path, flat }) => $.input(`#${path}`, flat.shape));
    this.directions = this.floats.flatMap(({ path, flat }) =>
      Array.from(flat.values, (_, element) => ({ path, element })),
    );
  }

  /** The gradient of each float argument; undefined where nothing flows. */
  gradients(result: Tensor, seed: Tensor): readonly (Tensor | undefined)[] {
    return differentiate(new Map([[result, seed]]), this.tensors);
  }

  /** The sum of the gradients' products with the direction: how the function changes along it. */
  along(gradients: readonly (Tensor | undefined)[]): Tensor {
    return gradients.reduce<Tensor>(
      (total, gradient, i) =>
        gradient === undefined ? total : $.add(total, $.sum($.multiply(gradient, this.toward[i]))),
      $.constant(0),
    );
  }

  /** The direction of one element, as inputs. */
  unit({ path, element }: Direction): Record<string, Float64Array> {
    return Object.fromEntries(
      this.floats.map((leaf) => {
        const values = new Float64Array(leaf.flat.values.length);
        if (leaf.path === path) values[element] = 1;
        return [`#${leaf.path}`, values];
      }),
    );
  }

  /** The values of gradients, without those that nothing flows to. */
  compute(
    gradients: readonly (Tensor | undefined)[],
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ): { readonly path: string; readonly values: ArrayLike<number> }[] {
    const known = gradients.flatMap((tensor, i) =>
      tensor === undefined ? [] : [{ tensor, path: this.floats[i].path }],
    );
    const numbers = this.at(
      known.map(({ tensor }) => tensor),
      inputs,
    );
    return known.map(({ path }, i) => ({ path, values: numbers[i] }));
  }

  /** The values of tensors at the arguments. */
  at(
    tensors: readonly Tensor[],
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ): readonly ArrayLike<number>[] {
    const given = Object.fromEntries(this.leaves.map(({ path, flat }) => [path, flat.values]));
    const arrays = interpret(tensors, {
      inputs: { ...given, ...inputs },
      parameters: (name) => given[name],
    });
    return arrays.map(({ values }) => values);
  }
}
