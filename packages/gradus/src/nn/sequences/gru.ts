import * as $ from '../../graph/operations.ts';
import { fields, flag, type OptionsOf } from '../../util/fields.ts';
import { activationField, applyActivation } from '../activations.ts';
import type { Layer } from '../layer.ts';
import { partsOf, recurrentFields, recurrentLayer } from './recurrent.ts';

/** The options of `gru`, as a file holds them. */
export const gruFields = /* @__PURE__ */ fields('gru', () => ({
  ...recurrentFields(),
  /** The activation of the gates. Default `sigmoid`. */
  recurrentActivation: activationField().default('sigmoid'),
  /** Whether the reset gate acts after the recurrent product, as in PyTorch; else before it, as in the paper. Default true. */
  resetAfter: flag().default(true),
}));

/** Options of a gated recurrent unit. */
export type GruOptions = OptionsOf<typeof gruFields, 'units'>;

/**
 * Read a sequence with a gated recurrent unit (Cho et al. 2014): [z r g] = xₜ·W + b; [z′ r′ g′] = hₜ₋₁·U + b′;
 * hₜ = u⊙hₜ₋₁ + (1 − u)⊙tanh(g + σ(r + r′)⊙g′) with u = σ(z + z′); h₀ = 0. With `resetAfter` false the candidate is
 * tanh(g + (σ(r + r′)⊙hₜ₋₁)·U_g), and there is no b′.
 *
 * Parameters, in the order of Keras's gates: `kernel` W [inputs, 3·units], `recurrentKernel` U [units, 3·units], `bias` b
 * and `recurrentBias` b′ [3·units], each with the parts update gate, reset gate, candidate; Keras keeps b and b′ as one
 * tensor of two rows. PyTorch's `GRU` has the order reset, update, candidate, and Wᵀ and Uᵀ.
 *
 * @param units - The number of outputs, at least 1.
 * @param options - Activations, place of the reset, sequences, direction, dropout, initializers, regularizers, name.
 * @returns The layer, from [rows, time, inputs] to [rows, units] or, with `returnSequences`, [rows, time, units].
 * @throws ArgumentError for units below 1 or options that cannot be; ShapeError, when the model is built, for an input
 *   that is not a sequence.
 * @example
 * import { dense, gru, sequential } from 'gradus';
 * const model = sequential([gru(8), dense(1)], { inputShape: [20, 3] });
 * model.parameterCount; // 321
 */
export function gru(units: number, options: GruOptions = {}): Layer {
  const own = gruFields.read(options, { units });
  const { activation, recurrentActivation, resetAfter } = own;
  return recurrentLayer(gruFields, own, {
    sums: 3,
    states: 1,
    recurrentBias: resetAfter,
    step({ sums, output, states: [before], kernel, bias }) {
      const [rows] = sums.shape;
      const gates = [rows, 2 * units];
      const candidateOf = (x: typeof sums): typeof sums => $.slice(x, [0, 2 * units], [x.shape[0], units]);
      const gatesOf = (x: typeof sums): typeof sums => $.slice(x, [0, 0], [x.shape[0], 2 * units]);
      // After: one product for all three. Before: the candidate's waits for the reset gate.
      const product = $.matmul(output, resetAfter ? kernel : gatesOf(kernel));
      const recurrent = bias === undefined ? product : $.add(product, bias);
      const opened = applyActivation(
        $.add(gatesOf(sums), resetAfter ? $.slice(recurrent, [0, 0], gates) : recurrent),
        recurrentActivation,
      );
      const [update, reset] = partsOf(opened, units);
      const inner = resetAfter
        ? $.multiply(reset, candidateOf(recurrent))
        : $.matmul($.multiply(reset, output), candidateOf(kernel));
      const candidate = applyActivation($.add(candidateOf(sums), inner), activation);
      return [$.add($.multiply(update, before), $.multiply($.affine(update, -1, 1), candidate))];
    },
  });
}
