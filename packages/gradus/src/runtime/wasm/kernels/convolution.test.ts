import { expect, test } from 'vitest';
import type { Program } from '../../../compile/program.ts';
import { type ConvolutionOptions, completeWindow, outputSize } from '../../../graph/ops/convolution.ts';
import { builds, TestMachine, testArray } from '../../../testing/machine.ts';
import { evaluateOp } from '../../reference/ops/index.ts';
import type { LoweringContext } from '../lower/index.ts';
import { lowerings } from '../lower/index.ts';

type Shape = readonly number[];
type Build = (typeof builds)[number];

const count = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** An op of this family, with everything it needs. */
interface Work {
  readonly op:
    | 'convolution'
    | 'convolutionInputGradient'
    | 'convolutionKernelGradient'
    | 'maxPool'
    | 'maxPoolGradient';
  readonly attributes: object;
  readonly inputs: readonly { readonly shape: Shape; readonly values: Float32Array }[];
  readonly out: Shape;
}

/** What the reference maths gives in float64. */
function truth({ op, attributes, inputs, out }: Work): Float64Array {
  const y = { shape: out, values: new Float64Array(count(out)) };
  const doubles = inputs.map(({ shape, values }) => ({ shape, values: Float64Array.from(values) }));
  evaluateOp(op, { attributes, inputs: doubles, outputs: [y], context: undefined as never } as never);
  return y.values;
}

/** What the kernels give, lowered for a number of threads. */
function run(build: Build, { op, attributes, inputs, out }: Work, threads = 1): Float32Array {
  const machine = new TestMachine(build, 1, threads);
  const addresses = [...inputs.map(({ values }) => machine.floats(values)), machine.output(count(out))];
  const shapes = [...inputs.map(({ shape }) => shape), out];
  const program = { buffers: shapes.map((shape) => ({ shape })) } as unknown as Program;
  const context = { assembler: machine.assembler, program, pointer: (id: number) => addresses[id] };
  const instruction = {
    op,
    attributes,
    inputs: inputs.map((_, i) => i),
    outputs: [inputs.length],
    scope: '',
  };
  const lowering = lowerings[op] as (context: LoweringContext, instruction: unknown) => void;
  lowering(context as unknown as LoweringContext, instruction);
  machine.run();
  return machine.read(addresses[inputs.length], count(out));
}

/** ‖actual − expected‖ / ‖expected‖ */
function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}

/** The three ops of one convolution. */
function convolutions(
  x: Shape,
  size: readonly [number, number],
  filters: number,
  options: ConvolutionOptions,
): Work[] {
  const attributes = completeWindow(options);
  const kernel = [...size, x[3] / attributes.groups, filters];
  const y = [x[0], ...outputSize(x.slice(1, 3), size, attributes), filters];
  const [images, weights, gradient] = [x, kernel, y].map((shape, i) => ({
    shape,
    values: testArray(count(shape), i + 1),
  }));
  return [
    { op: 'convolution', attributes, inputs: [images, weights], out: y },
    {
      op: 'convolutionInputGradient',
      attributes: { ...attributes, size: x.slice(1, 3) },
      inputs: [gradient, weights],
      out: x,
    },
    {
      op: 'convolutionKernelGradient',
      attributes: { ...attributes, size },
      inputs: [images, gradient],
      out: kernel,
    },
  ];
}

const same: ConvolutionOptions = {
  padding: [
    [1, 1],
    [1, 1],
  ],
};

const shapes: readonly (readonly [
  x: Shape,
  size: readonly [number, number],
  filters: number,
  ConvolutionOptions,
])[] = [
  [[1, 1, 1, 1], [1, 1], 1, {}],
  [[0, 4, 4, 2], [3, 3], 3, {}],
  [[1, 3, 3, 1], [3, 3], 1, {}],
  [[3, 7, 5, 1], [3, 3], 5, {}],
  [[2, 6, 9, 3], [3, 2], 4, same],
  [
    [5, 8, 8, 4],
    [3, 3],
    9,
    {
      strides: [2, 2],
      padding: [
        [0, 1],
        [0, 1],
      ],
    },
  ],
  [[2, 9, 7, 5], [2, 3], 8, { dilation: [2, 1] }],
  [
    [2, 9, 8, 5],
    [3, 2],
    7,
    {
      dilation: [1, 3],
      strides: [1, 2],
      padding: [
        [2, 0],
        [0, 3],
      ],
    },
  ],
  [[3, 6, 6, 6], [3, 3], 9, { ...same, groups: 3 }],
  [[2, 6, 7, 5], [3, 3], 5, { ...same, groups: 5 }],
  [[2, 6, 7, 4], [2, 3], 12, { groups: 4, strides: [3, 1], dilation: [2, 2] }],
  [
    [1, 1, 40, 3],
    [1, 5],
    6,
    {
      strides: [1, 2],
      padding: [
        [0, 0],
        [2, 2],
      ],
    },
  ],
  [[33, 5, 5, 2], [4, 4], 17, {}],
  [
    [2, 5, 6, 1],
    [5, 5],
    3,
    {
      padding: [
        [4, 4],
        [4, 3],
      ],
    },
  ],
  [
    [3, 7, 6, 8],
    [3, 2],
    8,
    {
      strides: [2, 1],
      padding: [
        [1, 0],
        [1, 1],
      ],
      dilation: [1, 2],
      groups: 8,
    },
  ],
  [[40, 9, 9, 6], [3, 3], 6, { groups: 6 }],
  // Several runs of k, several parts of a kernel's gradient, several chunks of places.
  [[9, 18, 19, 32], [3, 3], 33, {}],
  [[2, 4, 4, 1030], [3, 3], 3, same],
  [[70, 12, 12, 3], [5, 5], 20, {}],
];

const name = ([x, size, filters, options]: (typeof shapes)[number]): string =>
  `[${x}] by ${size.join('×')} to ${filters} ${JSON.stringify(options)}`;

for (const build of builds) {
  test(`convolutions and their gradients: ‖Δ‖/‖x‖ ≤ 1e-6, the same bits however they are tiled: ${build}`, () => {
    for (const shape of shapes) {
      for (const work of convolutions(...shape)) {
        const expected = truth(work);
        const actual = run(build, work);
        const error = distance(actual, expected);
        if (!(error <= 1e-6)) expect.fail(`${work.op} of ${name(shape)}: ${error}`);
        for (const threads of [2, 4, 16]) {
          if (!Object.is(distance(run(build, work, threads), actual), 0))
            expect.fail(`${work.op} of ${name(shape)} has other bits for ${threads} threads`);
        }
      }
    }
  });

  test(`max pooling and its gradient: the very numbers of the image: ${build}`, () => {
    for (const [x, size, options] of pools) {
      const { strides, padding } = completeWindow({ strides: size, ...options });
      const attributes = { strides, padding, size };
      const y = [x[0], ...outputSize(x.slice(1, 3), size, attributes), x[3]];
      const [images, values, gradient] = [x, x, y].map((shape, i) => ({
        shape,
        values: testArray(count(shape), i + 7),
      }));
      // Sums of whole numbers are exact.
      gradient.values.forEach((value, i) => {
        gradient.values[i] = Math.round(8 * value) + 0;
      });
      // Equal numbers, NaN and infinities: the first of equals is chosen, and NaN before all.
      images.values.forEach((value, i) => {
        images.values[i] =
          i % 13 === 5 ? Number.NaN : i % 11 === 3 ? Number.POSITIVE_INFINITY : Math.round(4 * value);
        if (i % 7 < 3) images.values[i] = Number.NEGATIVE_INFINITY;
      });
      const largest = {
        shape: y,
        values: Float32Array.from(truth({ op: 'maxPool', attributes, inputs: [images, images], out: y })),
      };
      const works: Work[] = [
        { op: 'maxPool', attributes, inputs: [images, images], out: y },
        { op: 'maxPool', attributes, inputs: [images, values], out: y },
        { op: 'maxPoolGradient', attributes, inputs: [images, gradient, largest], out: x },
      ];
      for (const work of works) {
        const expected = Float32Array.from(truth(work));
        for (const threads of [1, 3])
          expect(run(build, work, threads), `${work.op} of [${x}]`).toEqual(expected);
      }
    }
  });
}

const pools: readonly (readonly [x: Shape, size: readonly [number, number], ConvolutionOptions])[] = [
  [[1, 1, 1, 1], [1, 1], {}],
  [[0, 4, 4, 3], [2, 2], {}],
  [[2, 4, 6, 3], [2, 2], {}],
  [[3, 5, 7, 4], [2, 3], {}],
  [
    [2, 6, 6, 9],
    [3, 3],
    {
      strides: [2, 2],
      padding: [
        [0, 1],
        [1, 0],
      ],
    },
  ],
  [[1, 1, 17, 5], [1, 4], { strides: [1, 3] }],
  [[40, 12, 12, 16], [2, 2], {}],
];
