import type { Statistics } from './statistics.ts';

/** A trainable parameter of a layer. */
export interface ParameterReport {
  /** `kernel`, `bias` … */
  readonly name: string;
  /** Its numbers. */
  readonly values: Statistics;
  /** The gradient of the loss by them; undefined where the loss does not depend on them. */
  readonly gradient: Statistics | undefined;
}

/** A layer at work. */
export interface LayerReport {
  /** The layer's name. */
  readonly layer: string;
  /** What kind of layer it is: `dense` … */
  readonly type: string;
  /** Which of the model's functions it ends with: `relu`, `tanh` …; undefined for none or one of another kind. */
  readonly activation: string | undefined;
  /** Whether its output is the model's. */
  readonly isOutput: boolean;
  /** How many units it has: the size of its last axis. */
  readonly units: number;
  /** Its outputs over all rows. */
  readonly activations: Statistics;
  /** The gradient of the loss by its outputs; undefined where the loss does not depend on them. */
  readonly gradients: Statistics | undefined;
  /** Share of units that are 0 for every row, where the layer ends with ReLU. */
  readonly deadUnits: number | undefined;
  /** Share of outputs where the slope is below a tenth of its maximum, where the layer ends with sigmoid or tanh. */
  readonly saturated: number | undefined;
  /** Whether all its units have the same weights. */
  readonly hasIdenticalUnits: boolean;
  /** What is trained in it. */
  readonly parameters: readonly ParameterReport[];
}
