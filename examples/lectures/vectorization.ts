/**
 * The dot product of 100,000 numbers: a loop, functions of arrays, and the kernels of the library (S. Raschka, STAT 479
 * Deep Learning, spring 2019, lecture 3, which compares loops of Python with NumPy).
 */
import { createStream, dense, given, sequential, zeros } from 'gradus';
import { atMost, type Experiment, stated } from './experiment.ts';

const LENGTH = 100_000;
/** Dot products with the same numbers that one call makes. */
const AT_ONCE = 64;

/** The shortest of many runs, in milliseconds. */
function fastest(work: () => number): number {
  const until = performance.now() + 200;
  let least = Number.POSITIVE_INFINITY;
  while (performance.now() < until) {
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export const experiment: Experiment = {
  name: 'vectorization',
  deck: 'STAT 479, L03',
  title: 'Loops and kernels: a dot product of 100,000 numbers',
  needs: [],
  minutes: 0.1,
  about:
    'The shortest of many runs on this machine beside what the notebook measured on its own, so that only the ratios compare. JavaScript compiles its loops, which Python does not; what is left for the kernels is SIMD. A call of theirs checks its inputs and copies them into their memory, which costs as much as a loop: they pay where a call does more, as in a network. They compute in float32, the others in float64.',
  async run() {
    const stream = createStream(123, 'data');
    const x = Float32Array.from({ length: LENGTH }, () => stream.uniform());
    const w = Float32Array.from({ length: LENGTH }, () => stream.uniform());
    const [listX, listW] = [Array.from(x), Array.from(w)];
    const predictorOf = (units: number) => {
      // Inputs × units: all units have the same weights.
      const kernel = Float32Array.from({ length: LENGTH * units }, (_, i) => w[Math.floor(i / units)]);
      const layer = dense(units, { kernelInitializer: given(kernel), biasInitializer: zeros() });
      return sequential([layer], { inputShape: [LENGTH] }).predictor({ threads: 1 });
    };
    const [one, many] = [await predictorOf(1), await predictorOf(AT_ONCE)];
    const byArrays = (): number =>
      listX.map((value, i) => value * listW[i]).reduce((total, value) => total + value, 0);
    const byKernel = (): number => one.predict(x)[0];
    const byKernelAtOnce = (): number => many.predict(x)[AT_ONCE - 1];
    const truth = dot(x, w);
    const results = [byArrays(), byKernel(), byKernelAtOnce()];
    const error = Math.max(...results.map((result) => Math.abs(result - truth))) / truth;
    const milliseconds = { unit: 'ms', digits: 4 };
    return [
      stated(
        'loop',
        fastest(() => dot(x, w)),
        { ...milliseconds, published: 38.9 },
      ),
      stated('functions of arrays (list comprehension)', fastest(byArrays), {
        ...milliseconds,
        published: 29.7,
      }),
      stated('kernel, alone', fastest(byKernel), milliseconds),
      stated(`kernel, each of ${AT_ONCE} at once (NumPy)`, fastest(byKernelAtOnce) / AT_ONCE, {
        ...milliseconds,
        published: 0.0468,
      }),
      atMost('largest relative difference of the results', error, 1e-5, { digits: 9 }),
    ];
  },
};
