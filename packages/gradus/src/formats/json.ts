import { ArgumentError } from '../util/errors.ts';
import type { JsonValue } from '../util/json.ts';
import { damaged } from './damage.ts';

/** Deeper values are refused both ways, so that no file can exhaust the stack. */
export const DEPTH_LIMIT = 100;

/** Whether a value is an object made of members alone, with no class of its own. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Write a value as JSON that reads back the same, -0 included; members that are undefined are left out.
 *
 * @param place how an error names the value
 * @throws ArgumentError where JSON has no words for it
 */
export function stringifyJson(value: unknown, place: string, depth = 0): string {
  if (depth > DEPTH_LIMIT) throw unwritable(`${place} is nested too deep, or contains itself`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw unwritable(`${place} is ${value}`);
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (Array.isArray(value)) {
    const items = Array.from(value as unknown[], (item, i) =>
      stringifyJson(item, `${place}[${i}]`, depth + 1),
    );
    return `[${items.join(',')}]`;
  }
  if (!isPlainObject(value)) throw unwritable(`${place} is ${kindOf(value)}`);
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    members.push(`${JSON.stringify(key)}:${stringifyJson(member, `${place}.${key}`, depth + 1)}`);
  }
  return `{${members.join(',')}}`;
}

/**
 * Read JSON from a file: no key twice, no nesting without end.
 *
 * @param place how an error names the text
 * @throws IncompatibleError where it is not what stringifyJson writes
 */
export function parseJson(text: string, place: string): JsonValue {
  requireShallow(text, place);
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw damaged(`${place} is no valid JSON`, 'JSON text');
  }
  checkStructure(text, place);
  return value;
}

/** Say what a value is that cannot be used. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return 'a list';
  const maker = value.constructor;
  return isPlainObject(value) || typeof maker !== 'function'
    ? 'an object'
    : `an object of class ${maker.name}`;
}

function unwritable(received: string): ArgumentError {
  return new ArgumentError({
    received,
    expected: 'plain objects, lists, texts, truth values and finite numbers',
    remedy: 'Describe it by such values before saving.',
  });
}

/**
 * Refuse text that is nested too deep before it is parsed: values of a hundred million brackets take minutes and
 * gigabytes. The text may be no JSON at all.
 */
function requireShallow(text: string, place: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > DEPTH_LIMIT + 1)
        throw damaged(`${place} is nested too deep`, `at most ${DEPTH_LIMIT} levels`);
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}

/** Look for keys that occur twice in an object; `text` is known to be valid JSON. */
function checkStructure(text: string, place: string): void {
  // One entry for every open bracket: the keys of an object so far, or undefined in a list.
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      let end = i + 1;
      while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      const keys = open.at(-1);
      if (isKey && keys !== undefined) {
        const key = JSON.parse(text.slice(i, end + 1)) as string;
        if (keys.has(key)) throw damaged(`${place} names ${JSON.stringify(key)} twice`, 'each name once');
        keys.add(key);
      }
      isKey = false;
      i = end;
    } else if (character === '{' || character === '[') {
      isKey = character === '{';
      open.push(isKey ? new Set() : undefined);
    } else if (character === '}' || character === ']') {
      open.pop();
      isKey = false;
    } else if (character === ',') {
      isKey = open.at(-1) !== undefined;
    }
  }
}
