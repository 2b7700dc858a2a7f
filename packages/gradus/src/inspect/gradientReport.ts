import type { GradientVerdict } from './finiteDifferences.ts';

/** One element of a parameter, and its gradient computed in two ways. */
export interface GradientDeviation {
  /** Its position: one index per axis. */
  readonly index: readonly number[];
  /** The gradient by backpropagation. */
  readonly analytic: number;
  /** The gradient by differences of the loss. */
  readonly numeric: number;
  /** |analytic − numeric|. */
  readonly deviation: number;
  /** The deviation divided by the larger of both, or by a thousandth of the largest gradient if that is more. */
  readonly relativeError: number;
}

/** The result for one parameter. */
export interface ParameterCheck {
  /** Layer and parameter: `dense_1/kernel`. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** How many of its elements were checked. */
  readonly checked: number;
  /** `right`; `kink` if a gradient is one of several that fit, as for ReLU at 0; `wrong` if one is wrong. */
  readonly verdict: GradientVerdict;
  /** How many of the checked elements are at a kink. */
  readonly kinks: number;
  /** The element with the largest relative error, without those at kinks; undefined if there is none. */
  readonly worst: GradientDeviation | undefined;
}

/** The result of a gradient check; as a string it is a table. */
export interface GradientCheck {
  /** Whether no gradient is wrong. */
  readonly passed: boolean;
  /** The bound on relative errors: 1e-6. */
  readonly bound: number;
  /** The loss of the checked rows. */
  readonly loss: number;
  /** The largest magnitude among the gradients of all parameters, ‖g‖∞. */
  readonly largestGradient: number;
  /** The trainable parameters, one by one. */
  readonly parameters: readonly ParameterCheck[];
  /** Print one line per parameter. */
  toString(): string;
}

const short = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function cells({ name, shape, checked, verdict, kinks, worst }: ParameterCheck): string[] {
  return [
    name,
    `${checked} of ${sizeOf(shape)}`,
    worst === undefined ? '-' : short(worst.deviation),
    worst === undefined ? '-' : `[${worst.index.join(', ')}]`,
    worst === undefined ? '-' : short(worst.relativeError),
    verdict === 'kink' ? `right, ${kinks} at a kink` : verdict,
  ];
}

/** Print a gradient check: a headline, and one line per parameter. */
export function formatGradientCheck(name: string, check: Omit<GradientCheck, 'toString'>): string {
  const rows = [
    ['parameter', 'checked', '|a − n|', 'at', 'relative', 'verdict'],
    ...check.parameters.map(cells),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  const wrong = check.parameters.filter(({ verdict }) => verdict === 'wrong').length;
  const head = check.passed
    ? 'no gradient is wrong'
    : `${wrong} of ${check.parameters.length} parameters have a wrong gradient`;
  const kinks = check.parameters.reduce((sum, parameter) => sum + parameter.kinks, 0);
  return [
    `Gradients of '${name}': ${head}`,
    `a: backpropagation, n: differences of the loss; |a − n| ≤ ${short(check.bound)}·max(|a|, |n|, ${short(1e-3 * check.largestGradient)})`,
    ...lines,
    ...(kinks === 0
      ? []
      : [`At a kink, such as ReLU at 0, the loss has two slopes, and the gradient is between them.`]),
  ].join('\n');
}
