import { IncompatibleError } from '../util/errors.ts';

/** Options of a layer as they stand in a file: anything, until they are checked. */
export type LayerFileOptions = Readonly<Record<string, unknown>>;

/** Read a number out of a layer's options. */
export function numberIn(options: LayerFileOptions, key: string): number {
  const value = options[key];
  if (typeof value === 'number') return value;
  throw new IncompatibleError({ received: `a layer whose ${key} is ${String(value)}`, expected: 'a number' });
}

/** Leave out what a file does not say, so that defaults stand. */
export const defined = <T extends object>(entries: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
