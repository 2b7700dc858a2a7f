export { writeFileAtomically } from './files.ts';
