/** What a report shows: plain JSON, so that a run folder can keep it and the report can be made again. */
export interface ReportData {
  /** Heading of the page, such as `species in penguins.csv`. */
  readonly title: string;
  readonly task: 'classification' | 'regression';
  /** Name of the column that is predicted. */
  readonly target: string;
  /** Unit of a numeric target, when known; stands beside axis labels. */
  readonly targetUnit?: string;
  /** What one row is; default `row`, `rows`. */
  readonly rowNoun?: { readonly singular: string; readonly plural: string };
  readonly data: DataProfile;
  readonly split: SplitSizes;
  readonly score: ScoreSummary;
  /** The trivial and the linear baseline, and any other, scored on the same test rows. */
  readonly baselines: readonly BaselineScore[];
  readonly training: TrainingSummary;
  /** Test rows, for classification. */
  readonly confusion?: ConfusionMatrix;
  /** Test rows, for regression. */
  readonly predictions?: RegressionPairs;
  readonly mistakes?: MistakeList;
  readonly importance?: ImportanceSummary;
  readonly architecture: ArchitectureSummary;
  readonly run: RunSummary;
}

/** The table that was read, and what was inferred from it. */
export interface DataProfile {
  /** File name or name of the embedded set. */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** Sentences a reader should know: imbalance, duplicate rows, suspected leaks. */
  readonly warnings: readonly string[];
  /** Rows left out before the split (missing target and the like), each with its reason. */
  readonly droppedRows?: readonly { readonly count: number; readonly reason: string }[];
  /** How the task was chosen, such as `text with 3 distinct values`. */
  readonly taskInferredFrom?: string;
}

/** One column as it was inferred. */
export interface ColumnProfile {
  readonly name: string;
  /** Kind as inferred or as told: `number`, `category`, `boolean`, `text`, `date`… */
  readonly kind: string;
  /** How the kind was found: `inferred: 12 distinct values`, `told by --type`. */
  readonly inferredFrom?: string;
  readonly role: 'input' | 'target' | 'dropped';
  /** Why it was dropped; only for dropped columns. */
  readonly reason?: string;
  readonly missing: number;
  readonly distinct: number;
  /** Range, or the most frequent values, as text. */
  readonly summary?: string;
}

/** How many rows went where. */
export interface SplitSizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** How rows were dealt: `stratified by species`, `at random`. */
  readonly method: string;
}

/** A score on the test rows with its interval. */
export interface ScoreSummary {
  /** Name for people: `accuracy`, `R²`. */
  readonly metric: string;
  /** `percent` writes 0.98 as 98%. */
  readonly format: 'percent' | 'number';
  /** Whether a larger value is better; default true. */
  readonly higherIsBetter?: boolean;
  /** NaN, and the interval with it, where the rows are too few to tell. */
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** Confidence of the interval as a share of 1; default 0.95. */
  readonly confidence?: number;
  /** How the interval was found: `Wilson`, `bootstrap of 1,000 resamples`. */
  readonly intervalMethod?: string;
  /** Rows predicted right, for accuracy. */
  readonly correct?: number;
  /** Rows scored. */
  readonly count: number;
  /** Further scores of the same test rows, such as macro F1 or the mean absolute error. */
  readonly others?: readonly {
    readonly metric: string;
    readonly value: number;
    readonly format: 'percent' | 'number';
  }[];
}

/** What a much simpler predictor scores on the same rows. */
export interface BaselineScore {
  readonly kind: 'trivial' | 'linear' | 'other';
  /** Reads after "better than": `always guessing Adelie`, `a linear model`. */
  readonly name: string;
  readonly value: number;
  readonly lower?: number;
  readonly upper?: number;
  /** Interval of (model − baseline) on the same rows, when a paired comparison was made; decides the verdict. */
  readonly difference?: { readonly lower: number; readonly upper: number };
}

/** One epoch; null where a value was not measured. */
export interface EpochRecord {
  readonly epoch: number;
  readonly loss: number | null;
  readonly validationLoss: number | null;
  readonly validationMetric: number | null;
  readonly learningRate: number | null;
  readonly seconds: number | null;
}

/** How training went. */
export interface TrainingSummary {
  /** Name of the loss: `cross-entropy`, `mean squared error`. */
  readonly loss: string;
  /** Name of the validation metric. */
  readonly metric: string;
  readonly metricFormat: 'percent' | 'number';
  readonly history: readonly EpochRecord[];
  /** Epoch whose weights were kept. */
  readonly bestEpoch: number;
  /** A sentence: `The validation loss had not fallen for 20 epochs.` */
  readonly stopReason: string;
  readonly batchSize?: number;
  readonly optimizer?: string;
}

/** Counts of test rows: `counts[actual][predicted]`. */
export interface ConfusionMatrix {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Actual and predicted value of every test row, in one order. */
export interface RegressionPairs {
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

/** The worst test rows, worst first. */
export interface MistakeList {
  /** Names of the raw columns in `cells`. */
  readonly columns: readonly string[];
  readonly rows: readonly Mistake[];
  /** How many mistakes there are in all; for regression, how many test rows. */
  readonly total: number;
}

/** One wrong (or, for regression, badly missed) test row. */
export interface Mistake {
  /** Row number in the file; 1 is the first row after the header. */
  readonly row: number;
  readonly actual: string | number;
  readonly predicted: string | number;
  /** Probability the model gave to its wrong answer; classification only. */
  readonly probability?: number;
  /** The raw cells, one a column; null where missing. */
  readonly cells: readonly (string | number | boolean | null)[];
}

/** Permutation importance: how much the score falls when a column is shuffled. */
export interface ImportanceSummary {
  /** Score that falls, such as `accuracy`. */
  readonly metric: string;
  readonly format: 'percent' | 'number';
  readonly repeats: number;
  /** Rows it was measured on: `test rows`, `validation rows`. */
  readonly measuredOn: string;
  readonly columns: readonly {
    readonly column: string;
    readonly meanDrop: number;
    readonly standardDeviation: number;
  }[];
}

/** The network. */
export interface ArchitectureSummary {
  /** Text as `summary()` prints it. */
  readonly summary: string;
  readonly parameters: number;
}

/** What it takes to do the run again. */
export interface RunSummary {
  readonly command: string;
  readonly seed: number;
  /** Version of gradus. */
  readonly version: string;
  /** Version of Node, such as `v20.20.2`. */
  readonly node: string;
  /** Operating system and processor, when known. */
  readonly platform?: string;
  readonly executor: string;
  readonly numerics: string;
  /** When it started, as ISO 8601 text. */
  readonly startedAt?: string;
  /** Length of the whole run in seconds. */
  readonly seconds: number;
  /** Run folder. */
  readonly folder: string;
  /** Further settings worth a line each. */
  readonly settings?: readonly { readonly name: string; readonly value: string }[];
}
