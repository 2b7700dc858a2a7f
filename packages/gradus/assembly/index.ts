export { run } from './machine';
