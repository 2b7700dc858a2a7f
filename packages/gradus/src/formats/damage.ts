import { IncompatibleError } from '../util/errors.ts';

/** What helps when a file's bytes are not what was written. */
const ANOTHER_COPY = 'Use an undamaged copy of the file, or write it again.';

/** Make the error for a file that is not what its format says. */
export function damaged(received: string, expected: string, remedy = ANOTHER_COPY): IncompatibleError {
  return new IncompatibleError({ received, expected, remedy });
}
