import type { EndEvent, EpochEvent, StartEvent } from 'gradus';
import { formatDuration } from '../format/duration.ts';
import { formatCount, formatNumber } from '../format/number.ts';

/** Turn `validationAccuracy` into `validation accuracy`. */
export const spellOut = (name: string): string =>
  name.replace(/([a-z\d])([A-Z])/g, (_, left: string, right: string) => `${left} ${right.toLowerCase()}`);

/** Describe the start in a line. */
export const startText = ({ epochs, rows, batchSize, executor }: StartEvent): string =>
  `training on ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'} in batches of ${formatCount(batchSize)}, at most ${formatCount(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'}${executor.startsWith('blas') ? `, by ${executor}` : ''}`;

/** Describe an epoch in a line; the epoch's number is padded so that lines stand under each other. */
export function epochText(event: EpochEvent): string {
  const total = String(event.epochs);
  const parts = [
    `epoch ${String(event.epoch).padStart(total.length)}/${total}`,
    `loss ${formatNumber(event.loss)}`,
  ];
  if (event.validationLoss !== undefined) parts.push(`validation loss ${formatNumber(event.validationLoss)}`);
  for (const [name, value] of Object.entries(event.metrics))
    parts.push(`${spellOut(name)} ${formatNumber(value)}`);
  parts.push(
    `learning rate ${formatNumber(event.learningRate)}`,
    `${formatNumber(event.rowsPerSecond, 3)} rows/s`,
    formatDuration(event.seconds),
  );
  return `${parts.join('  ')}${event.best ? '  best' : ''}`;
}

/** Describe the end in a line; there is no best epoch before the first has ended. */
export function endText({ reason, epoch, bestEpoch }: EndEvent, seconds: number): string {
  const best = bestEpoch > 0 ? `, best epoch ${formatCount(bestEpoch)}` : '';
  const why = reason === 'aborted' ? 'interrupted' : spellOut(reason);
  return `trained ${formatCount(epoch)} ${epoch === 1 ? 'epoch' : 'epochs'} in ${formatDuration(seconds)}${best}: ${why}`;
}
