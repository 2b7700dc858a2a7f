const groupThousands = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/**
 * Write a number for a person: four significant digits, thousands grouped, the integer part never rounded away.
 *
 * @param value - Any number; null stands for an unknown one.
 * @param digits - Significant digits of the fraction, default 4.
 * @returns For example `0.1235`, `12,346`, `1.5e-7`, `NaN`; an en dash for null.
 *
 * @example
 * formatNumber(1234.5678); // '1,235'
 * formatNumber(0.00012); // '0.00012'
 */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  if (magnitude >= 1e15 || magnitude < 1e-4) {
    const [mantissa, exponent] = magnitude.toExponential(digits - 1).split('e') as [string, string];
    return `${sign}${trimZeros(mantissa)}e${Number(exponent)}`;
  }
  const rounded = magnitude >= 10 ** (digits - 1) ? magnitude.toFixed(0) : toDecimals(magnitude, digits);
  const [whole, fraction] = trimZeros(rounded).split('.') as [string, string | undefined];
  return sign + groupThousands(whole) + (fraction === undefined ? '' : `.${fraction}`);
}

/** `toPrecision` turns to exponents below 1e-6 only, which the caller has excluded. */
function toDecimals(magnitude: number, digits: number): string {
  const text = magnitude.toPrecision(digits);
  return text.includes('e') ? Number(text).toString() : text;
}

/**
 * Write a number as it may stand in a table: up to six digits, and no grouping below five, as it may be a year.
 *
 * @example
 * formatCell(1958); // '1958'
 * formatCell(344000.5); // '344,001'
 */
export function formatCell(value: number): string {
  const magnitude = Math.abs(value);
  if (!(magnitude >= 1000 && magnitude < 10_000)) return formatNumber(value, 6);
  return String(Number(value.toPrecision(6)));
}

/** Write a whole number with grouped thousands. */
export function formatCount(value: number): string {
  return Number.isFinite(value)
    ? (value < 0 ? '-' : '') + groupThousands(Math.abs(value).toFixed(0))
    : formatNumber(value);
}

/** Write a count with its noun: `1 row`, `2 rows`. */
export function formatQuantity(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/**
 * Write a share of 1 as a percentage with one decimal, or with as many as it takes not to say 0 % or 100 % of
 * something that is neither.
 *
 * @param style - `trimmed` (default) drops a trailing zero, `fixed` keeps it, so that a column of figures lines up.
 *
 * @example
 * formatPercent(0.98077); // '98.1%'
 * formatPercent(0.9998); // '99.98%'
 */
export function formatPercent(
  share: number | null | undefined,
  style: 'trimmed' | 'fixed' = 'trimmed',
): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return formatNumber(share);
  const percent = share * 100;
  for (let decimals = 1; decimals < 6; decimals++) {
    const text = percent.toFixed(decimals);
    const claimsEnd = Number(text) === 0 || Number(text) === 100;
    if (!claimsEnd || percent === Number(text)) return `${style === 'fixed' ? text : trimZeros(text)}%`;
  }
  return percent < 50 ? '<0.00001%' : '>99.99999%';
}
