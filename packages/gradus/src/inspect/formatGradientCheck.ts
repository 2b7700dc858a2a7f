import type { GradientCheck, ParameterCheck } from './gradientCheck.ts';

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

/** Print a gradient check: a headline, and a line a parameter. */
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
      : [`At a kink the loss has two slopes, and the gradient lies between them: ReLU at 0, for one.`]),
  ].join('\n');
}
