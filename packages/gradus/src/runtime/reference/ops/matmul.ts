import { activationFormulas } from '../../../graph/ops/activation.ts';
import type { ArrayValue, Maths } from './evaluation.ts';

interface Transposition {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Compute op(A)·op(B) by plain loops, the sum over k in ascending order, and then the addend, which may be `out` itself. */
function product(
  a: ArrayValue,
  b: ArrayValue,
  out: ArrayValue,
  { transposeA, transposeB }: Transposition,
  addend?: ArrayValue,
): void {
  const [m, n] = out.shape;
  const k = transposeA ? a.shape[0] : a.shape[1];
  const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
  const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a.values[i * aRow + l * aColumn] * b.values[l * bRow + j * bColumn];
      out.values[i * n + j] = addend === undefined ? sum : sum + addend.values[i * n + j];
    }
  }
}

export const matmulMaths: Maths<'matmul' | 'matmulActivation' | 'matmulActivationGradient'> = {
  matmul: ({ attributes, inputs: [a, b], outputs: [out] }) => product(a, b, out, attributes),
  matmulActivation({ attributes, inputs: [a, b, ...others], outputs: [out] }) {
    const bias = others[0];
    product(a, b, out, attributes, attributes.addend ? others.at(-1) : undefined);
    const { value } = activationFormulas[attributes.function];
    const columns = out.shape[1];
    for (let i = 0; i < out.values.length; i++) {
      out.values[i] = value(
        out.values[i] + (attributes.bias ? bias.values[i % columns] : 0),
        attributes.alpha,
      );
    }
  },
  matmulActivationGradient({ attributes, inputs: [a, b, saved, addend], outputs: [out] }) {
    product(a, b, out, attributes, addend);
    const { slope } = activationFormulas[attributes.function];
    for (let i = 0; i < out.values.length; i++) out.values[i] *= slope(saved.values[i], attributes.alpha);
  },
};
