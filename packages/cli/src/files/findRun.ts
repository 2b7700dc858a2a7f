import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArgumentError, meantName } from 'gradus';
import type { CommandContext } from '../context.ts';
import { runFiles } from './runFolder.ts';

/** What the run is wanted for: its model, or its checkpoint. */
export type RunState = 'finished' | 'interrupted';

/**
 * Find the folder of a run, or the model file itself.
 *
 * @param name - A folder, a model file (for finished runs), or `latest`: the newest folder in `runs`.
 * @returns The absolute path.
 * @throws ArgumentError where there is none.
 */
export async function findRun(name: string, state: RunState, context: CommandContext): Promise<string> {
  const path = resolve(context.folder, name);
  if ((await modified(path)) !== undefined) return path;
  if (name === 'latest') return newest(resolve(context.folder, 'runs'), state);
  const runs = await readdir(resolve(context.folder, 'runs')).catch(() => []);
  const nearest = meantName(name.replace(/^runs[/\\]/, ''), runs);
  throw new ArgumentError({
    received: `there is no '${name}'`,
    expected: state === 'finished' ? 'a run folder, a model file, or latest' : 'a run folder, or latest',
    remedy:
      nearest === undefined
        ? 'Name the folder that `gradus train` printed'
        : `Did you mean '${join('runs', nearest)}'?`,
  });
}

async function newest(runs: string, state: RunState): Promise<string> {
  const file = state === 'finished' ? runFiles.model : runFiles.config;
  let best: { readonly path: string; readonly at: number } | undefined;
  for (const name of (await readdir(runs).catch(() => [])).sort()) {
    const path = join(runs, name);
    const at = await modified(join(path, file));
    const isWanted = state === 'finished' || (await modified(join(path, runFiles.report))) === undefined;
    if (at !== undefined && isWanted && (best === undefined || at >= best.at)) best = { path, at };
  }
  if (best !== undefined) return best.path;
  throw new ArgumentError({
    received: `latest, but '${runs}' holds no ${state} run`,
    expected: 'a run',
    remedy:
      state === 'finished'
        ? 'Train one first, or name its folder'
        : 'Name its folder, if it is elsewhere; a run that is complete needs no resuming',
  });
}

/** When a file or folder was last changed; undefined where it is not there. */
const modified = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
