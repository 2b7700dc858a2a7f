import type { Network } from './network.ts';
import type { FitOptions } from './options.ts';

/** A layer that learns nothing from the smallest batch: say so. */
export function warnAboutFewRows(
  { architecture, shapes }: Network,
  rowCount: number,
  batchSize: number,
  onEvent: FitOptions['onEvent'],
): void {
  const least = rowCount % batchSize === 0 ? batchSize : rowCount % batchSize;
  for (const { layer, inputs } of architecture.calls) {
    const { name, definition, trainable } = architecture.layers[layer];
    const needed = definition.leastRows?.(inputs.map((input) => shapes[input])) ?? 1;
    if (!trainable || least >= needed) continue;
    onEvent?.({
      type: 'warning',
      message: `The layer '${name}' learns nothing from fewer than ${needed} rows, and ${least === batchSize ? 'batches have' : 'the last batch of an epoch has'} ${least}. Choose another batchSize.`,
    });
  }
}
