import { ArgumentError, ShapeError } from '../util/errors.ts';
import { describeValue, requireCount, requireOptions, requireRange } from '../util/options.ts';

/** Options of a McCulloch–Pitts unit. */
export interface McCullochPittsOptions {
  /** How many inputs the unit has. */
  readonly inputs: number;
  /** The unit fires when at least this many excitatory inputs are active. */
  readonly threshold: number;
  /** Positions of the inhibitory inputs: a single active one keeps the unit silent. Default none. */
  readonly inhibitory?: readonly number[] | undefined;
}

/** A McCulloch–Pitts unit: from inputs of 0 and 1 to 0 or 1. */
export type McCullochPittsUnit = (inputs: readonly number[]) => 0 | 1;

const known = { inputs: true, threshold: true, inhibitory: true } as const;

/**
 * Make a McCulloch–Pitts unit, the first mathematical neuron: it fires, 1, where no inhibitory input is active and the sum of the
 * excitatory ones reaches the threshold, Σ xᵢ ≥ θ. Weights are not learned; nets of such units compute every Boolean
 * function, a single one only those that a threshold can tell apart: AND, OR and NOT, but not XOR.
 *
 * @param options - Number of inputs, threshold, inhibitory inputs.
 * @returns The unit, a function of a list of 0 and 1.
 * @throws ArgumentError for positions outside the inputs, and when the unit receives anything but 0 and 1.
 * @see W. McCulloch & W. Pitts, A Logical Calculus of the Ideas Immanent in Nervous Activity, 1943
 * @example
 * import { mcCullochPitts } from 'gradus/estimators';
 * const and = mcCullochPitts({ inputs: 2, threshold: 2 });
 * const or = mcCullochPitts({ inputs: 2, threshold: 1 });
 * const not = mcCullochPitts({ inputs: 1, threshold: 0, inhibitory: [0] });
 * [and([1, 1]), and([1, 0]), or([1, 0]), not([1])]; // [1, 0, 1, 0]
 * and([or([1, 0]), not([and([1, 0])])]); // 1
 */
export function mcCullochPitts(options: McCullochPittsOptions): McCullochPittsUnit {
  requireOptions(options, known, 'mcCullochPitts');
  const { inputs: count, threshold, inhibitory = [] } = options;
  requireCount('inputs', count, 1);
  requireRange('threshold', threshold, { least: 0, below: Number.POSITIVE_INFINITY });
  const inhibits = new Array<boolean>(count).fill(false);
  for (const position of inhibitory) {
    if (!(Number.isInteger(position) && position >= 0 && position < count)) {
      throw new ArgumentError({
        received: `the inhibitory input ${describeValue(position)}`,
        expected: `positions from 0 to ${count - 1}`,
      });
    }
    inhibits[position] = true;
  }
  return (inputs) => {
    if (inputs.length !== count) {
      throw new ShapeError({ received: `${inputs.length} inputs`, expected: `${count}, which the unit has` });
    }
    let active = 0;
    for (let i = 0; i < count; i++) {
      const input = inputs[i];
      if (input !== 0 && input !== 1) {
        throw new ArgumentError({ received: `the input ${describeValue(input)}`, expected: '0 or 1' });
      }
      if (input === 1 && inhibits[i]) return 0;
      active += input;
    }
    return active >= threshold ? 1 : 0;
  };
}
