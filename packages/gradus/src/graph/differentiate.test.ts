import { describe, expect, test } from 'vitest';
import { gradientError, type Point, point } from '../testing/centralDifferences.ts';
import { definitions } from '../testing/definitions.ts';
import { createStream } from '../util/random.ts';
import type { ActivationFunction, BinaryFunction, OpName, UnaryFunction } from './attributes.ts';
import { applyAll } from './definition.ts';
import * as $ from './operations.ts';
import type { ReduceFunction } from './ops/broadcast.ts';
import { type ConvolutionOptions, completeWindow, outputSize } from './ops/convolution.ts';
import { lstmCellGradientOp } from './ops/lstm.ts';
import type { PoolOptions } from './ops/pooling.ts';
import type { RowFunction } from './ops/row.ts';
import type { Tensor } from './tensor.ts';

const stream = createStream(3, 'data');

/** Numbers between two bounds. */
const between = (low: number, high: number) => (): number => low + (high - low) * stream.uniform();
/** Numbers of either sign, away from 0. */
const awayFromZero = (): number => (stream.uniform() < 0.5 ? -1 : 1) * between(0.1, 2)();
/** Numbers that differ from one another by 0.05 at least, in random order. */
const apart = (shape: readonly number[]): Point => {
  const order = stream.permutation(shape.reduce((a, b) => a * b, 1));
  let i = 0;
  return point(shape, () => 0.1 * order[i++] - 1 + 0.05 * stream.uniform());
};

type Build = (...tensors: Tensor[]) => Tensor | readonly Tensor[];

interface Case {
  readonly name: string;
  readonly points: readonly Point[];
  readonly build: Build;
  readonly labels?: Int32Array;
}

/** Why an op has no derivative rule. */
interface Exception {
  readonly reason: string;
}

const SHAPES: readonly (readonly number[])[] = [[], [1], [5], [3, 7], [0, 3], [2, 0]];

const elementwise = (name: string, build: Build, ...fills: readonly (() => number)[]): Case[] =>
  SHAPES.map((shape) => ({
    name: `${name} [${shape}]`,
    points: fills.map((fill) => point(shape, fill)),
    build,
  }));

const unaryDomains: Record<UnaryFunction, () => number> = {
  negate: awayFromZero,
  absolute: awayFromZero,
  exp: awayFromZero,
  log: between(0.2, 3),
  log1p: between(-0.8, 3),
  sqrt: between(0.2, 3),
  square: awayFromZero,
  reciprocal: awayFromZero,
  sin: awayFromZero,
  cos: awayFromZero,
  sign: awayFromZero,
  erf: awayFromZero,
  step: awayFromZero,
};

const binaryDomains: Record<BinaryFunction, readonly [() => number, () => number]> = {
  add: [awayFromZero, awayFromZero],
  subtract: [awayFromZero, awayFromZero],
  multiply: [awayFromZero, awayFromZero],
  divide: [awayFromZero, awayFromZero],
  maximum: [between(-2, -0.1), between(0.1, 2)],
  minimum: [between(-2, -0.1), between(0.1, 2)],
  power: [between(0.3, 2), between(-2, 2)],
  greater: [between(-2, -0.1), between(0.1, 2)],
  greaterEqual: [between(-2, -0.1), between(0.1, 2)],
  equal: [between(-2, -0.1), between(0.1, 2)],
  squaredDifference: [awayFromZero, awayFromZero],
  logisticLoss: [awayFromZero, between(0, 1)],
  logisticLossGradient: [awayFromZero, between(0, 1)],
};

const BROADCASTS: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[5], []],
  [[3, 5], [5]],
  [
    [3, 1],
    [1, 5],
  ],
  [
    [2, 3, 5],
    [3, 1],
  ],
  [[1], [0, 1]],
  [[0, 3], [3]],
];

/** Points with the second argument always above the first, where the function has a kink at equality. */
const binaryCases = Object.entries(binaryDomains).flatMap(([key, [left, right]]) => {
  const name = key as BinaryFunction;
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: every function has its operation's name
  const build: Build = (a, b) => $[name](a, b);
  return [
    ...elementwise(name, build, left, right),
    ...BROADCASTS.map(([a, b]) => ({
      name: `${name} [${a}] and [${b}]`,
      points: [point(a, left), point(b, right)],
      build,
    })),
    ...BROADCASTS.map(([a, b]) => ({
      name: `${name} [${b}] and [${a}]`,
      points: [point(b, left), point(a, right)],
      build,
    })),
  ];
});

const activationAlphas: Record<ActivationFunction, readonly number[]> = {
  identity: [0],
  sigmoid: [0],
  tanh: [0],
  relu: [0],
  leakyRelu: [0.01, 0.3],
  elu: [1, 0.5],
  softplus: [0],
  gelu: [0],
  geluTanh: [0],
  silu: [0],
  mish: [0],
};

const activationCases = (build: (name: ActivationFunction, alpha: number) => Build, count: number): Case[] =>
  Object.entries(activationAlphas).flatMap(([key, alphas]) =>
    alphas.flatMap((alpha) =>
      elementwise(
        `${key}(${alpha})`,
        build(key as ActivationFunction, alpha),
        ...new Array<() => number>(count).fill(awayFromZero),
      ),
    ),
  );

const matmulCases = (): Case[] =>
  [false, true].flatMap((transposeA) =>
    [false, true].flatMap((transposeB) =>
      [
        [1, 1, 1],
        [3, 5, 7],
        [0, 3, 2],
        [3, 0, 2],
        [2, 3, 0],
      ].map(([m, k, n]) => ({
        name: `${m}×${k}×${n}${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`,
        points: [
          point(transposeA ? [k, m] : [m, k], awayFromZero),
          point(transposeB ? [n, k] : [k, n], awayFromZero),
        ],
        build: (a, b) => $.matmul(a, b, { transposeA, transposeB }),
      })),
    ),
  );

interface ConvolutionCase {
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly y: readonly number[];
  readonly options?: ConvolutionOptions;
}

const convolutionShapes: readonly ConvolutionCase[] = [
  { x: [2, 4, 5, 3], kernel: [3, 2, 3, 2], y: [2, 2, 4, 2] },
  {
    x: [1, 5, 4, 2],
    kernel: [2, 3, 2, 3],
    y: [1, 3, 2, 3],
    options: {
      strides: [2, 3],
      padding: [
        [0, 1],
        [1, 1],
      ],
    },
  },
  { x: [1, 5, 6, 4], kernel: [2, 2, 2, 6], y: [1, 3, 4, 6], options: { dilation: [2, 2], groups: 2 } },
  { x: [2, 3, 3, 3], kernel: [2, 2, 1, 3], y: [2, 2, 2, 3], options: { groups: 3 } },
  { x: [0, 3, 3, 1], kernel: [2, 2, 1, 1], y: [0, 2, 2, 1] },
];

const convolutionCases = (
  arguments_: (shapes: ConvolutionCase) => readonly (readonly number[])[],
  build: (shapes: ConvolutionCase) => Build,
): Case[] =>
  convolutionShapes.map((shapes) => ({
    name: `[${shapes.x}] by [${shapes.kernel}] ${JSON.stringify(shapes.options ?? {})}`,
    points: arguments_(shapes).map((shape) => point(shape, awayFromZero)),
    build: build(shapes),
  }));

const sizeOfKernel = ({ kernel }: ConvolutionCase): [number, number] => [kernel[0], kernel[1]];

const pools: readonly (readonly [readonly number[], readonly [number, number], PoolOptions?])[] = [
  [
    [2, 4, 6, 3],
    [2, 2],
  ],
  [
    [1, 5, 5, 2],
    [3, 2],
    {
      strides: [2, 1],
      padding: [
        [1, 1],
        [0, 1],
      ],
    },
  ],
  [
    [0, 2, 2, 1],
    [2, 2],
  ],
];

const reductions: Record<ReduceFunction, true> = { sum: true, mean: true, maximum: true };

const reduceCases = (Object.keys(reductions) as ReduceFunction[]).flatMap((name) =>
  (
    [
      [[1], 0, 1],
      [[7], 0, 1],
      [[3, 5], 0, 1],
      [[3, 5], 1, 2],
      [[3, 5], 0, 2],
      [[2, 3, 5], 1, 2],
      [[2, 3, 5], 0, 2],
      [[0, 3], 1, 2],
      ...(name === 'maximum' ? [] : [[[0, 3], 0, 1] as const]),
    ] as const
  ).map(
    ([shape, start, end]): Case => ({
      name: `${name} of [${shape}] over ${start} … ${end - 1}`,
      points: [apart(shape)],
      build: (x) => $.reduceRun(x, name, start, end),
    }),
  ),
);

const ROWS: readonly (readonly number[])[] = [[1], [5], [3, 1], [3, 7], [2, 3, 5], [0, 3]];
const rowFunctions: Record<RowFunction, (x: Tensor) => Tensor> = {
  softmax: $.softmax,
  logSoftmax: $.logSoftmax,
  logSumExp: $.logSumExp,
};
const rowCases = (build: Record<string, Build>, count: number): Case[] =>
  Object.entries(build).flatMap(([name, made]) =>
    ROWS.map((shape) => ({
      name: `${name} [${shape}]`,
      points: Array.from({ length: count }, () => point(shape, awayFromZero)),
      build: made,
    })),
  );

const crossEntropyShapes: readonly (readonly [number, number])[] = [
  [1, 2],
  [3, 5],
  [0, 4],
];
const crossEntropyCases = (
  build: (logits: Tensor, targets: Tensor, smoothing: number, upstream: readonly Tensor[]) => Tensor,
  upstreams: (rows: number) => readonly Point[][],
): Case[] =>
  crossEntropyShapes.flatMap(([rows, classes]) =>
    [0, 0.1].flatMap((smoothing) =>
      upstreams(rows).flatMap((upstream): Case[] => {
        const logits = point([rows, classes], awayFromZero);
        const targets = point([rows, classes], between(0.1, 1));
        const name = `[${rows}, ${classes}], smoothing ${smoothing}, upstream [${upstream.map((u) => u.shape)}]`;
        return [
          {
            name: `labels ${name}`,
            points: [logits, ...upstream],
            labels: Int32Array.from({ length: rows }, (_, i) => (i * 7 + 1) % classes),
            build: (z, ...u) => build(z, $.input('labels', [rows], 'int'), smoothing, u),
          },
          {
            name: `targets ${name}`,
            points: [logits, targets, ...upstream],
            build: (z, t, ...u) => build(z, t, smoothing, u),
          },
        ];
      }),
    ),
  );

const repeatCases: Case[] = [false, true].flatMap((reverse): Case[] => [
  {
    name: `x^8, reverse ${reverse}`,
    points: [point([3], between(0.5, 1.2))],
    build: (x) =>
      $.repeat({ count: 3, carried: [x], reverse }, ([c]) => ({ carried: [$.multiply(c, c)] })).carried,
  },
  {
    name: `a recurrent net, reverse ${reverse}`,
    points: [
      point([4, 2, 3], awayFromZero),
      point([2, 5], awayFromZero),
      point([3, 5], awayFromZero),
      point([5, 5], awayFromZero),
      point([5], awayFromZero),
    ],
    build: (x, h, w, u, b) => {
      const { carried, stacked } = $.repeat(
        { count: 4, carried: [h], sliced: [x], reverse },
        ([state], [xt]) => {
          const next = $.tanh($.add($.add($.matmul(xt, w), $.matmul(state, u)), b));
          return { carried: [next], stacked: [$.square(next), state] };
        },
      );
      return [...carried, ...stacked];
    },
  },
  {
    name: `two carried, swapped, one of them unread, reverse ${reverse}`,
    points: [point([2], awayFromZero), point([2], awayFromZero), point([3, 2], awayFromZero)],
    build: (a, b, x) => {
      const { carried, stacked } = $.repeat(
        { count: 3, carried: [a, b], sliced: [x], reverse },
        ([p, q], [xt]) => ({ carried: [q, $.multiply(p, $.sin(xt))], stacked: [$.add(p, xt), xt] }),
      );
      return [carried[0], ...stacked];
    },
  },
  {
    name: `a loop in a loop, reverse ${reverse}`,
    points: [point([2], between(0.5, 1)), point([2], between(0.5, 1))],
    build: (x, w) =>
      $.repeat({ count: 2, carried: [x], reverse }, ([c]) => ({
        carried: $.repeat({ count: 2, carried: [c] }, ([d]) => ({
          carried: [$.multiply($.sin(d), $.add(c, w))],
        })).carried,
      })).carried,
  },
  {
    name: `once, reverse ${reverse}`,
    points: [point([2], awayFromZero), point([1, 2], awayFromZero)],
    build: (a, x) =>
      $.repeat({ count: 1, carried: [a], sliced: [x], reverse }, ([c], [xt]) => ({
        carried: [$.multiply(c, xt)],
      })).carried,
  },
]);

/** Indices that repeat, leave some out, and stand in any shape; those outside of the table are passed over. */
const takeCases = (
  build: (x: Tensor, indices: Tensor) => Tensor,
  shape: (size: number, count: readonly number[]) => readonly number[],
): Case[] =>
  [[5], [2, 3], [0], []].map((count) => {
    const indices = $.constant(point(count, () => stream.integer(4)).values, count);
    return {
      name: `[${count}]`,
      points: [point(shape(4, count), awayFromZero)],
      build: (x) => build(x, indices),
    };
  });

const lstmCases = (widths: readonly number[], build: Build): Case[] =>
  [0, 1, 2].map((rows) => ({
    name: `${rows} rows`,
    points: widths.map((width) => point([rows, width], awayFromZero)),
    build,
  }));

/** Every op: where it is derived, or why it cannot be. An op missing here does not compile. */
const table: { readonly [K in OpName]: readonly Case[] | Exception } = {
  input: { reason: 'a leaf: gradients end here' },
  parameter: { reason: 'a leaf: gradients end here' },
  constant: { reason: 'a leaf: fixed numbers' },
  count: { reason: 'a leaf: the number of rows' },
  unary: Object.entries(unaryDomains).flatMap(([name, domain]) =>
    // biome-ignore lint/performance/noDynamicNamespaceImportAccess: every function has its operation's name
    elementwise(name, (x) => $[name as UnaryFunction](x), domain),
  ),
  powerConstant: [-2, -0.5, 0, 0.5, 1, 2, 2.5, 3].flatMap((exponent) =>
    elementwise(`x^${exponent}`, (x) => $.powConstant(x, exponent), between(0.3, 2)),
  ),
  affine: elementwise('2.5x − 1', (x) => $.affine(x, 2.5, -1), awayFromZero),
  clip: [
    ...elementwise('inside', (x) => $.clip(x, -3, 3), awayFromZero),
    ...elementwise('above', (x) => $.clip(x, -3, 0), between(0.1, 2)),
    ...elementwise('mixed', (x) => $.clip($.square(x), 0.005, 5), awayFromZero),
  ],
  stopGradient: { reason: 'its purpose is to have none' },
  binary: binaryCases,
  where: SHAPES.map((shape) => {
    const mask = point(shape, () => (stream.uniform() < 0.5 ? 0 : 1));
    return {
      name: `[${shape}]`,
      points: [point(shape, awayFromZero), point(shape, awayFromZero)],
      build: (a, b) => $.where($.constant(mask.values, mask.shape), a, b),
    };
  }),
  activation: activationCases((name, alpha) => (x) => $.activation(x, name, alpha), 1),
  activationGradient: activationCases(
    (name, alpha) => (g, saved) => $.activationGradient({ function: name, alpha }, g, saved),
    2,
  ),
  matmul: matmulCases(),
  convolution: convolutionCases(
    ({ x, kernel }) => [x, kernel],
    ({ options }) =>
      (x, kernel) =>
        $.convolution(x, kernel, options),
  ),
  convolutionInputGradient: convolutionCases(
    ({ y, kernel }) => [y, kernel],
    ({ x, options }) =>
      (y, kernel) =>
        $.convolutionInputGradient(y, kernel, [x[1], x[2]], options),
  ),
  convolutionKernelGradient: convolutionCases(
    ({ x, y }) => [x, y],
    (shapes) => (x, y) =>
      $.convolutionKernelGradient(x, y, sizeOfKernel(shapes), completeWindow(shapes.options ?? {})),
  ),
  maxPool: pools.map(([shape, size, options]) => ({
    name: `[${shape}] by ${size} ${JSON.stringify(options ?? {})}`,
    points: [apart(shape)],
    build: (x) => $.maxPool(x, size, options),
  })),
  maxPoolGradient: pools.map(([shape, size, options = {}]) => {
    const { strides, padding } = completeWindow({ strides: size, ...options });
    const places = outputSize([shape[1], shape[2]], size, { strides, padding });
    return {
      name: `[${shape}] by ${size} ${JSON.stringify(options)}`,
      points: [apart(shape), point([shape[0], ...places, shape[3]], awayFromZero)],
      build: (x, dy) => $.maxPoolGradient(x, dy, $.maxPool(x, size, options), { strides, padding, size }),
    };
  }),
  reduce: reduceCases,
  broadcast: [
    { name: 'a scalar', points: [point([], awayFromZero)], build: (x) => $.broadcastTo(x, [3, 5]) },
    { name: 'a row', points: [point([5], awayFromZero)], build: (x) => $.broadcastTo(x, [3, 5]) },
    { name: 'a column', points: [point([3, 1], awayFromZero)], build: (x) => $.broadcastTo(x, [2, 3, 5]) },
    { name: 'to nothing', points: [point([1, 3], awayFromZero)], build: (x) => $.broadcastTo(x, [0, 3]) },
  ],
  reshape: [
    { name: '[3, 4] to [2, 6]', points: [point([3, 4], awayFromZero)], build: (x) => $.reshape(x, [2, 6]) },
    { name: '[1] to []', points: [point([1], awayFromZero)], build: (x) => $.reshape(x, []) },
    { name: '[0, 3] to [7, 0]', points: [point([0, 3], awayFromZero)], build: (x) => $.reshape(x, [7, 0]) },
  ],
  transpose: [
    { name: 'a matrix', points: [point([3, 5], awayFromZero)], build: (x) => $.transpose(x) },
    { name: 'three axes', points: [point([2, 3, 5], awayFromZero)], build: (x) => $.transpose(x, [2, 0, 1]) },
    { name: 'no rows', points: [point([0, 5], awayFromZero)], build: (x) => $.transpose(x) },
  ],
  slice: [
    { name: 'a box', points: [point([4, 5], awayFromZero)], build: (x) => $.slice(x, [1, 2], [2, 3]) },
    { name: 'nothing', points: [point([4, 5], awayFromZero)], build: (x) => $.slice(x, [1, 2], [0, 3]) },
    { name: 'all', points: [point([3], awayFromZero)], build: (x) => $.slice(x, [0], [3]) },
  ],
  pad: [
    { name: 'a box', points: [point([2, 3], awayFromZero)], build: (x) => $.pad(x, [1, 2], [4, 5]) },
    { name: 'no rows', points: [point([0, 3], awayFromZero)], build: (x) => $.pad(x, [0, 1], [2, 5]) },
  ],
  concatenate: [
    {
      name: 'columns',
      points: [point([3, 1], awayFromZero), point([3, 4], awayFromZero), point([3, 0], awayFromZero)],
      build: (...all) => $.concatenate(all, 1),
    },
    {
      name: 'rows',
      points: [point([3, 2], awayFromZero), point([0, 2], awayFromZero)],
      build: (...all) => $.concatenate(all, 0),
    },
    { name: 'twice the same', points: [point([3], awayFromZero)], build: (x) => $.concatenate([x, x]) },
  ],
  row: rowCases(rowFunctions, 1),
  rowGradient: rowCases(
    {
      softmax: (g, y) => $.rowGradient('softmax', g, y),
      logSoftmax: (g, y) => $.rowGradient('logSoftmax', g, y),
    },
    2,
  ),
  softmaxCrossEntropy: crossEntropyCases(
    (logits, targets, smoothing) => $.softmaxCrossEntropy(logits, targets, smoothing),
    () => [[]],
  ),
  softmaxCrossEntropyGradient: crossEntropyCases(
    (logits, targets, smoothing, [u]) => $.softmaxCrossEntropyGradient(logits, targets, u, smoothing),
    (rows) => [[point([], awayFromZero)], [point([rows], awayFromZero)]],
  ),
  oneHot: { reason: 'whole numbers have no derivative' },
  take: takeCases(
    (table, indices) => $.take(table, indices),
    (n) => [n, 3],
  ),
  takeGradient: takeCases(
    (gradient, indices) => $.takeGradient(gradient, indices, [4, 3]),
    (_, count) => [...count, 3],
  ),
  lstmCell: lstmCases([12, 3], (z, c) => Object.values($.lstmCell(z, c))),
  lstmCellGradient: lstmCases([12, 3, 3, 3, 3], (...inputs) => applyAll(lstmCellGradientOp, inputs, {})),
  countCorrect: { reason: 'a count is constant wherever its derivative exists' },
  dropout: [0.2, 0.7].flatMap((rate) =>
    elementwise(`rate ${rate}, a fixed step`, (x) => $.dropout(x, rate, 'mask'), awayFromZero),
  ),
  random: { reason: 'it has no inputs' },
  repeat: repeatCases,
  scaledBinary: { reason: 'made by fusion, after all derivatives' },
  matmulActivation: { reason: 'made by fusion, after all derivatives' },
  matmulActivationGradient: { reason: 'made by fusion, after all derivatives' },
  convolutionActivation: { reason: 'made by fusion, after all derivatives' },
  convolutionActivationGradient: { reason: 'made by fusion, after all derivatives' },
  softmaxCrossEntropyWithGradient: { reason: 'made by fusion, after all derivatives' },
};

describe('|a − n| ≤ 1e-6·max(|a|, |n|, 1e-3·‖g‖∞) against central differences', () => {
  for (const [op, cases] of Object.entries(table)) {
    if ('reason' in cases) {
      test(`${op} has no rule: ${cases.reason}`, () => {
        expect(['none', 'fused']).toContain(definitions[op as OpName].derivative);
      });
      continue;
    }
    for (const order of [1, 2] as const) {
      test(`${op}, ${order === 1 ? 'first' : 'second'} order`, () => {
        for (const { name, points, build, labels } of cases) {
          const { worst, where } = gradientError(
            build,
            points,
            order,
            labels === undefined ? {} : { labels },
          );
          if (!(worst <= 1)) expect.fail(`${name}: ${worst} times the bound at ${where}`);
        }
      });
    }
  }
});
