import { ShapeError } from '../../util/errors.ts';
import { formatShape, sameShape } from '../../util/shape.ts';
import { applyAll, float, requireFloat } from '../definition.ts';
import { differentiate } from '../differentiate.ts';
import { substitute } from '../substitute.ts';
import { makeNode, type OpDefinition, type Tensor } from '../tensor.ts';
import { tanh } from './activation.ts';
import { affine } from './affine.ts';
import { add, multiply, subtract } from './binary.ts';
import { broadcastTo } from './broadcast.ts';
import { constant, inputOp } from './leaves.ts';
import { concatenate, slice } from './slice.ts';
import { square } from './unary.ts';

/*
 * One step of a long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000), behind
 * its matrix products:
 *
 *   i = σ(zᵢ)  f = σ(z_f)  g = tanh(z_g)  o = σ(zₒ)      z = [zᵢ z_f z_g zₒ]
 *   c′ = f·c + i·g      h = o·tanh c′
 *
 * As ops of their own it and its gradient are one pass each instead of ten.
 */

/** The four parts of a tensor of gates: input, forget, candidate, output. */
function quarters(gates: Tensor): Tensor[] {
  const [rows, width] = gates.shape;
  return [0, 1, 2, 3].map((part) => slice(gates, [0, (part * width) / 4], [rows, width / 4]));
}

/** inputs: sums of the gates [rows, 4·units], state; outputs: next state, output, the gates */
export const lstmCellOp: OpDefinition<'lstmCell', Readonly<Record<never, never>>> = {
  op: 'lstmCell',
  types([z, c]) {
    requireFloat([z, c], 'lstmCell');
    if (c.rank !== 2 || !sameShape(z.shape, [c.shape[0], 4 * c.shape[1]])) {
      throw new ShapeError({
        received: `lstmCell of ${formatShape(z.shape)} and ${formatShape(c.shape)}`,
        expected: '[rows, 4·units] and [rows, units]',
      });
    }
    return [float(c.shape), float(c.shape), float(z.shape)];
  },
  derivative({ inputs: [, c], outputs: [next, , gates], gradients: [dNext, dOutput, dGates] }) {
    const zeros = broadcastTo(constant(0), c.shape);
    const [dz, dc] = applyAll(lstmCellGradientOp, [gates, c, next, dOutput ?? zeros, dNext ?? zeros], {});
    return [dGates === undefined ? dz : add(dz, multiply(dGates, slopes(gates))), dc];
  },
};

/** The slopes of the gates: s(1 − s) of the logistic function, 1 − s² of the hyperbolic tangent. */
function slopes(gates: Tensor): Tensor {
  const parts = quarters(gates).map((s, part) =>
    part === 2 ? affine(square(s), -1, 1) : subtract(s, square(s)),
  );
  return concatenate(parts, 1);
}

/** inputs: gates, state, next state, gradients of the output and of the next state; outputs: gradients of the sums, of the state */
export const lstmCellGradientOp: OpDefinition<'lstmCellGradient', Readonly<Record<never, never>>> = {
  op: 'lstmCellGradient',
  types: ([gates, c]) => [float(gates.shape), float(c.shape)],
  derivative: ({ inputs, gradients }) => differentiateComposed(composedGradient, inputs, gradients),
};

/** What lstmCellGradient computes, in ops that have derivatives: t = tanh c′, k = dc′ + dh·o·(1 − t²), dc = k·f. */
function composedGradient(given: readonly Tensor[]): Tensor[] {
  const [gates, c, next, dOutput, dNext] = given;
  const [i, f, g, o] = quarters(gates);
  const t = tanh(next);
  const k = add(dNext, multiply(multiply(dOutput, o), affine(square(t), -1, 1)));
  const before = [multiply(k, g), multiply(k, c), multiply(k, i), multiply(dOutput, t)];
  return [multiply(concatenate(before, 1), slopes(gates)), multiply(k, f)];
}

/** Differentiate an op through what it is composed of. */
function differentiateComposed(
  compose: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
  gradients: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  // Inputs may depend on each other; their placeholders do not.
  const own = inputs.map((tensor) => makeNode(inputOp, [], { name: 'cell' }, [tensor]).outputs[0]);
  const seeds = compose(own).flatMap((tensor, i): [Tensor, Tensor][] => {
    const gradient = gradients[i];
    return gradient === undefined ? [] : [[tensor, gradient]];
  });
  const replacements = new Map(own.map((tensor, i) => [tensor, inputs[i]]));
  return differentiate(new Map(seeds), own).map((tensor) => tensor && substitute([tensor], replacements)[0]);
}

/**
 * Make one step of a long short-term memory from the sums that enter its gates.
 *
 * @param sums - Shape [rows, 4·units]: those of the input gate, the forget gate, the candidate, the output gate.
 * @param state - Its cell state, [rows, units].
 * @returns The next cell state and the output, each [rows, units].
 * @throws ShapeError when the shapes do not fit.
 */
export function lstmCell(sums: Tensor, state: Tensor): { readonly state: Tensor; readonly output: Tensor } {
  const [next, output] = applyAll(lstmCellOp, [sums, state], {});
  return { state: next, output };
}
