import { isMissing, readNumber, type Table } from 'gradus/data';

/** What a column holds, as far as a person wants to know before choosing one to learn. */
export interface ColumnGlance {
  readonly name: string;
  /** `numbers` or `texts`. */
  readonly holds: 'numbers' | 'texts';
  /** Different values, missing not counted. */
  readonly distinct: number;
  /** 0 for the column that looks most like the one to learn; undefined where it does not. */
  readonly rank?: number;
}

/** Names that targets often have, the likeliest first. */
const usualNames = [
  /^(target|label|class|outcome|response)$/i,
  /^(species|price|survived|churn(ed)?|default(ed)?|quality|diagnosis|rating|score|income|salary|cost|sales)$/i,
  /(target|label|class|price|outcome|diagnosis)/i,
];

/** Most columns that are called likely. */
const mostLikely = 3;

/** Different values up to which a column of texts may be classes. */
const mostClasses = 20;

/**
 * Look at each column of a table, and tell which look like the one to learn: those with a usual name, then the last one
 * and the first one where they have few values or numbers. Names of rows never do.
 */
export function suggestTargets(table: Table): ColumnGlance[] {
  const glances = table.names.map((name) => {
    const cells = table.column(name).filter((cell) => !isMissing(cell));
    const distinct = new Set(cells.map(String)).size;
    const isNumeric = cells.length > 0 && cells.every((cell) => readNumber(cell) !== undefined);
    const canBeLearnt = distinct >= 2 && (isNumeric ? true : distinct <= mostClasses);
    return { name, holds: isNumeric ? ('numbers' as const) : ('texts' as const), distinct, canBeLearnt };
  });
  const learnable = glances.filter(({ canBeLearnt }) => canBeLearnt);
  // Beside an x and a z, a y is a third side or place.
  const isAnswer = (name: string): boolean => name === 'y' && !table.has('z');
  const ranked = [
    ...learnable.filter(({ name }) => isAnswer(name)),
    ...usualNames.flatMap((pattern) => learnable.filter(({ name }) => pattern.test(name))),
    ...learnable.slice(-1),
  ].map(({ name }) => name);
  const likely = [...new Set(ranked)].slice(0, mostLikely);
  return glances.map(({ canBeLearnt: _, ...glance }) => {
    const rank = likely.indexOf(glance.name);
    return rank === -1 ? glance : { ...glance, rank };
  });
}
