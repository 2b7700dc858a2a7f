// @ts-check
// npm run build: dependencies, kernels and packages, as `npm start` and `npm test` bring them about.
import { setupOrExit } from './setup.mjs';

await setupOrExit();
