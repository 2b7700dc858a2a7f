export { run } from './machine';
export { assist } from './team';
