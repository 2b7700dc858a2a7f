import type { Dimension, Shape } from '../util/shape.ts';

/** Elementwise functions of one operand without parameters. */
export type UnaryFunction =
  | 'negate'
  | 'absolute'
  | 'exp'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'square'
  | 'reciprocal'
  | 'sin'
  | 'cos'
  | 'sign'
  | 'erf'
  | 'step';

/** Elementwise functions of two operands, with broadcasting. */
export type BinaryFunction =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'maximum'
  | 'minimum'
  | 'power'
  | 'greater'
  | 'greaterEqual'
  | 'equal'
  | 'squaredDifference'
  | 'logisticLoss'
  | 'logisticLossGradient';

/** Activation functions that stand as one op with a gradient kernel of its own. */
export type ActivationFunction =
  | 'identity'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'elu'
  | 'softplus'
  | 'gelu'
  | 'geluTanh'
  | 'silu'
  | 'mish';

/** Reductions over a run of neighbouring axes. */
export type ReduceFunction = 'sum' | 'mean' | 'maximum';

/** Functions of a row (the last axis). */
export type RowFunction = 'softmax' | 'logSoftmax' | 'logSumExp';

type None = Readonly<Record<never, never>>;

/** How a window moves over an image, along its height and its width. */
export interface WindowAttributes {
  readonly strides: readonly [number, number];
  /** Cells that are imagined before and behind each axis: zeros to a convolution, nothing to a pooling. */
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
}

/** A convolution: the window is a kernel, whose cells stand `dilation` apart; channels and filters fall into groups. */
export interface ConvolutionAttributes extends WindowAttributes {
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

/**
 * Every op with its attributes: the one list that the shape rules, the derivatives, the reference maths and the
 * kernels are checked against by the compiler.
 */
export interface OpAttributes {
  /** A value given with every batch or call. */
  input: { readonly name: string };
  /** A segment of the parameter store. */
  parameter: { readonly name: string };
  /** Values fixed when the graph is built. */
  constant: { readonly values: Float64Array };
  /** The number a dimension stands for, as a scalar. */
  count: { readonly extent: Dimension };
  unary: { readonly function: UnaryFunction };
  /** x^exponent */
  powerConstant: { readonly exponent: number };
  /** scale·x + shift */
  affine: { readonly scale: number; readonly shift: number };
  /** min(max(x, low), high) */
  clip: { readonly low: number; readonly high: number };
  stopGradient: None;
  binary: { readonly function: BinaryFunction };
  /** inputs: condition, a, b, all of one shape */
  where: None;
  activation: { readonly function: ActivationFunction; readonly alpha: number };
  /** inputs: gradient of the output, saved (the output or the input, as the activation's row says) */
  activationGradient: { readonly function: ActivationFunction; readonly alpha: number };
  /** op(A)·op(B) of two matrices */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean };
  /** Axes start … end − 1 are reduced and vanish. */
  /** inputs: images [n, height, width, channels], kernel [height, width, channels/groups, filters] */
  convolution: ConvolutionAttributes;
  /** inputs: gradient of a convolution's output, its kernel; `size` is the height and width of the images */
  convolutionInputGradient: ConvolutionAttributes & { readonly size: readonly [number, number] };
  /** inputs: images, gradient of a convolution's output; `size` is the height and width of the kernel */
  convolutionKernelGradient: ConvolutionAttributes & { readonly size: readonly [number, number] };
  /** inputs: images, values shaped like them; output: in every window the value where the image is largest, first */
  maxPool: WindowAttributes & { readonly size: readonly [number, number] };
  /** inputs: images, gradient of a max pooling's output, that output */
  maxPoolGradient: WindowAttributes & { readonly size: readonly [number, number] };
  reduce: { readonly function: ReduceFunction; readonly start: number; readonly end: number };
  broadcast: { readonly shape: Shape };
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  slice: { readonly starts: readonly Dimension[]; readonly sizes: Shape };
  /** The adjoint of slice: the input stands at `starts` in zeros of `shape`. */
  pad: { readonly starts: readonly Dimension[]; readonly shape: Shape };
  concatenate: { readonly axis: number };
  row: { readonly function: RowFunction };
  /** inputs: gradient of the output, the output */
  rowGradient: { readonly function: 'softmax' | 'logSoftmax' };
  /** inputs: logits [n, classes], targets (int [n] or float [n, classes]); output: losses [n] */
  softmaxCrossEntropy: { readonly labelSmoothing: number };
  /** inputs: logits, targets, upstream ([n] or a scalar); output: gradient of the logits */
  softmaxCrossEntropyGradient: { readonly labelSmoothing: number };
  oneHot: { readonly classes: number };
  /** inputs: table [n, …], indices; output: the table's slices at the indices */
  take: None;
  /** The adjoint of take; inputs: gradient, indices; output: zeros of `shape` with every slice added at its index */
  takeGradient: { readonly shape: Shape };
  /** inputs: scores [n, classes], labels int [n]; output: how many rows have their first largest score at the label */
  countCorrect: None;
  /** x ⊙ mask / (1 − rate); the mask is drawn anew, and alike, wherever the same stream stands */
  dropout: { readonly rate: number; readonly stream: string };
  /** A fill of uniform (low, high) or normal (mean, deviation) numbers. */
  random: {
    readonly distribution: 'uniform' | 'normal';
    readonly a: number;
    readonly b: number;
    readonly shape: Shape;
    readonly stream: string;
  };
  /** inputs: sums of the gates [rows, 4·units], state; outputs: next state, output, the gates; see ops/lstm.ts */
  lstmCell: None;
  /** inputs: gates, state, next state, gradients of the output and of the next state; outputs: gradients of the sums, of the state */
  lstmCellGradient: None;
  /** A counted loop; see ops/repeat.ts. */
  repeat: RepeatAttributes;
  /**
   * Made by fusion: act(op(A)·op(B) + bias + addend); inputs: A, B and, where the flags say so, the bias and then the
   * addend. An executor finds the addend where the output goes.
   */
  matmulActivation: {
    readonly transposeA: boolean;
    readonly transposeB: boolean;
    readonly bias: boolean;
    readonly addend: boolean;
    readonly function: ActivationFunction;
    readonly alpha: number;
  };
  /** Made by fusion: (op(A)·op(B) + addend) ⊙ act′(saved); inputs: A, B, saved and, with `addend`, the addend. */
  matmulActivationGradient: {
    readonly transposeA: boolean;
    readonly transposeB: boolean;
    readonly addend: boolean;
    readonly function: ActivationFunction;
    readonly alpha: number;
  };
  /** Made by fusion: act(x ∗ kernel + bias); inputs: images, kernel and, where the flag says so, the bias. */
  convolutionActivation: ConvolutionAttributes & {
    readonly bias: boolean;
    readonly function: ActivationFunction;
    readonly alpha: number;
  };
  /** Made by fusion: a convolution's input gradient ⊙ act′(saved); inputs: gradient of the output, kernel, saved. */
  convolutionActivationGradient: ConvolutionAttributes & {
    readonly size: readonly [number, number];
    readonly function: ActivationFunction;
    readonly alpha: number;
  };
  /** Made by fusion: scale·f(a, b); inputs: a, b, scale, which is a scalar. */
  scaledBinary: { readonly function: BinaryFunction };
  /** Made by fusion; inputs: logits, targets, upstream; outputs: losses, gradient of the logits. */
  softmaxCrossEntropyWithGradient: { readonly labelSmoothing: number };
}

/** The name of an op. */
export type OpName = keyof OpAttributes;

/** What a counted loop needs to know; the body is a graph of its own. */
export interface RepeatAttributes {
  /** How many times the body runs. */
  readonly count: number;
  /** Run from the last slice to the first. */
  readonly reverse: boolean;
  /** How many of the op's inputs are carried from one iteration to the next, and stand first. */
  readonly carried: number;
  /** How many inputs follow that are read slice by slice; the rest are the same in every iteration. */
  readonly sliced: number;
  /** The body: placeholders in the order carried, sliced, constant; results in the order carried, stacked. */
  readonly body: RepeatBody;
}

/** The graph of one iteration. Typed loosely here, since tensors are declared above attributes. */
export interface RepeatBody {
  readonly placeholders: readonly import('./tensor.ts').Tensor[];
  readonly results: readonly import('./tensor.ts').Tensor[];
}
