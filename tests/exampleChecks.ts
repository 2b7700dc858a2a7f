import { expect } from 'vitest';

/** Half a unit of the last digit that a number is written with. */
function roundingOf(written: string): number {
  const [, decimals = '', exponent = '0'] = /^-?\d*\.?(\d*)(?:e([+-]?\d+))?$/i.exec(written.trim()) ?? [];
  return 0.5 * 10 ** (Number(exponent) - decimals.length) * (1 + 1e-9);
}

/** Turn typed arrays into plain ones and keep everything else. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>);
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  }
  return value;
}

/** The numbers of a remark in the order in which they are written. */
const numbersIn = (written: string) =>
  written
    .replace(/'[^']*'|"[^"]*"|[A-Za-z_$][\w$]*\s*:/g, ' ')
    .match(/-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi) ?? [];

/** Give every number of a value, in order. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(numbersOf);
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersOf) : [];
}

/** Replace every finite number by 0, so that what is left is the structure. */
function structureOf(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : value;
  if (Array.isArray(value)) return value.map(structureOf);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, structureOf(member)]));
  }
  return value;
}

/**
 * Compare a value with the remark behind it. A whole number must be met exactly, a decimal one to the digits written.
 */
export function checkValue(received: unknown, expected: unknown, written: string): void {
  const value = plain(received);
  expect(structureOf(value), `expected ${written}`).toEqual(structureOf(expected));
  const wanted = numbersOf(expected);
  const texts = numbersIn(written);
  numbersOf(value).forEach((number, index) => {
    const target = wanted[index] as number;
    const text = texts[index] ?? String(target);
    const bound = /[.e]/i.test(text) ? roundingOf(text) : 0;
    const isMet = Object.is(number, target) || Math.abs(number - target) <= bound;
    expect(isMet, `${number} where the example says ${text}`).toBe(true);
  });
}

/** Check that something throws an error of the class named. */
export async function checkThrows(act: () => Promise<void>, name: string): Promise<void> {
  const error: unknown = await act().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, `expected ${name}`).toBeInstanceOf(Error);
  expect((error as Error).name).toBe(name);
}
