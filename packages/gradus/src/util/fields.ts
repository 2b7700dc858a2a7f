import { ArgumentError, IncompatibleError } from './errors.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { describeValue, isRecord, requireCount, requireKnown, requireRange, unknownName } from './options.ts';

/*
 * Options are declared once: a field says what a value must be, what it is by default, and how JSON holds it. The type
 * of the options, their checks, and both ways through JSON follow from the declaration, and so does the text that an
 * editor shows: the comment above the field.
 */

/** What a value must be, and how JSON holds it. */
export interface Kind<Input, Value = Input> {
  /**
   * Check a value and bring it into the form that is worked with.
   *
   * @throws ArgumentError for a value that is not of this kind.
   */
  read(value: unknown, name: string): Value;
  /** Write the value as JSON; undefined leaves it out. */
  write(value: Value): JsonValue | undefined;
  /** Turn JSON into what `read` takes. Default: JSON holds that itself. */
  parse?(json: unknown): Input;
}

/** A default that depends on the other options. */
export interface Derived<Input> {
  /** Give the default, from the other options as they were read. */
  readonly derive: (options: Readonly<Record<string, unknown>>) => Input;
}

type Presence = 'required' | 'default' | 'optional';

interface FieldRules<Input> {
  readonly fallback?: Input | Derived<Input>;
  /** Which values JSON holds: all, all but the default, or none. */
  readonly written: 'always' | 'changed' | 'never';
}

/** One option: its kind, whether it must be given, and its default. */
export class Field<Input, Value = Input, Given extends Presence = 'required'> {
  /** What a value must be. */
  readonly kind: Kind<Input, Value>;
  /** Whether it must be given, has a default, or may be left out. */
  readonly presence: Given;
  /** Its default, and whether JSON holds it. */
  readonly rules: FieldRules<Input>;

  constructor(kind: Kind<Input, Value>, presence: Given, rules: FieldRules<Input> = { written: 'always' }) {
    this.kind = kind;
    this.presence = presence;
    this.rules = rules;
  }

  /** Give the option a default: a value, or one that is derived from the other options. */
  default(fallback: Input | Derived<Input>): Field<Input, Value, 'default'> {
    return new Field(this.kind, 'default', { ...this.rules, fallback });
  }

  /** Let the option be left out. */
  optional(): Field<Input, Value, 'optional'> {
    return new Field<Input, Value, 'optional'>(this.kind, 'optional', this.rules);
  }

  /** Write the option as JSON only where it is not the default. */
  writtenIfChanged(): Field<Input, Value, Given> {
    return new Field(this.kind, this.presence, { ...this.rules, written: 'changed' });
  }

  /** Keep the option out of JSON. */
  notWritten(): Field<Input, Value, Given> {
    return new Field(this.kind, this.presence, { ...this.rules, written: 'never' });
  }
}

/** Options by their names. */
export type FieldRecord = Readonly<Record<string, Field<unknown, unknown, Presence>>>;

type InputOf<F> = F extends Field<infer Input, infer _, Presence> ? Input : never;
type ValueOf<F> =
  F extends Field<infer _, infer Value, infer Given>
    ? Given extends 'optional'
      ? Value | undefined
      : Value
    : never;
type RequiredNames<Declared> = {
  [Name in keyof Declared]: Declared[Name] extends { readonly presence: 'required' } ? Name : never;
}[keyof Declared];

/** The values of options that were read: defaults are filled in. */
export type ValuesOf<Declared> = { readonly [Name in keyof Declared]: ValueOf<Declared[Name]> };

/** The types of options as they are written down: those that must be given, and the others. */
type Written<Declared, Apart> = {
  readonly [Name in keyof Declared as Exclude<Name & RequiredNames<Declared>, Apart>]: InputOf<
    Declared[Name]
  >;
} & {
  readonly [Name in keyof Declared as Exclude<Name, RequiredNames<Declared> | Apart>]?:
    | InputOf<Declared[Name]>
    | undefined;
};

type DeclaredBy<F> = F extends Fields<infer Declared> ? Declared : never;

/**
 * The options that fields declare, without those that are given apart from the others. It is one mapped type, so that
 * messages of the compiler name it by its alias, and editors show the comment above each field.
 */
export type OptionsOf<F, Apart extends string = never> = {
  [Name in keyof Written<DeclaredBy<F>, Apart>]: Written<DeclaredBy<F>, Apart>[Name];
};

/** Options as they were given, each by its name. */
export type InputsOf<Declared> = {
  [Name in keyof Written<Declared, never>]: Written<Declared, never>[Name];
};

const isDerived = <Input>(fallback: Input | Derived<Input> | undefined): fallback is Derived<Input> =>
  isRecord(fallback) && typeof fallback['derive'] === 'function';

/** The options of one thing, such as `adam`. */
export class Fields<Declared extends FieldRecord> {
  /** Whose options they are, as messages name it. */
  readonly name: string;
  readonly #build: () => Declared;
  #record: Declared | undefined;

  constructor(name: string, build: () => Declared) {
    this.name = name;
    this.#build = build;
  }

  /** The options by their names. */
  get record(): Declared {
    this.#record ??= this.#build();
    return this.#record;
  }

  /**
   * Check options and fill in their defaults.
   *
   * @param options - What was given as options.
   * @param apart - What was given apart from them, such as the units of a layer.
   * @throws ArgumentError for options that are no object, a name that none of them has, or a value of the wrong kind.
   */
  read(options: object, apart: { readonly [name: string]: unknown } = {}): ValuesOf<Declared> {
    const names = Object.keys(this.record).filter((name) => !Object.hasOwn(apart, name));
    requireKnown(options, names, this.name);
    return this.#values({ ...options, ...apart }) as ValuesOf<Declared>;
  }

  #values(given: Readonly<{ [name: string]: unknown }>): { [name: string]: unknown } {
    const fields = Object.entries(this.record);
    // What was given comes first, as defaults may depend on it; the order of the fields is that of the values.
    const values: { [name: string]: unknown } = Object.fromEntries(fields.map(([name]) => [name, undefined]));
    for (const [name, { kind, presence, rules }] of fields) {
      const value = given[name] ?? (given[name] === null ? null : undefined);
      if (value !== undefined || presence === 'required') values[name] = kind.read(value, name);
      else if (presence === 'default' && !isDerived(rules.fallback))
        values[name] = kind.read(rules.fallback, name);
    }
    for (const [name, { kind, rules }] of fields) {
      if (values[name] !== undefined || !isDerived(rules.fallback)) continue;
      values[name] = kind.read(rules.fallback.derive(values), name);
    }
    return values;
  }

  /** Write values as JSON. */
  write(values: ValuesOf<Declared>): JsonObject {
    const entries = Object.entries(this.record).flatMap(([name, { kind, rules }]) => {
      const value = (values as Readonly<{ [name: string]: unknown }>)[name];
      if (value === undefined || rules.written === 'never') return [];
      if (rules.written === 'changed' && value === rules.fallback) return [];
      const json = kind.write(value);
      return json === undefined ? [] : [[name, json] as const];
    });
    return Object.fromEntries(entries);
  }

  /**
   * Read options out of a file, as they were given.
   *
   * @throws IncompatibleError for an option that is missing or of the wrong kind. Names that no option has are passed over.
   */
  parse(json: Readonly<{ [name: string]: unknown }>): InputsOf<Declared> {
    const entries = Object.entries(this.record).flatMap(([name, { kind, presence }]) => {
      const value = json[name];
      if (value === undefined && presence !== 'required') return [];
      try {
        const input = kind.parse === undefined ? value : kind.parse(value);
        kind.read(input, name);
        return [[name, input] as const];
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error;
        const { received, expected } = error.clauses;
        throw new IncompatibleError({
          received: `${received}, in a description of '${this.name}'`,
          ...(expected !== undefined && { expected }),
        });
      }
    });
    return Object.fromEntries(entries) as InputsOf<Declared>;
  }
}

/**
 * Declare the options of one thing.
 *
 * @param name - Whose options they are, as messages name it.
 * @param build - Gives the fields; called when they are first needed, so that a bundler can leave them out.
 */
export const fields = <Declared extends FieldRecord>(name: string, build: () => Declared): Fields<Declared> =>
  new Fields(name, build);

/** Declare a field of a kind whose values JSON holds as they are. */
export function plainField<Value extends JsonValue>(
  require: (value: unknown, name: string) => asserts value is Value,
): Field<Value> {
  const kind: Kind<Value> = {
    read(value, name) {
      require(value, name);
      return value;
    },
    write: (value) => value,
  };
  return new Field(kind, 'required');
}

/** A whole number of at least `least`. */
export const wholeNumber = (least: number): Field<number> =>
  plainField((value, name): asserts value is number => requireCount(name, value as number, least));

/** A whole number of at least 1. */
export const positiveInteger = (): Field<number> => wholeNumber(1);

/** A number of at least `least`, and below `below` where that is given. */
export const numberFrom = (least: number, below = Number.POSITIVE_INFINITY): Field<number> =>
  plainField((value, name): asserts value is number => requireRange(name, value as number, { least, below }));

/** A number from 0 up to, not including, 1. */
export const fraction = (): Field<number> => numberFrom(0, 1);

/** Any finite number. */
export const finiteNumber = (): Field<number> =>
  plainField((value, name): asserts value is number => {
    if (Number.isFinite(value)) return;
    throw new ArgumentError({ received: `${name} is ${describeValue(value)}`, expected: 'a finite number' });
  });

/** A number above 0. */
export const positiveNumber = (): Field<number> =>
  plainField((value, name): asserts value is number => {
    if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) return;
    throw new ArgumentError({ received: `${name} is ${describeValue(value)}`, expected: 'a number above 0' });
  });

/** True or false. */
export const flag = (): Field<boolean> =>
  plainField((value, name): asserts value is boolean => {
    if (typeof value === 'boolean') return;
    throw new ArgumentError({ received: `${name} is ${describeValue(value)}`, expected: 'true or false' });
  });

/** A string. */
export const text = (): Field<string> =>
  plainField((value, name): asserts value is string => {
    if (typeof value === 'string') return;
    throw new ArgumentError({ received: `${name} is ${describeValue(value)}`, expected: 'a string' });
  });

/** One of some names. */
export const oneOf = <const Name extends string>(names: readonly Name[]): Field<Name> =>
  plainField((value, name): asserts value is Name => {
    if (names.some((known) => known === value)) return;
    throw unknownName(name, value, names);
  });

/** A list of axes: whole numbers, those below 0 counted from the last. */
export const axesField = (): Field<readonly number[]> =>
  plainField((value, name): asserts value is readonly number[] => {
    if (Array.isArray(value) && value.every((axis) => Number.isInteger(axis))) return;
    throw new ArgumentError({
      received: `${name} is ${Array.isArray(value) ? `[${value.map(describeValue).join(', ')}]` : describeValue(value)}`,
      expected: 'a list of whole numbers, such as [1, 2]',
    });
  });
