import { ArgumentError } from '../util/errors.ts';
import { type Derived, type Field, plainField } from '../util/fields.ts';
import { describeValue, requireRange } from '../util/options.ts';

/** Whose formula is meant where the libraries differ. */
export type Formula = 'pytorch' | 'keras' | 'sklearn';

const all: readonly Formula[] = ['pytorch', 'keras', 'sklearn'];

/** Require one of the known formulas. */
export function requireFormula<Known extends Formula>(
  formula: unknown,
  known: readonly Known[],
): asserts formula is Known {
  if (known.some((name) => name === formula)) return;
  const names = known.map((name) => `'${name}'`);
  throw new ArgumentError({
    received: `the formula ${describeValue(formula)}`,
    expected: `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`,
  });
}

/** An option that names one of the formulas of PyTorch and Keras. Default `pytorch`. */
export const formulaField = (): Field<'pytorch' | 'keras', 'pytorch' | 'keras', 'default'> =>
  plainField((value): asserts value is 'pytorch' | 'keras' =>
    requireFormula(value, ['pytorch', 'keras'] as const),
  ).default('pytorch');

/** An option that names one of the formulas of PyTorch, Keras and scikit-learn. Default `pytorch`. */
export const anyFormulaField = (): Field<Formula, Formula, 'default'> =>
  plainField((value): asserts value is Formula => requireFormula(value, all)).default('pytorch');

/** A default that depends on the option `formula`; scikit-learn's is PyTorch's. */
export const byFormula = (pytorch: number, keras: number): Derived<number> => ({
  derive: ({ formula }) => (formula === 'keras' ? keras : pytorch),
});

/** Refuse a coupled weight decay with a formula of a library that has none. */
export function requireCoupledDecay(weightDecay: number, formula: Formula): void {
  requireRange('weightDecay', weightDecay, { least: 0, below: Number.POSITIVE_INFINITY });
  if (weightDecay === 0 || formula === 'pytorch') return;
  throw new ArgumentError({
    received: `weightDecay with the formula '${formula}'`,
    expected: 'no weightDecay, which that library does not couple to the gradient',
    remedy: 'Use a kernelRegularizer, or adamW',
  });
}
