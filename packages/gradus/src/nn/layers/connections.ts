import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { describeValue } from '../../util/options.ts';

/** Which channels each filter sees: one list of channels a filter, all of one length. */
export type Connections = readonly (readonly number[])[];

/** Numbers of the table by which a kernel is spread, at most: half a GiB. */
const MOST_PLACES = 2 ** 26;

/** Refuse what is no map of connections for so many filters. */
export function requireConnections(map: unknown, filters: number): asserts map is Connections {
  const isMap =
    Array.isArray(map) &&
    map.length === filters &&
    map.every(
      (seen: unknown) =>
        Array.isArray(seen) &&
        seen.length >= 1 &&
        seen.length === (map[0] as unknown[]).length &&
        seen.every((channel) => Number.isSafeInteger(channel) && channel >= 0) &&
        new Set(seen).size === seen.length,
    );
  if (isMap) return;
  throw new ArgumentError({
    received: `connections that are ${Array.isArray(map) ? `${map.length} lists for ${filters} filters` : describeValue(map)}`,
    expected: 'for each filter the channels that it sees, each once, and as many for all filters',
  });
}

/**
 * Spread a kernel [height, width, seen, filters] over all channels: [height, width, channels, filters], 0 where a filter
 * does not see a channel. Each number is multiplied by 1 once and otherwise by 0, so that it arrives as it is.
 */
export function connectedKernel(kernel: Tensor, map: Connections, channels: number): Tensor {
  const [height, width, seen, filters] = kernel.shape;
  const size = seen * filters * channels * filters;
  if (size > MOST_PLACES) {
    throw new ShapeError({
      received: `connections of ${filters} filters to ${seen} of ${channels} channels each`,
      expected: 'fewer: the table of all has channels·filters² numbers for each that is seen',
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
