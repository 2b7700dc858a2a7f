import * as $ from '../../graph/operations.ts';
import { fields, flag, type OptionsOf } from '../../util/fields.ts';
import { activationField, applyActivation } from '../activations.ts';
import type { Layer } from '../layer.ts';
import type { Initializer } from '../weights/initializers.ts';
import { partsOf, recurrentFields, recurrentLayer } from './recurrent.ts';

/** The options of `lstm`, as a file holds them. */
export const lstmFields = /* @__PURE__ */ fields('lstm', () => ({
  ...recurrentFields(),
  /** The activation of the gates. Default `sigmoid`. */
  recurrentActivation: activationField().default('sigmoid'),
  /** Whether the bias of the forget gate begins at 1, so that states are kept (Jozefowicz et al. 2015). Default true. */
  unitForgetBias: flag().default(true),
}));

/** Options of a long short-term memory. */
export type LstmOptions = OptionsOf<typeof lstmFields, 'units'>;

/** Ones for the forget gate, and the chosen values elsewhere. */
const withForgetBias = (given: Initializer): Initializer => ({
  type: 'unitForgetBias',
  options: () => ({}),
  values([width], stream) {
    const values = given.values([width], stream);
    return values.fill(1, width / 4, width / 2);
  },
});

/**
 * Read a sequence with a long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000):
 * [i f g o] = xₜ·W + hₜ₋₁·U + b; cₜ = σ(f)⊙cₜ₋₁ + σ(i)⊙tanh(g); hₜ = σ(o)⊙tanh(cₜ); h₀ = c₀ = 0.
 *
 * Parameters, in the order of Keras's gates: `kernel` W [inputs, 4·units], `recurrentKernel` U [units, 4·units], `bias` b
 * [4·units], each with the parts input gate, forget gate, candidate, output gate. PyTorch's `LSTM` has the same order,
 * Wᵀ and Uᵀ, and two biases whose sum is b.
 *
 * @param units - The number of outputs, at least 1.
 * @param options - Activations, sequences, direction, dropout, initializers, regularizers, name.
 * @returns The layer, from [rows, time, inputs] to [rows, units] or, with `returnSequences`, [rows, time, units].
 * @throws ArgumentError for units below 1 or options that cannot be; ShapeError, when the model is built, for an input
 *   that is not a sequence.
 * @example
 * import { dense, embedding, lstm, sequential } from 'gradus';
 * const model = sequential([embedding(1000, 16), lstm(32), dense(1)], { inputShape: [80] });
 * model.parameterCount; // 22305
 */
export function lstm(units: number, options: LstmOptions = {}): Layer {
  const own = lstmFields.read(options, { units });
  const { activation, recurrentActivation, unitForgetBias } = own;
  const isUsual = activation === 'tanh' && recurrentActivation === 'sigmoid';
  return recurrentLayer(lstmFields, own, {
    sums: 4,
    states: 2,
    ...(unitForgetBias && { biasInitializer: withForgetBias }),
    step({ sums, output, states: [, before], kernel }) {
      const all = $.add(sums, $.matmul(output, kernel));
      if (isUsual) {
        const { state, output: next } = $.lstmCell(all, before);
        return [next, state];
      }
      const [i, f, g, o] = partsOf(all, units).map((part, gate) =>
        applyActivation(part, gate === 2 ? activation : recurrentActivation),
      );
      const state = $.add($.multiply(f, before), $.multiply(i, g));
      return [$.multiply(o, applyActivation(state, activation)), state];
    },
  });
}
