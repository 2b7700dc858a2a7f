import type { Tensor } from '../../../graph/tensor.ts';
import type { ArrayValue, Maths, Values } from './evaluation.ts';

export const repeatMaths: Maths<'repeat'> = {
  repeat({ attributes: { count, reverse, carried, sliced, body }, inputs, outputs, context }) {
    const slice = (array: ArrayValue, t: number): ArrayValue => {
      const shape = array.shape.slice(1);
      const size = shape.reduce((a, b) => a * b, 1);
      return { shape, values: array.values.subarray(t * size, (t + 1) * size) as Values };
    };
    let state: readonly ArrayValue[] = inputs.slice(0, carried);
    for (let i = 0; i < count; i++) {
      const t = reverse ? count - 1 - i : i;
      const given = new Map<Tensor, ArrayValue>();
      body.placeholders.forEach((placeholder, p) => {
        const isSliced = p >= carried && p < carried + sliced;
        given.set(placeholder, p < carried ? state[p] : isSliced ? slice(inputs[p], t) : inputs[p]);
      });
      const results = context.evaluateBody(body.results, given);
      state = results.slice(0, carried);
      for (let r = carried; r < results.length; r++) slice(outputs[r], t).values.set(results[r].values);
    }
    state.forEach((array, r) => {
      outputs[r].values.set(array.values);
    });
  },
};
