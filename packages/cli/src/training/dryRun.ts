import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exitCodes.ts';
import { formatDuration } from '../format/duration.ts';
import { createProgress } from '../progress/createProgress.ts';
import type { Voice } from '../terminal.ts';
import { fitModel } from './fitNetwork.ts';
import { announce, type PlannedRun } from './trainAndFinish.ts';

/** Say what a run would do, and how long it might take; two epochs are trained to measure that, and thrown away. */
export async function dryRun(plan: PlannedRun, voice: Voice, context: CommandContext): Promise<number> {
  const { config, model, threads, prepared } = plan;
  const short = { ...config, training: { ...config.training, epochs: 2 } };
  const progress = createProgress(context.stderr, { mode: 'quiet' });
  const { history } = await fitModel({ model, prepared, config: short, threads, progress }, context);
  const seconds = (history.epochs.at(-1)?.seconds ?? 0) * config.training.epochs;
  if (voice === 'json') {
    const result = {
      type: 'plan',
      schema: prepared.schema,
      config,
      parameters: model.parameterCount,
      seconds,
    };
    context.stdout.write(`${JSON.stringify(result)}\n`);
    return exitCodes.done;
  }
  announce(plan, 'person', context);
  context.stdout.write(
    `${model.summary()}\n\ntraining would take ${formatDuration(seconds)} at most; nothing was written\n`,
  );
  return exitCodes.done;
}
