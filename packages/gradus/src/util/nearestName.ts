/**
 * Find the name most like a given one, by the least number of inserted, removed, replaced or swapped
 * characters, upper and lower case counting alike.
 *
 * @param name - the name that was given
 * @param names - the names there are
 * @returns the nearest name, or `undefined` where none is near (more than two fifths of its characters differ)
 *
 * @example
 * import { nearestName } from './nearestName.ts';
 * nearestName('specis', ['island', 'species']); // 'species'
 * nearestName('price', ['island', 'species']); // undefined
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(name.length, candidate.length) * 0.4));
    if (distance <= allowed && distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** Optimal string alignment distance (Damerau 1964), in three rolling rows. */
function editDistance(first: string, second: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let i = 1; i <= first.length; i++) {
    const row = [i];
    for (let j = 1; j <= second.length; j++) {
      const replaced = last[j - 1] + (first[i - 1] === second[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, replaced);
      const swapped = i > 1 && j > 1 && first[i - 1] === second[j - 2] && first[i - 2] === second[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[second.length];
}

/**
 * Word the remedy for an unknown name: the nearest one, and the list of those there are.
 *
 * @param name - the name that was given
 * @param names - the names there are
 * @param kind - what is named, in the plural; default `'columns'`
 * @returns one or two sentences
 *
 * @example
 * import { suggestName } from './nearestName.ts';
 * suggestName('specis', ['island', 'species']); // 'Did you mean "species"? The columns are: island, species.'
 */
export function suggestName(name: string, names: readonly string[], kind = 'columns'): string {
  const nearest = nearestName(name, names);
  const shown = names.slice(0, 20).join(', ');
  const rest = names.length > 20 ? ` and ${names.length - 20} more` : '';
  const list = names.length === 0 ? `There are no ${kind}.` : `The ${kind} are: ${shown}${rest}.`;
  return nearest === undefined ? list : `Did you mean ${JSON.stringify(nearest)}? ${list}`;
}
