import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError, IncompatibleError, loadModel } from 'gradus';
import { Preprocessor } from 'gradus/preprocess';
import type { CommandContext } from '../context.ts';
import { incompatibleFile } from '../exitCode.ts';
import { codeOf } from '../files/failure.ts';
import { findRun } from '../files/findRun.ts';
import { runFiles } from '../files/runFolder.ts';
import { gradusLine } from '../terminal.ts';
import { Predictor } from './predictor.ts';

/**
 * Load a trained network with its preprocessing.
 *
 * @param run - A run folder, a model file, or `latest`.
 * @throws ArgumentError where there is none; IncompatibleError for a file that is truncated, edited, or no model.
 */
export async function loadPredictor(run: string, context: CommandContext): Promise<Predictor> {
  const found = await findRun(run, 'finished', context);
  if (/\.(csv|tsv|tab|txt|json|xlsx?)$/i.test(found)) {
    throw new ArgumentError({
      received: `'${run}', which looks like a table, in the place of the run`,
      expected: 'a run folder, a model file, or latest, and the table behind it',
      remedy: 'For example: gradus predict latest new.csv',
    });
  }
  const isFolder = (await stat(found)).isDirectory();
  const path = isFolder ? join(found, runFiles.model) : found;
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new ArgumentError({
      received:
        codeOf(error) === 'ENOENT' ? `'${run}' holds no ${runFiles.model}` : `'${path}' cannot be read`,
      expected: 'a run that is complete, or a model file',
      remedy:
        codeOf(error) === 'ENOENT'
          ? `If it was interrupted: ${gradusLine(['train', '--resume', run], context)}`
          : 'Check its permissions',
    });
  });
  try {
    return readPredictor(bytes);
  } catch (error) {
    throw incompatibleFile(path, error);
  }
}

/** Read a trained network with its preprocessing from the bytes of a model file. */
export function readPredictor(bytes: Uint8Array): Predictor {
  const { model, preprocessing } = loadModel(bytes);
  if (preprocessing === undefined) {
    throw new IncompatibleError({
      received: 'a model file without preprocessing',
      expected: 'one that `gradus train` wrote',
      remedy: 'Load it with the library, which takes numbers instead of tables',
    });
  }
  return new Predictor(model, Preprocessor.fromJSON(preprocessing));
}
