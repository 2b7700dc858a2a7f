// @ts-check
// The page: a worker for each contestant, and a function by which the runner asks one of them.

/** @type {Map<string, Worker>} */
const workers = new Map();

/** @param {string} id @param {object} options */
function start(id, options) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module', name: id });
  workers.set(id, worker);
  worker.postMessage(options);
}

/** @param {string} id @param {object} message */
function ask(id, message) {
  const worker = workers.get(id);
  if (worker === undefined) return Promise.resolve({ error: `no contestant ${id}` });
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => resolve({ error: event.message });
    worker.postMessage(message);
  });
}

Object.assign(globalThis, { contestants: { start, ask } });
document.documentElement.dataset['ready'] = String(globalThis.crossOriginIsolated);
