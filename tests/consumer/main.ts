import { run } from './run.ts';

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const inWorker = new Promise((resolve, reject) => {
  worker.onmessage = (event) => resolve(event.data);
  worker.onerror = (event) => reject(new Error(event.message));
});
const result = { isolated: crossOriginIsolated, page: await run(), worker: await inWorker };
document.documentElement.dataset['result'] = JSON.stringify(result);
