import type { ActivationFunction, BinaryFunction, UnaryFunction } from '../graph/attributes.ts';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { rows } from '../util/shape.ts';
import type { Draft } from './randomGraph.ts';

/** Every function on an operand that keeps it where it is smooth and of moderate size. */
const unary: Record<UnaryFunction, (x: Tensor) => Tensor> = {
  negate: (x) => $.negate(x),
  absolute: (x) => $.absolute(x),
  exp: (x) => $.exp($.tanh(x)),
  log: (x) => $.log($.affine($.square(x), 1, 0.5)),
  log1p: (x) => $.log1p($.absolute(x)),
  sqrt: (x) => $.sqrt($.affine($.square(x), 1, 0.5)),
  square: (x) => $.square($.tanh(x)),
  reciprocal: (x) => $.reciprocal($.affine($.absolute(x), 1, 1)),
  sin: (x) => $.sin(x),
  cos: (x) => $.cos(x),
  sign: (x) => $.multiply($.sign(x), $.tanh(x)),
  erf: (x) => $.erf(x),
  step: (x) => $.multiply($.step(x), $.sin(x)),
};

const away = (x: Tensor): Tensor => $.affine($.square(x), 0.5, 1);

const binary: Record<BinaryFunction, (a: Tensor, b: Tensor) => Tensor> = {
  add: (a, b) => $.add(a, b),
  subtract: (a, b) => $.subtract(a, b),
  multiply: (a, b) => $.multiply($.tanh(a), b),
  divide: (a, b) => $.divide(a, away(b)),
  maximum: (a, b) => $.maximum(a, b),
  minimum: (a, b) => $.minimum(a, b),
  power: (a, b) => $.power($.affine($.sigmoid(a), 1, 0.5), $.tanh(b)),
  greater: (a, b) => $.multiply($.greater(a, b), $.sin(a)),
  greaterEqual: (a, b) => $.multiply($.sigmoid(b), $.greaterEqual(a, b)),
  equal: (a, b) => $.add($.equal(a, b), $.tanh(a)),
  squaredDifference: (a, b) => $.squaredDifference($.tanh(a), $.tanh(b)),
  logisticLoss: (a, b) => $.logisticLoss(a, $.sigmoid(b)),
  logisticLossGradient: (a, b) => $.logisticLossGradient(a, $.sigmoid(b)),
};

const activations: Record<ActivationFunction, number> = {
  identity: 0,
  sigmoid: 0,
  tanh: 0,
  relu: 0,
  leakyRelu: 0.1,
  elu: 0.7,
  softplus: 0,
  gelu: 0,
  geluTanh: 0,
  silu: 0,
  mish: 0,
};

const names = <K extends string>(table: Record<K, unknown>): K[] => Object.keys(table) as K[];

function activate(draft: Draft, x: Tensor): Tensor {
  const name = draft.pick(names(activations));
  return $.activation(x, name, activations[name]);
}

function dense(draft: Draft): Tensor {
  const x = draft.matrix();
  const units = draft.width();
  const product = draft.chance(0.25)
    ? $.matmul(x, draft.parameter([units, x.shape[1]]), { transposeB: true })
    : $.matmul(x, draft.parameter([x.shape[1], units]));
  return activate(draft, draft.chance(0.8) ? $.add(product, draft.parameter([units])) : product);
}

/** An operand that broadcasts to [rows, width]: a matrix, a row, a column or a scalar. */
function operand(draft: Draft, width: number): Tensor {
  const shapes: readonly (() => Tensor)[] = [
    () => draft.matrixOf(width),
    () => draft.matrixOf(width),
    () => draft.parameter([width]),
    () => draft.parameter([1, width]),
    () => draft.parameter([]),
    () => draft.matrixOf(1),
    () => $.constant(0.7),
    () => $.constant(Float64Array.from({ length: width }, (_, i) => 0.25 * i - 0.5)),
  ];
  return draft.pick(shapes)();
}

function combine(draft: Draft): Tensor {
  const a = draft.matrix();
  const b = operand(draft, a.shape[1]);
  const f = binary[draft.pick(names(binary))];
  return draft.chance(0.5) ? f(a, b) : f(b, a);
}

function residual(draft: Draft): Tensor {
  const x = draft.matrix();
  const width = x.shape[1];
  const inner = $.add($.matmul(x, draft.parameter([width, width])), draft.parameter([width]));
  return $.add(x, activate(draft, inner));
}

/** One layer on both inputs stacked along the rows, then their difference: a shared tower. */
function siamese(draft: Draft): Tensor {
  const a = draft.matrix();
  const width = a.shape[1];
  const units = draft.width();
  const both = $.concatenate([a, draft.matrixOf(width)], 0);
  const tower = activate(draft, $.matmul(both, draft.parameter([width, units])));
  const half = [rows(), units];
  return $.subtract($.slice(tower, [0, 0], half), $.slice(tower, [rows(), 0], half));
}

/** (x − mean)/√(variance + ε) along an axis. */
function normalize(draft: Draft): Tensor {
  const x = draft.matrix();
  const options = { axes: draft.below(2), keepDimensions: true };
  const centred = $.subtract(x, $.mean(x, options));
  const variance = $.mean($.square(centred), options);
  const normal = $.divide(centred, $.sqrt($.affine(variance, 1, 0.1)));
  return $.add($.multiply(normal, draft.parameter([x.shape[1]])), draft.parameter([x.shape[1]]));
}

function reduction(draft: Draft): Tensor {
  const x = draft.matrix();
  const reduce = draft.pick([$.sum, $.mean, $.max]);
  const axes = draft.pick([0, 1, [0, 1]]);
  const total = reduce(x, { axes, keepDimensions: draft.chance(0.7) || axes === 1 });
  return draft.chance(0.5) ? $.add(x, $.tanh(total)) : $.multiply($.sin(total), x);
}

function alongRows(draft: Draft): Tensor {
  const x = draft.matrix();
  const functions: readonly (() => Tensor)[] = [
    () => $.softmax(x),
    () => $.logSoftmax(x),
    () => $.subtract(x, $.reshape($.logSumExp(x), [rows(), 1])),
  ];
  return draft.pick(functions)();
}

function rearrange(draft: Draft): Tensor {
  const x = draft.matrix();
  const width = x.shape[1];
  const cut = 1 + draft.below(width);
  const functions: readonly (() => Tensor)[] = [
    () => $.concatenate([x, draft.matrix()], 1),
    () => $.slice(x, [0, width - cut], [rows(), cut]),
    () => $.pad(x, [0, 1], [rows(), width + 2]),
    () => $.transpose($.tanh($.transpose(x))),
    () =>
      $.reshape($.transpose($.reshape($.concatenate([x, x], 1), [rows(), 2, width]), [0, 2, 1]), [
        rows(),
        2 * width,
      ]),
    () => $.multiply(x, $.broadcastTo(draft.parameter([1, 1]), x.shape)),
    () => $.matmul(x, $.matmul(x, draft.matrix(), { transposeA: true })),
    () => $.matmul($.oneHot(draft.labels, draft.classes), draft.parameter([draft.classes, width])),
    () => $.take(draft.parameter([draft.classes, width]), draft.labels),
    () =>
      $.reshape(
        $.take($.transpose(x), $.constant(Float64Array.from({ length: 2 * width }, (_, i) => i % width))),
        [rows(), 2 * width],
      ),
  ];
  const made = draft.pick(functions)();
  // Products of the batch with itself grow with it.
  return made.node.op === 'matmul' ? $.tanh(made) : made;
}

function noise(draft: Draft): Tensor {
  const x = draft.matrix();
  const stream = `stream${draft.below(3)}`;
  const functions: readonly (() => Tensor)[] = [
    () => $.dropout(x, draft.pick([0.1, 0.5, 0.8]), stream),
    () => $.add(x, $.randomNormal(x.shape, 0, 0.3, stream)),
    () => $.multiply(x, $.randomUniform([x.shape[1]], 0.5, 1.5, stream)),
  ];
  return draft.pick(functions)();
}

function shaping(draft: Draft): Tensor {
  const x = draft.matrix();
  const functions: readonly (() => Tensor)[] = [
    () => $.clip(x, -0.8, 0.9),
    () => $.affine(x, -0.7, 0.2),
    () => $.pow(away(x), draft.pick([-1, 0.5, 1.5, 2])),
    () => $.add($.stopGradient(x), draft.parameter([x.shape[1]])),
    () => {
      const other = draft.matrixOf(x.shape[1]);
      return $.where($.greater(x, $.constant(0.1)), $.sin(x), other);
    },
    () => unary[draft.pick(names(unary))](x),
    () => unary[draft.pick(names(unary))](x),
    () => unary[draft.pick(names(unary))](x),
  ];
  return draft.pick(functions)();
}

/** A recurrent layer over the columns of a matrix, read as time steps. */
function recurrent(draft: Draft): Tensor {
  const x = draft.matrix();
  const count = 1 + draft.below(3);
  const units = draft.pick([1, 3, 4]);
  const width = x.shape[1];
  const wide = $.concatenate(
    new Array<Tensor>(count).fill(x).map((part, i) => $.affine(part, 1 - 0.3 * i, 0.1)),
    1,
  );
  const series = $.transpose($.reshape(wide, [rows(), count, width]), [1, 0, 2]);
  const [w, u, b] = [
    draft.parameter([width, units]),
    draft.parameter([units, units]),
    draft.parameter([units]),
  ];
  const { carried, stacked } = $.repeat(
    {
      count,
      carried: [$.broadcastTo($.constant(0), [rows(), units]), draft.matrixOf(units)],
      sliced: [series],
      reverse: draft.chance(0.5),
    },
    ([state, memory], [xt]) => {
      const next = activate(draft, $.add($.add($.matmul(xt, w), $.matmul($.tanh(state), u)), b));
      const kept = $.add($.affine(memory, 0.5, 0), $.tanh(next));
      return { carried: [kept, next], stacked: [$.multiply(next, memory)] };
    },
  );
  return draft.chance(0.5)
    ? $.add(carried[0], $.mean(stacked[0], { axes: 0 }))
    : $.tanh($.sum(stacked[0], { axes: 0 }));
}

/** A convolution of small images, with or without a pooling, laid out as a matrix again. */
function imaging(draft: Draft): Tensor {
  const [height, width, channels] = draft.pick([
    [4, 3, 2],
    [3, 3, 4],
    [1, 7, 3],
    [5, 4, 1],
  ]);
  const images = $.reshape(draft.matrixOf(height * width * channels), [rows(), height, width, channels]);
  const groups = draft.pick([1, 1, channels]);
  const filters = groups * draft.pick([1, 2, 3]);
  const kernel = draft.parameter([Math.min(2, height), 2, channels / groups, filters]);
  const down = Math.min(1, height - 1);
  const padding = draft.pick([
    [
      [0, 0],
      [0, 0],
    ],
    [
      [0, down],
      [1, 1],
    ],
  ] as const);
  const strides = draft.pick([
    [1, 1],
    [1, 2],
  ] as const);
  const filtered = $.convolution(images, kernel, { strides, padding, groups });
  const y = activate(draft, draft.chance(0.7) ? $.add(filtered, draft.parameter([filters])) : filtered);
  const pooled = y.shape[2] > 1 && draft.chance(0.5) ? $.maxPool(y, [1, 2], { strides: [1, 1] }) : y;
  return $.reshape(pooled, [rows(), pooled.shape.slice(1).reduce((a, b) => a * b, 1)]);
}

/** A long short-term memory over two steps of the same input. */
function longShortTerm(draft: Draft): Tensor {
  const x = draft.matrix();
  const units = draft.pick([1, 3, 4, 5]);
  const [w, u] = [draft.parameter([x.shape[1], 4 * units]), draft.parameter([units, 4 * units])];
  const product = $.matmul(x, w);
  const start = [draft.matrixOf(units), draft.matrixOf(units)];
  const { carried } = $.repeat({ count: 2, carried: start }, ([h, c]) => {
    const { state, output } = $.lstmCell($.add(product, $.matmul(h, u)), c);
    return { carried: [output, state] };
  });
  return draft.chance(0.5) ? $.add(carried[0], carried[1]) : carried[0];
}

const families: readonly (readonly [number, (draft: Draft) => Tensor])[] = [
  [6, dense],
  [4, combine],
  [2, residual],
  [1, siamese],
  [1, normalize],
  [1.5, reduction],
  [1, alongRows],
  [2.5, rearrange],
  [1, noise],
  [3, shaping],
  [0.5, recurrent],
  [1, imaging],
  [0.3, longShortTerm],
];

/** Draw one more matrix from those that a draft has. */
export function grow(draft: Draft): Tensor {
  let at = draft.stream.uniform() * families.reduce((total, [weight]) => total + weight, 0);
  for (const [weight, make] of families) {
    at -= weight;
    if (at >= 0) continue;
    const made = make(draft);
    if (made.rank === 2 && made.shape[0] === rows()) return made;
    // A row or a scalar spreads over the batch.
    return $.add(draft.matrixOf(made.shape[made.rank - 1] ?? 1), made);
  }
  return dense(draft);
}
