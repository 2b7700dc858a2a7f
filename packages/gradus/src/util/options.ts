import { ArgumentError } from './errors.ts';
import { nearestName } from './nearestName.ts';

/** Word a value as messages show it: texts in quotes, lists and objects by their kind. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  const kind: unknown = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)
    ?.constructor?.name;
  if (typeof kind !== 'string' || kind === 'Object' || kind === '') return 'an object';
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** Tell whether a value is an object with properties of its own: no list, no null. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** What other libraries call things, and what they are called here. */
const habits: Readonly<Record<string, string>> = {
  linear: 'identity',
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  rmse: 'rootMeanSquaredError',
  l1: 'meanAbsoluteError',
  bce: 'binaryCrossEntropy',
  bcewithlogits: 'binaryCrossEntropy',
  logistic: 'binaryCrossEntropy',
  cce: 'softmaxCrossEntropy',
  crossentropy: 'softmaxCrossEntropy',
  categoricalcrossentropy: 'softmaxCrossEntropy',
  sparsecategoricalcrossentropy: 'softmaxCrossEntropy',
  acc: 'accuracy',
  nll: 'negativeLogLikelihood',
  kld: 'klDivergence',
  kldiv: 'klDivergence',
  smoothl1: 'huber',
  heaviside: 'step',
  ramp: 'hardTanh',
  xavier: 'glorotUniform',
  xavieruniform: 'glorotUniform',
  xaviernormal: 'glorotNormal',
  kaiminguniform: 'heUniform',
  kaimingnormal: 'heNormal',
  lr: 'learningRate',
  activationfunction: 'activation',
  validationsplit: 'validation',
  validationdata: 'validation',
};

/** Bring a name to its letters: `mse_loss` and `MSELoss` to `mse`. */
const squeezed = (name: string): string =>
  name
    .replaceAll(/[\s_-]/g, '')
    .toLowerCase()
    .replace(/loss$/, '');

/**
 * Give the name that somebody may have meant: one of another spelling, what another library calls it, or the nearest.
 *
 * @param name - The name that was given.
 * @param names - The names there are.
 * @returns One of them, or `undefined` where none is near.
 * @example
 * import { meantName } from 'gradus';
 * meantName('mse', ['huber', 'meanSquaredError']); // 'meanSquaredError'
 * meantName('leaky_relu', ['relu', 'leakyRelu']); // 'leakyRelu'
 */
export function meantName(name: string, names: readonly string[]): string | undefined {
  const plain = squeezed(name);
  const same = names.find((known) => squeezed(known) === plain);
  const habit = Object.hasOwn(habits, plain) ? habits[plain] : undefined;
  return same ?? (habit !== undefined && names.includes(habit) ? habit : nearestName(name, names));
}

const remedyFor = (name: unknown, names: readonly string[]): { readonly remedy?: string } => {
  const meant = typeof name === 'string' ? meantName(name, names) : undefined;
  return meant === undefined ? {} : { remedy: `Did you mean '${meant}'?` };
};

/**
 * Refuse a name that is none of those there are.
 *
 * @param what - What is named: `loss`.
 * @param name - What was given.
 * @param names - The names there are.
 * @param otherwise - What may be given instead of a name. Default nothing.
 */
export function unknownName(
  what: string,
  name: unknown,
  names: readonly string[],
  otherwise?: string,
): ArgumentError {
  return new ArgumentError({
    received: name === undefined ? `no ${what}` : `the ${what} ${describeValue(name)}`,
    expected: `one of ${names.join(', ')}${otherwise === undefined ? '' : `, or ${otherwise}`}`,
    ...remedyFor(name, names),
  });
}

/**
 * Refuse options that are no object, or that have a key which none of them has: a misspelled option must not train with
 * its default.
 *
 * @param options - What was given.
 * @param names - The name of every option.
 * @param where - Who takes them: `fit`.
 */
export function requireKnown(options: object, names: readonly string[], where: string): void {
  if (!isRecord(options)) {
    throw new ArgumentError({
      received: `${describeValue(options)} as the options of ${where}`,
      expected: `an object such as { ${names[0]}: … }`,
    });
  }
  for (const key of Object.keys(options)) {
    if (names.includes(key)) continue;
    throw new ArgumentError({
      received: `the option '${key}' of ${where}`,
      expected: `one of ${names.join(', ')}`,
      ...remedyFor(key, names),
    });
  }
}

/**
 * Refuse options as `requireKnown` does, with a list of names that the compiler holds against their type.
 *
 * @param options - What was given.
 * @param known - Every option.
 * @param where - Who takes them: `fit`.
 */
export function requireOptions<Options extends object>(
  options: Options,
  known: Readonly<Record<keyof Options & string, true>>,
  where: string,
): void {
  requireKnown(options, Object.keys(known), where);
}

/** Refuse a count that is not a whole number of at least `least`. */
export function requireCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ArgumentError({
    received: `${name} is ${describeValue(value)}`,
    expected: least === Number.MIN_SAFE_INTEGER ? 'a whole number' : `a whole number of at least ${least}`,
  });
}

/** Refuse a number outside its range; `below` is not reached. */
export function requireRange(name: string, value: number, range: { least: number; below: number }): void {
  if (typeof value === 'number' && value >= range.least && value < range.below) return;
  const above = range.below === Number.POSITIVE_INFINITY ? '' : ` and below ${range.below}`;
  throw new ArgumentError({
    received: `${name} is ${describeValue(value)}`,
    expected: `a number of at least ${range.least}${above}`,
  });
}
