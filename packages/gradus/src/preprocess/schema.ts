/** What is learnt: a class out of several, or a number. */
export type Task = 'classify' | 'regress';

/** How a column enters the network. */
export type ColumnKind = 'number' | 'boolean' | 'category';

/** How the class labels were read. */
export type LabelKind = 'integer' | 'boolean' | 'text';

/** A column that the network sees. */
export interface ColumnSchema {
  readonly name: string;
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
  readonly name: string;
  readonly kind: 'class';
  readonly labelKind: LabelKind;
  /** Class labels as the table spells them: integers in numeric order, false before true, texts by code unit. */
  readonly labels: readonly string[];
  /** Rows of each class. */
  readonly counts: readonly number[];
  /** Rows left out since the target is missing. */
  readonly missing: number;
}

/** A target of numbers. */
export interface NumberTarget {
  readonly name: string;
  readonly kind: 'number';
  readonly distinct: number;
  readonly range: readonly [number, number];
  /** Rows left out since the target is missing. */
  readonly missing: number;
}

/** Why a column is left out. */
export type DropReason = 'requested' | 'constant' | 'missing' | 'identifier' | 'rowNumber';

/** A column that the network does not see. */
export interface DroppedColumn {
  readonly name: string;
  readonly reason: DropReason;
}

/** What a table's columns are and what is learnt from them; plain data, ready for JSON. */
export interface Schema {
  readonly task: Task;
  /** Rows with a target. */
  readonly rowCount: number;
  readonly target: ClassTarget | NumberTarget;
  /** The columns that the network sees, in the table's order. */
  readonly columns: readonly ColumnSchema[];
  readonly dropped: readonly DroppedColumn[];
  /** What a reader should know, one sentence each. */
  readonly warnings: readonly string[];
}

/** Numbers beyond this are refused: they overflow float32 arithmetic and are hardly ever meant. */
export const largestMagnitude = 1e30;

/** Quote a column name for a message. */
export const quoteName = (name: string): string => JSON.stringify(name);
