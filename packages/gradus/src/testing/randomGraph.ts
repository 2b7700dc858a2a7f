import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { ParameterSpec } from '../runtime/layout.ts';
import { createStream, type RandomStream } from '../util/random.ts';
import { rows as rowsOf } from '../util/shape.ts';
import { grow } from './randomGraphOps.ts';

/** A table for an input of a random graph, one row a row of the batch. */
export interface RandomInput {
  readonly name: string;
  readonly width: number;
  readonly values: Float64Array | Int32Array;
}

/** A graph drawn at random, with numbers for all that it reads; the numbers are exact in float32. */
export interface RandomGraph {
  readonly seed: number;
  readonly rows: number;
  readonly loss: Tensor;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly parameters: readonly ParameterSpec[];
  readonly values: ReadonlyMap<string, Float64Array>;
  readonly inputs: readonly RandomInput[];
}

const ROWS = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33];
const WIDTHS = [1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 12, 17];

/** What the parts of a graph are drawn from, and what has been drawn so far. */
export class Draft {
  readonly stream: RandomStream;
  readonly parameters: ParameterSpec[] = [];
  readonly values = new Map<string, Float64Array>();
  /** Shaped [rows, width]. */
  readonly matrices: Tensor[] = [];
  readonly labels: Tensor;
  readonly classes: number;
  private readonly tensors = new Map<string, Tensor>();

  constructor(seed: number) {
    this.stream = createStream(seed, 'data').split('graph');
    this.classes = 2 + this.stream.integer(4);
    this.labels = $.input('labels', [rowsOf()], 'int');
  }

  /** Draw an index below n. */
  below(n: number): number {
    return this.stream.integer(n);
  }

  /** Draw one of some. */
  pick<T>(items: readonly T[]): T {
    return items[this.stream.integer(items.length)];
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.stream.uniform() < probability;
  }

  width(): number {
    return this.pick(WIDTHS);
  }

  /** A matrix drawn before, recent ones more often. */
  matrix(): Tensor {
    const count = this.matrices.length;
    return this.chance(0.6) ? this.matrices[count - 1] : this.pick(this.matrices);
  }

  /** A matrix of a width: one drawn before, or one made by a product. */
  matrixOf(width: number): Tensor {
    const fitting = this.matrices.filter((tensor) => tensor.shape[1] === width);
    if (fitting.length > 0 && this.chance(0.7)) return this.pick(fitting);
    const from = this.pick(this.matrices);
    return $.matmul(from, this.parameter([from.shape[1], width]));
  }

  /** A parameter: one in three times one of that shape drawn before. */
  parameter(shape: readonly number[]): Tensor {
    const shared = this.parameters.filter((spec) => spec.shape.join() === shape.join());
    if (shared.length > 0 && this.chance(0.33)) return this.tensors.get(this.pick(shared).name)!;
    const name = `p${this.parameters.length}`;
    const scale = shape.length === 2 ? 1 / Math.sqrt(shape[0]) : 0.5;
    const size = shape.reduce((a, b) => a * b, 1);
    this.parameters.push({ name, shape, trainable: true });
    this.values.set(
      name,
      Float64Array.from({ length: size }, () => Math.fround(scale * this.stream.normal())),
    );
    const tensor = $.parameter(name, shape);
    this.tensors.set(name, tensor);
    return tensor;
  }
}

/** Draw what a model is trained to lower. */
function drawLoss(draft: Draft, target: Tensor): Tensor {
  const { classes, labels } = draft;
  const logits = (): Tensor => draft.matrixOf(classes);
  const heads: readonly (() => Tensor)[] = [
    () => $.mean($.squaredDifference(draft.matrixOf(target.shape[1]), target)),
    () => $.affine($.sum($.square($.subtract(draft.matrixOf(target.shape[1]), target))), 0.1, 0),
    () => $.mean($.softmaxCrossEntropy(logits(), labels)),
    () => $.mean($.softmaxCrossEntropy(logits(), labels, 0.1)),
    () => $.mean($.softmaxCrossEntropy(logits(), $.softmax(logits()), draft.pick([0, 0.2]))),
    () => $.mean($.logisticLoss(logits(), $.oneHot(labels, classes))),
    () => $.negate($.mean($.sum($.multiply($.oneHot(labels, classes), $.logSoftmax(logits())), { axes: 1 }))),
    () => $.mean($.absolute($.subtract(draft.matrixOf(target.shape[1]), target))),
  ];
  let loss = draft.pick(heads)();
  if (draft.chance(0.35)) loss = $.add(loss, $.affine(draft.pick(heads)(), 0.5, 0));
  if (draft.chance(0.1)) loss = $.multiply(loss, draft.pick(heads)());
  if (draft.chance(0.15)) loss = $.mean($.softmaxCrossEntropy($.multiply(loss, logits()), labels));
  if (draft.chance(0.3) && draft.parameters.length > 0) {
    const penalty = $.sum($.square(draft.parameter(draft.pick(draft.parameters).shape)));
    loss = $.add(loss, $.affine(penalty, 1e-2, 0));
  }
  return loss;
}

/**
 * Draw a graph: two inputs, a handful of operations of all families (layers with shared weights, residuals,
 * broadcasts, partial reductions, norms, dropout, loops), and a loss of one or several heads.
 *
 * @param seed - The same seed draws the same graph and the same numbers.
 */
export function randomGraph(seed: number): RandomGraph {
  const draft = new Draft(seed);
  const rows = draft.pick(ROWS);
  const [left, right, target] = [draft.width(), draft.width(), draft.width()];
  const x = $.input('x', [rowsOf(), left]);
  const y = $.input('y', [rowsOf(), right]);
  const goal = $.input('target', [rowsOf(), target]);
  draft.matrices.push(x, y);
  const steps = 2 + draft.below(9);
  for (let i = 0; i < steps; i++) draft.matrices.push(grow(draft));
  let loss = drawLoss(draft, goal);
  if (draft.chance(0.08)) {
    // A penalty on the gradient of the inputs, whose derivative is of second order.
    const [slope] = differentiate(new Map([[loss, $.constant(1)]]), [x]);
    if (slope !== undefined) loss = $.add(loss, $.affine($.mean($.square(slope)), 0.1, 0));
  }
  const float = (name: string, width: number): RandomInput => ({
    name,
    width,
    values: Float64Array.from({ length: rows * width }, () => Math.fround(draft.stream.normal())),
  });
  return {
    seed,
    rows,
    loss,
    outputs: { last: draft.matrices[draft.matrices.length - 1] },
    parameters: draft.parameters,
    values: draft.values,
    inputs: [
      float('x', left),
      float('y', right),
      float('target', target),
      {
        name: 'labels',
        width: 1,
        values: Int32Array.from({ length: rows }, () => draft.below(draft.classes)),
      },
    ],
  };
}
