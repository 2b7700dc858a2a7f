import { resolve } from 'node:path';
import { writeCsv } from '@gradus/io';
import { ArgumentError } from 'gradus';
import { hasFlag, textFlag } from '../arguments/values.ts';
import { inFile } from '../exitCode.ts';
import { exitCodes } from '../exitCodes.ts';
import { loadTable } from '../files/loadTable.ts';
import { loadPredictor } from '../model/loadPredictor.ts';
import { predictionColumns } from '../model/predictionColumns.ts';
import type { Command } from './command.ts';

/** `gradus predict`: CSV in, CSV with predictions out. */
export const predict: Command = {
  usage: 'RUN FILE [flags]',
  operands: [
    { name: 'RUN', description: 'a run folder, a model file, or latest' },
    {
      name: 'FILE',
      description: 'a CSV or TSV file with the columns of the training, or - for standard input',
    },
  ],
  flags: [
    { name: 'probabilities', letter: 'p', description: 'Add a column with the probability of each class' },
    { name: 'out', letter: 'o', value: 'FILE', description: 'Write there; default: standard output' },
  ],
  notes: [
    'The output has all columns of the input, and behind them predicted_<target>. Columns that the training did not use are passed through; a header without rows gives a header.',
  ],
  examples: [
    {
      line: 'gradus predict runs/2026-01-31-penguins - --probabilities < new.csv',
      meaning: 'read standard input, and tell how sure each prediction is',
    },
  ],
  run: async (args, context) => {
    const [run, source = '-', ...more] = args.operands;
    if (run === undefined || more.length > 0) {
      throw new ArgumentError({
        received: run === undefined ? 'no run' : `${args.operands.length} operands`,
        expected: 'gradus predict RUN FILE',
        remedy: 'For example: gradus predict latest new.csv',
      });
    }
    const out = textFlag(args, 'out');
    const predictor = await loadPredictor(run, context);
    const { preprocessor } = predictor;
    const withProbabilities = hasFlag(args, 'probabilities');
    if (withProbabilities && preprocessor.labels.length === 0) {
      throw new ArgumentError({
        received: `--probabilities for a model that predicts numbers (${preprocessor.schema.target.name})`,
        expected: 'a model of classes',
        remedy: 'Leave --probabilities out',
      });
    }
    const loaded = await loadTable(source, context, {
      standardInput: true,
      embedded: true,
      allowNoRows: true,
    });
    try {
      const predictions = await predictor.predict(loaded.table);
      for (const warning of predictions.warnings) context.stderr.write(`note: ${warning}\n`);
      const text = writeCsv(predictionColumns(loaded.table, predictions, preprocessor, withProbabilities));
      if (out === undefined) context.stdout.write(text);
      else await context.writeFile(resolve(context.folder, out), text);
    } catch (error) {
      throw inFile(loaded.name, error);
    }
    return exitCodes.done;
  },
};
