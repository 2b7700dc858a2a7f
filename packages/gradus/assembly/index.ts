export { run } from './machine';
export { assist } from './team';
// What the further kernels use.
export { activate, activationGradient } from './activation';
export { sum } from './matmul';
