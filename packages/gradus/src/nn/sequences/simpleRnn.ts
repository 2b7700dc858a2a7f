import * as $ from '../../graph/operations.ts';
import { fields } from '../../util/fields.ts';
import { applyActivation } from '../activations.ts';
import type { Layer } from '../layer.ts';
import { type RecurrentOptions, recurrentFields, recurrentLayer } from './recurrent.ts';

/** The options of `simpleRnn`, as a file holds them. */
export const simpleRnnFields = /* @__PURE__ */ fields('simpleRnn', recurrentFields);

/**
 * Read a sequence with a simple recurrent network (Elman 1990): hₜ = activation(xₜ·W + hₜ₋₁·U + b), h₀ = 0.
 *
 * Parameters, as in Keras: `kernel` W [inputs, units], `recurrentKernel` U [units, units], `bias` b [units]. PyTorch's
 * `RNN` has Wᵀ and Uᵀ, and two biases whose sum is b.
 *
 * @param units - The number of outputs, at least 1.
 * @param options - Activation, sequences, direction, dropout, initializers, regularizers, name.
 * @returns The layer, from [rows, time, inputs] to [rows, units] or, with `returnSequences`, [rows, time, units].
 * @throws ArgumentError for units below 1 or options that cannot be; ShapeError, when the model is built, for an input
 *   that is not a sequence.
 * @example
 * import { dense, sequential, simpleRnn } from 'gradus';
 * const model = sequential([simpleRnn(8), dense(1)], { inputShape: [20, 3] });
 * model.parameterCount; // 105
 */
export function simpleRnn(units: number, options: RecurrentOptions = {}): Layer {
  const own = simpleRnnFields.read(options, { units });
  return recurrentLayer(simpleRnnFields, own, {
    sums: 1,
    states: 1,
    step: ({ sums, output, kernel }) => [
      applyActivation($.add(sums, $.matmul(output, kernel)), own.activation),
    ],
  });
}
