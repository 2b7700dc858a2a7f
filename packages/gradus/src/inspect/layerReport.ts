import type { Statistics } from './statistics.ts';

/** A trainable parameter of a layer. */
export interface ParameterReport {
  /** `kernel`, `bias` … */
  readonly name: string;
  /** Statistics of its values. */
  readonly values: Statistics;
  /** Statistics of its gradient; undefined if the loss does not depend on it. */
  readonly gradient: Statistics | undefined;
}

/** The state of a layer. */
export interface LayerReport {
  /** The layer's name. */
  readonly layer: string;
  /** The type of the layer: `dense` … */
  readonly type: string;
  /** The activation it ends with: `relu`, `tanh` …; undefined for none or for another function. */
  readonly activation: string | undefined;
  /** Whether its output is the output of the model. */
  readonly isOutput: boolean;
  /** How many units it has: the size of its last axis. */
  readonly units: number;
  /** Statistics of its outputs over all rows. */
  readonly activations: Statistics;
  /** Statistics of the gradient by its outputs; undefined if the loss does not depend on them. */
  readonly gradients: Statistics | undefined;
  /** Share of units that are 0 for every row; for layers that end with ReLU. */
  readonly deadUnits: number | undefined;
  /** Share of outputs with a slope below a tenth of its maximum; for layers that end with sigmoid or tanh. */
  readonly saturated: number | undefined;
  /** Whether all its units have the same weights. */
  readonly hasIdenticalUnits: boolean;
  /** Its trainable parameters. */
  readonly parameters: readonly ParameterReport[];
}
