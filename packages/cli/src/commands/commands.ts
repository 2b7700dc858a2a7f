import type { CommandEntry } from './command.ts';

/** All commands. A command is loaded when it is called: help needs neither it nor the library. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'train',
    summary: 'Train a network on a table, measure it, and leave a report and a model file.',
    example: { line: 'gradus train penguins', meaning: 'learn the species of 344 penguins' },
    watchesSignal: true,
    load: async () => (await import('./train.ts')).train,
  },
  {
    name: 'predict',
    summary: 'Predict the rows of a table with a trained network.',
    example: {
      line: 'gradus predict latest new.csv --out predicted.csv',
      meaning: 'predict the rows of a file',
    },
    load: async () => (await import('./predict.ts')).predict,
  },
  {
    name: 'evaluate',
    summary: 'Score a trained network on a table whose target is known.',
    example: {
      line: 'gradus evaluate latest --data test.csv',
      meaning: 'score the newest run on rows it has not seen',
    },
    load: async () => (await import('./evaluate.ts')).evaluate,
  },
  {
    name: 'doctor',
    summary: 'Say what this machine offers, and measure how fast networks train on it.',
    example: { line: 'gradus doctor', meaning: 'see which executor is fastest here' },
    load: async () => (await import('./doctor.ts')).doctor,
  },
];

/** Tell whether a command of these arguments ends by itself when it is interrupted. */
export const watchesSignal = ([name]: readonly string[]): boolean =>
  commands.some((command) => command.name === name && command.watchesSignal === true);
