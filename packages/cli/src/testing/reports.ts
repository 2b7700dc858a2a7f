import type { EpochRecord, ReportData } from '../report/reportData.ts';

/** Learning curves of a plausible run: an exponential fall, and a validation loss that turns after the best epoch. */
function history(
  epochs: number,
  bestEpoch: number,
  floor: number,
  metric: (progress: number) => number,
): EpochRecord[] {
  return Array.from({ length: epochs }, (_, index) => {
    const epoch = index + 1;
    const fall = 1 / (1 + 12 * (epoch / bestEpoch) ** 1.5);
    return {
      epoch,
      loss: floor + fall,
      validationLoss: floor * 1.3 + fall + Math.max(0, epoch - bestEpoch) * floor * 0.02,
      validationMetric: metric(Math.min(1, epoch / bestEpoch)),
      learningRate: 0.001,
      seconds: 0.012,
    };
  });
}

/** A report of a penguins-like classification run; for tests of the report. */
export function classificationReport(changes: Partial<ReportData> = {}): ReportData {
  return {
    title: 'species in penguins.csv',
    task: 'classification',
    target: 'species',
    rowNoun: { singular: 'penguin', plural: 'penguins' },
    data: {
      source: 'penguins.csv',
      rows: 344,
      taskInferredFrom: 'text with 3 distinct values',
      warnings: [
        'Chinstrap has 68 rows, less than half as many as Adelie (152).',
        'Sex is missing in 11 rows; a column that marks the missing values was added.',
      ],
      columns: [
        {
          name: 'species',
          kind: 'category',
          inferredFrom: 'text with 3 distinct values',
          role: 'target',
          missing: 0,
          distinct: 3,
          summary: 'Adelie (152), Gentoo (124), Chinstrap (68)',
        },
        {
          name: 'island',
          kind: 'category',
          inferredFrom: 'text with 3 distinct values',
          role: 'input',
          missing: 0,
          distinct: 3,
          summary: 'Biscoe (168), Dream (124), Torgersen (52)',
        },
        {
          name: 'bill_length_mm',
          kind: 'number',
          inferredFrom: 'every value is a number',
          role: 'input',
          missing: 2,
          distinct: 164,
          summary: '32.1 to 59.6, median 44.45',
        },
        {
          name: 'body_mass_g',
          kind: 'number',
          inferredFrom: 'every value is a number',
          role: 'input',
          missing: 2,
          distinct: 94,
          summary: '2,700 to 6,300, median 4,050',
        },
        {
          name: 'sex',
          kind: 'category',
          inferredFrom: 'text with 2 distinct values',
          role: 'input',
          missing: 11,
          distinct: 2,
          summary: 'male (168), female (165)',
        },
        {
          name: 'note',
          kind: 'text',
          inferredFrom: 'text, nearly every value distinct',
          role: 'dropped',
          reason: 'every row has its own text',
          missing: 290,
          distinct: 54,
        },
      ],
    },
    split: { train: 240, validation: 52, test: 52, method: 'at random, stratified by species' },
    score: {
      metric: 'accuracy',
      format: 'percent',
      value: 51 / 52,
      lower: 0.899,
      upper: 0.9966,
      intervalMethod: 'Wilson',
      correct: 51,
      count: 52,
      others: [
        { metric: 'balanced accuracy', value: 0.9667, format: 'percent' },
        { metric: 'log loss', value: 0.0712, format: 'number' },
      ],
    },
    baselines: [
      { kind: 'trivial', name: 'always guessing Adelie', value: 23 / 52, lower: 0.316, upper: 0.576 },
      { kind: 'linear', name: 'a linear model', value: 51 / 52, lower: 0.899, upper: 0.9966 },
    ],
    training: {
      loss: 'cross-entropy',
      metric: 'accuracy',
      metricFormat: 'percent',
      history: history(80, 60, 0.03, (progress) => 0.45 + 0.53 * (1 - (1 - progress) ** 3)),
      bestEpoch: 60,
      stopReason: 'Stopped because the validation loss had not fallen for 20 epochs.',
      batchSize: 32,
      optimizer: 'AdamW',
    },
    confusion: {
      classes: ['Adelie', 'Chinstrap', 'Gentoo'],
      counts: [
        [23, 0, 0],
        [1, 9, 0],
        [0, 0, 19],
      ],
    },
    mistakes: {
      columns: ['island', 'bill_length_mm', 'body_mass_g', 'sex'],
      total: 1,
      rows: [
        {
          row: 183,
          actual: 'Chinstrap',
          predicted: 'Adelie',
          probability: 0.873,
          cells: ['Dream', 40.9, 3200, null],
        },
      ],
    },
    importance: {
      metric: 'accuracy',
      format: 'percent',
      repeats: 10,
      measuredOn: 'test rows',
      columns: [
        { column: 'body_mass_g', meanDrop: 0.031, standardDeviation: 0.02 },
        { column: 'bill_length_mm', meanDrop: 0.33, standardDeviation: 0.045 },
        { column: 'island', meanDrop: 0.12, standardDeviation: 0.03 },
        { column: 'sex', meanDrop: -0.002, standardDeviation: 0.006 },
      ],
    },
    architecture: {
      parameters: 2115,
      summary:
        'Layer      Output   Parameters\ndense_1    n×64           1,024\nrelu       n×64               0\ndense_2    n×16           1,040\nrelu_1     n×16               0\ndense_3    n×3               51',
    },
    run: {
      command: 'gradus train penguins.csv --target species --seed 0',
      seed: 0,
      version: '0.1.0',
      node: 'v20.20.2',
      executor: 'wasm',
      numerics: 'fast',
      startedAt: '2026-11-22T03:04:05Z',
      seconds: 1.84,
      folder: 'runs/2026-11-22-penguins',
      settings: [{ name: 'Learning rate', value: '0.001' }],
    },
    ...changes,
  };
}

/** A report of a classification run with many classes; for tests of the report. */
export function manyClassesReport(classes: number): ReportData {
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
  const counts = names.map((_, actual) =>
    names.map((_, predicted) =>
      actual === predicted ? 30 + actual : (actual * 7 + predicted * 3) % 11 === 0 ? 2 : 0,
    ),
  );
  const correct = counts.reduce((sum, row, index) => sum + row[index]!, 0);
  const count = counts.flat().reduce((sum, value) => sum + value, 0);
  const { rowNoun: _, ...rest } = classificationReport();
  return {
    ...rest,
    title: 'digit in digits.csv',
    target: 'digit',
    confusion: { classes: names, counts },
    score: {
      metric: 'accuracy',
      format: 'percent',
      value: correct / count,
      lower: correct / count - 0.02,
      upper: correct / count + 0.015,
      correct,
      count,
    },
    baselines: [
      { kind: 'trivial', name: 'always guessing class 3', value: 0.12 },
      {
        kind: 'linear',
        name: 'a linear model',
        value: correct / count + 0.04,
        lower: correct / count + 0.03,
        upper: correct / count + 0.05,
      },
    ],
  };
}

/** A report of a regression run on `rows` test rows; for tests of the report. */
export function regressionReport(rows: number): ReportData {
  const wave = (index: number, factor: number): number =>
    Math.sin(index * factor) + Math.sin(index * factor * 1.7 + 1) + Math.sin(index * factor * 2.3 + 2);
  const actual = Array.from({ length: rows }, (_, index) => 23 + 5 * wave(index, 0.731));
  const predicted = actual.map((value, index) => 2 + value * 0.92 + 1.2 * wave(index, 1.913));
  const { confusion: _, rowNoun: __, mistakes: ___, ...rest } = classificationReport();
  return {
    ...rest,
    title: 'mpg in mpg.csv',
    task: 'regression',
    target: 'mpg',
    targetUnit: 'miles per gallon',
    split: { ...rest.split, method: 'at random' },
    score: {
      metric: 'R²',
      format: 'number',
      value: 0.861,
      lower: 0.81,
      upper: 0.9,
      intervalMethod: 'bootstrap of 1,000 resamples',
      count: rows,
    },
    baselines: [
      { kind: 'trivial', name: 'always guessing the mean', value: -0.013 },
      { kind: 'linear', name: 'a linear model', value: 0.84, lower: 0.78, upper: 0.88 },
    ],
    training: { ...rest.training, loss: 'mean squared error', metric: 'R²', metricFormat: 'number' },
    predictions: { actual, predicted },
    mistakes: {
      columns: ['cylinders', 'horsepower', 'origin'],
      total: rows,
      rows: [
        { row: 112, actual: 44.6, predicted: 33.12, cells: [4, 67, 'japan'] },
        { row: 7, actual: 12, predicted: 19.4, cells: [8, null, 'usa'] },
      ],
    },
  };
}
