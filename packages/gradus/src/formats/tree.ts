import { ArgumentError } from '../util/errors.ts';
import type { JsonValue } from '../util/json.ts';
import { damaged } from './damage.ts';
import { DEPTH_LIMIT, isPlainObject, kindOf, parseJson, stringifyJson } from './json.ts';
import type { SafetensorsArrays, SafetensorsTensor } from './safetensors.ts';

/** A typed array that a tree may hold. */
export type TreeArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** A value made of plain objects, lists, texts, truth values, any numbers, and typed arrays. */
export type Tree =
  | null
  | boolean
  | number
  | string
  | TreeArray
  | readonly Tree[]
  | { readonly [key: string]: Tree };

/** The types of element whose array tells them apart from every other. */
const dtypes = {
  ...{ Float32Array: 'F32', Float64Array: 'F64', Int8Array: 'I8', Int16Array: 'I16', Int32Array: 'I32' },
  ...{ Uint8Array: 'U8', Uint16Array: 'U16', Uint32Array: 'U32' },
} as const satisfies Record<string, keyof SafetensorsArrays>;

/*
 * What JSON cannot say is an object with one member: { "$tensor": name } for a typed array, { "$number": text } for
 * NaN and the infinities. Keys of the value's own that begin with $ get one more.
 */
const TENSOR = '$tensor';
const NUMBER = '$number';

/**
 * Take a value apart into JSON and tensors, exactly: every bit of its numbers, NaN's payload in typed arrays included.
 *
 * @param root the first part of the tensors' names, and how an error names the value
 * @throws ArgumentError where it holds anything but what a tree may hold
 */
export function encodeTree(value: unknown, root: string): { text: string; tensors: SafetensorsTensor[] } {
  const tensors: SafetensorsTensor[] = [];
  const names = new Set<string>();
  const open = new Set<object>();
  const store = (data: TreeArray, place: string): unknown => {
    const dtype = dtypes[data.constructor.name as keyof typeof dtypes];
    if (dtype === undefined) throw unwritable(place, data);
    // Keys may hold separators, so that two places could have one name.
    let name = place.replace(/\p{Surrogate}/gu, '\ufffd');
    while (names.has(name)) name += "'";
    names.add(name);
    tensors.push({ name, dtype, shape: [data.length], data } as SafetensorsTensor);
    return { [TENSOR]: name };
  };
  const walk = (node: unknown, place: string): unknown => {
    if (typeof node === 'number' && !Number.isFinite(node)) return { [NUMBER]: String(node) };
    if (typeof node !== 'object' || node === null) return node;
    if (ArrayBuffer.isView(node)) return store(node as TreeArray, place);
    if (open.has(node) || open.size > DEPTH_LIMIT) {
      throw new ArgumentError({
        received: `${place} ${open.has(node) ? 'contains itself' : 'is nested too deep'}`,
        expected: `a value of at most ${DEPTH_LIMIT} levels, without circles`,
      });
    }
    open.add(node);
    let result: unknown;
    if (Array.isArray(node)) result = Array.from(node as unknown[], (item, i) => walk(item, `${place}/${i}`));
    else if (isPlainObject(node)) {
      const members = Object.entries(node).map(([key, member]) => [
        key.startsWith('$') ? `$${key}` : key,
        walk(member, `${place}/${key}`),
      ]);
      result = Object.fromEntries(members);
    } else throw unwritable(place, node);
    open.delete(node);
    return result;
  };
  const json = walk(value, root);
  return { text: stringifyJson(json, root), tensors };
}

/**
 * Put a value together again from what encodeTree gave.
 *
 * @throws IncompatibleError when the text is damaged, or the tensors are not those that it names
 */
export function decodeTree(text: string, tensors: readonly SafetensorsTensor[], root: string): Tree {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const take = (name: unknown): TreeArray => {
    const tensor = typeof name === 'string' ? byName.get(name) : undefined;
    if (tensor === undefined || !(tensor.data.constructor.name in dtypes)) {
      throw damaged(`${root} names a tensor ${JSON.stringify(name)}`, 'one that the file holds, once');
    }
    byName.delete(tensor.name);
    return tensor.data as TreeArray;
  };
  const walk = (node: JsonValue): Tree => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return (node as readonly JsonValue[]).map(walk);
    const entries = Object.entries(node as { readonly [key: string]: JsonValue });
    const [key, member] = entries.length === 1 ? entries[0] : [undefined, null];
    if (key === TENSOR) return take(member);
    if (key === NUMBER) return specialNumber(member, root);
    return Object.fromEntries(
      entries.map(([name, value]) => {
        if (!name.startsWith('$')) return [name, walk(value)];
        if (!name.startsWith('$$')) throw damaged(`${root} has a member ${JSON.stringify(name)}`, 'none');
        return [name.slice(1), walk(value)];
      }),
    );
  };
  const value = walk(parseJson(text, root));
  const [left] = byName.keys();
  if (left !== undefined) throw damaged(`${root} does not name the tensor ${JSON.stringify(left)}`, 'all');
  return value;
}

function specialNumber(text: JsonValue, root: string): number {
  if (text === 'NaN') return Number.NaN;
  if (text === 'Infinity') return Number.POSITIVE_INFINITY;
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY;
  throw damaged(`${root} has a number ${JSON.stringify(text)}`, 'NaN, Infinity or -Infinity');
}

function unwritable(place: string, value: unknown): ArgumentError {
  return new ArgumentError({
    received: `${place} is ${kindOf(value)}`,
    expected:
      'plain objects, lists, texts, truth values, numbers and typed arrays of 8 to 32 bits or of float64',
    remedy: 'Describe it by such values before saving.',
  });
}
