import type { OpName } from '../graph/attributes.ts';
import * as operations from '../graph/operations.ts';
import type { OpDefinition } from '../graph/tensor.ts';

/** Every op by its name. */
export const definitions = Object.fromEntries(
  Object.values(operations).flatMap((exported): [string, unknown][] =>
    typeof exported === 'object' && 'derivative' in exported ? [[exported.op, exported]] : [],
  ),
) as Readonly<Record<OpName, OpDefinition>>;
