// In the order of `Further`.
export { tile } from './tile';
export { activation, activationGradient } from './activation';
