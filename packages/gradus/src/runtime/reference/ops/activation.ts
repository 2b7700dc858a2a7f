import { activationFormulas } from '../../../graph/ops/activation.ts';
import { type Maths, mapElements } from './evaluation.ts';

export const activationMaths: Maths<'activation' | 'activationGradient'> = {
  activation(evaluation) {
    const { function: name, alpha } = evaluation.attributes;
    const { value } = activationFormulas[name];
    mapElements(evaluation, (x) => value(x, alpha));
  },
  activationGradient({ attributes: { function: name, alpha }, inputs: [g, saved], outputs: [out] }) {
    const { slope } = activationFormulas[name];
    for (let i = 0; i < out.values.length; i++) out.values[i] = g.values[i] * slope(saved.values[i], alpha);
  },
};
