import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { type Field, plainField } from '../../util/fields.ts';
import { describeValue } from '../../util/options.ts';

/** Which channels each filter sees: one list of channels a filter, all of one length. */
export type Connections = readonly (readonly number[])[];

/** The most elements of the table by which a kernel is spread: half a GiB. */
const MOST_PLACES = 2 ** 26;

/** Refuse a map of connections for another number of filters. */
export function requireConnections(map: Connections, filters: number): void {
  if (map.length === filters) return;
  throw wrongConnections(`${map.length} lists for ${filters} filters`);
}

const isSeen = (seen: unknown): seen is readonly number[] =>
  Array.isArray(seen) &&
  seen.length >= 1 &&
  seen.every((channel) => Number.isSafeInteger(channel) && channel >= 0) &&
  new Set(seen).size === seen.length;

const wrongConnections = (what: string): ArgumentError =>
  new ArgumentError({
    received: `connections that are ${what}`,
    expected: 'for each filter the channels that it sees, each once, and as many for all filters',
  });

/** An option that is a map of connections. */
export const connectionsField = (): Field<Connections> =>
  plainField((map): asserts map is Connections => {
    if (!Array.isArray(map)) throw wrongConnections(describeValue(map));
    const [first]: readonly unknown[] = map;
    const isMap = map.every(isSeen) && isSeen(first) && map.every((seen) => seen.length === first.length);
    if (!isMap) throw wrongConnections(`${map.length} lists`);
  });

/**
 * Spread a kernel [height, width, seen, filters] over all channels: [height, width, channels, filters], 0 where a filter
 * does not see a channel. Each weight is multiplied by 1 once and otherwise by 0, so that it stays exact.
 */
export function connectedKernel(kernel: Tensor, map: Connections, channels: number): Tensor {
  const [height, width, seen, filters] = kernel.shape;
  const size = seen * filters * channels * filters;
  if (size > MOST_PLACES) {
    throw new ShapeError({
      received: `connections of ${filters} filters to ${seen} of ${channels} channels each`,
      expected: 'fewer: their table has channels·filters² elements for each channel that a filter sees',
      remedy: 'Use groups, which need no table',
    });
  }
  const places = new Float64Array(size);
  map.forEach((list, filter) => {
    list.forEach((channel, i) => {
      places[(i * filters + filter) * channels * filters + channel * filters + filter] = 1;
    });
  });
  const selection = $.constant(places, [seen * filters, channels * filters]);
  const spread = $.matmul($.reshape(kernel, [height * width, seen * filters]), selection);
  return $.reshape(spread, [height, width, channels, filters]);
}
