import { ArgumentError } from 'gradus';
import type { Schema } from 'gradus/preprocess';
import { listed } from '../arguments/values.ts';
import { lossesOf } from './losses.ts';
import { optimizerTitle, requireNumbers, seesAllRows } from './optimizers.ts';
import type { TrainRequest } from './trainFlags.ts';

/** Refuse flags that do not go with the target, or with each other. */
export function requireSuitable(request: TrainRequest, { task, target }: Schema): void {
  const { classWeight, loss, optimizer } = request;
  const targets = `for the ${task === 'classify' ? 'classes' : 'numbers'} of '${target.name}'`;
  if (classWeight !== undefined && task === 'regress') {
    throw new ArgumentError({
      received: `--class-weight ${classWeight} ${targets}`,
      expected: 'a column of classes',
      remedy: 'Leave it out, or say --task classify',
    });
  }
  if (loss !== undefined && !lossesOf(task).includes(loss)) {
    throw new ArgumentError({
      received: `--loss ${loss} ${targets}`,
      expected: listed(lossesOf(task)),
      remedy: `Choose one of them, or say --task ${task === 'classify' ? 'regress' : 'classify'}`,
    });
  }
  if (optimizer === undefined) return;
  requireNumbers(optimizer);
  if (!seesAllRows(optimizer.name)) return;
  const unfit = [
    ...(request.batchSize === undefined ? [] : ['--batch-size']),
    ...(request.learningRate === undefined ? [] : ['--learning-rate']),
    ...(request.schedule === undefined ? [] : ['--schedule']),
    ...(request.clipGradient === undefined ? [] : ['--clip-gradient']),
    ...(request.batchNormalization === undefined ? [] : ['--batch-norm']),
  ];
  if (unfit.length === 0) return;
  throw new ArgumentError({
    received: `--optimizer ${optimizer.name} together with ${unfit.join(' and ')}`,
    expected: `neither batches nor a learning rate, as ${optimizerTitle(optimizer.name)} sees all rows at once and finds the lengths of its steps`,
    remedy: `Leave ${unfit.join(' and ')} out, or choose another optimizer`,
  });
}
