/** The task: a class out of several, or a number. */
export type Task = 'classify' | 'regress';

/** How a column enters the network. */
export type ColumnKind = 'number' | 'boolean' | 'category';

/** How the class labels were read. */
export type LabelKind = 'integer' | 'boolean' | 'text';

/** A column that the network sees. */
export interface ColumnSchema {
  /** The column's name. */
  readonly name: string;
  /** How it is read. */
  readonly kind: ColumnKind;
  /** Rows in which it is missing. */
  readonly missing: number;
  /** Different values, missing not counted. */
  readonly distinct: number;
  /** Least and greatest value of a number column. */
  readonly range?: readonly [number, number];
}

/** A target of classes. */
export interface ClassTarget {
  /** The column's name. */
  readonly name: string;
  /** Distinguishes it from a numeric target. */
  readonly kind: 'class';
  /** How the labels were read. */
  readonly labelKind: LabelKind;
  /** Class labels as the table spells them: integers in numeric order, false before true, texts by code unit. */
  readonly labels: readonly string[];
  /** Rows of each class. */
  readonly counts: readonly number[];
  /** Rows left out since the target is missing. */
  readonly missing: number;
}

/** A numeric target. */
export interface NumberTarget {
  /** The column's name. */
  readonly name: string;
  /** Tells it from a target of classes. */
  readonly kind: 'number';
  /** Different values, missing not counted. */
  readonly distinct: number;
  /** Least and greatest value. */
  readonly range: readonly [number, number];
  /** Rows left out since the target is missing. */
  readonly missing: number;
}

/** Why a column is left out. */
export type DropReason = 'requested' | 'constant' | 'missing' | 'identifier' | 'rowNumber';

/** A column that the network does not see. */
export interface DroppedColumn {
  /** The column's name. */
  readonly name: string;
  /** Why it is left out. */
  readonly reason: DropReason;
}

/** The columns and the target of a table; plain data, ready for JSON. */
export interface Schema {
  /** The task. */
  readonly task: Task;
  /** Rows with a target. */
  readonly rowCount: number;
  /** The column that is predicted. */
  readonly target: ClassTarget | NumberTarget;
  /** The columns that the network sees, in the table's order. */
  readonly columns: readonly ColumnSchema[];
  /** The columns left out, in the table's order. */
  readonly dropped: readonly DroppedColumn[];
  /** What a reader should know, one sentence each. */
  readonly warnings: readonly string[];
}

/** Numbers beyond this are refused: they overflow float32 arithmetic and are hardly ever meant. */
export const largestMagnitude = 1e30;

/** Quote a column name for a message. */
export const quoteName = (name: string): string => JSON.stringify(name);
