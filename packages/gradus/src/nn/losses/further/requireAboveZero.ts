import { ArgumentError } from '../../../util/errors.ts';
import { describeValue } from '../../../util/options.ts';

/** Refuse a number that is not above 0. */
export function requireAboveZero(name: string, value: number): void {
  if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) return;
  throw new ArgumentError({ received: `${name} is ${describeValue(value)}`, expected: 'a number above 0' });
}
