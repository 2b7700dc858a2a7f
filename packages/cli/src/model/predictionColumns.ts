import type { Table } from 'gradus/data';
import type { Preprocessor } from 'gradus/preprocess';
import type { Predictions } from './predictor.ts';

/**
 * Set predictions beside the rows of a table: `predicted_<target>`, and on request `probability_<class>` for each
 * class. A name that the table has already gets a number behind it.
 */
export function predictionColumns(
  table: Table,
  predictions: Predictions,
  preprocessor: Preprocessor,
  withProbabilities: boolean,
): Table {
  const { schema, labels } = preprocessor;
  const name = `predicted_${schema.target.name}`;
  if (predictions.kind === 'number')
    return withNewColumn(table, name, Array.from(predictions.values, rounded));
  const { classes, probabilities } = predictions;
  let result = withNewColumn(
    table,
    name,
    Array.from(classes, (index) => labels[index]),
  );
  if (!withProbabilities) return result;
  labels.forEach((label, index) => {
    const column = Array.from(classes, (_, row) => rounded(probabilities[row * labels.length + index]));
    result = withNewColumn(result, `probability_${label}`, column);
  });
  return result;
}

/** The network computes in float32: nine digits hold all that it says. */
const rounded = (value: number): number => Number(value.toPrecision(9));

/** Add a column; a name that the table has already gets a number behind it. */
export function withNewColumn(table: Table, name: string, cells: readonly (string | number)[]): Table {
  let free = name;
  for (let number = 2; table.has(free); number++) free = `${name}_${number}`;
  return table.withColumn(free, cells);
}
