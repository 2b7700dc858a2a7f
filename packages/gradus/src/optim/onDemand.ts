// What `fit` loads when somebody names an optimizer or clips gradients: one part for both, since bundlers cut what parts
// share with an application into pieces, more of them for more parts.
export { clipGradients, requireClipping } from './clipGradients.ts';
export { namedOptimizers } from './named.ts';
