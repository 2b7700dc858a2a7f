import { DataError } from '../util/errors.ts';
import type { Matrix } from './inputs.ts';

/**
 * Refuse numbers that are no indices, with their place.
 *
 * @param matrix - The numbers, row after row.
 * @param below - How many indices there are.
 * @param name - How messages call the data.
 */
export function requireIndices(
  { values, width, scale = 1, shift = 0 }: Pick<Matrix, 'values' | 'width' | 'scale' | 'shift'>,
  below: number,
  name: string,
): void {
  const isBytes = values instanceof Uint8Array;
  for (let i = 0; i < values.length; i++) {
    const index = isBytes ? scale * values[i] + shift : values[i];
    if (index >= 0 && index < below && Number.isInteger(index)) continue;
    const [row, column] = [Math.floor(i / width) + 1, String((i % width) + 1)];
    throw new DataError(
      {
        received: `the index ${index} in row ${row}, column ${column} of ${name}`,
        expected: `a whole number from 0 to ${below - 1}, as the embedding has ${below} vectors`,
        remedy: 'Number what is embedded from 0, or give the embedding a larger vocabulary',
      },
      { row, column },
    );
  }
}
