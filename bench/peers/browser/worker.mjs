// A contestant in a Web Worker: the first message says which, every other one is a question. No @ts-check: the peers'
// packages are there only where they are installed.
import { createWasmExecutor, version } from 'gradus';
import { createContestant } from '../contestant.mjs';

const engines = {
  async gradus({ threads }) {
    const { createEngine } = await import('../gradus.mjs');
    return createEngine(createWasmExecutor({ threads }), { about: { version, threads } });
  },
  async tensorflow({ threads }) {
    const { createEngine } = await import('../tensorflow.mjs');
    return createEngine({ wasmPath: '/tensorflow/', threads });
  },
  async jaxJs() {
    const { createEngine } = await import('../jaxJs.mjs');
    return createEngine({ awaits: true });
  },
};

let contestant;
self.onmessage = ({ data }) => {
  if (contestant === undefined) {
    contestant = engines[data.engine](data).then(createContestant, (error) => () => ({
      error: String(error),
    }));
    return;
  }
  contestant.then((answer) => answer(data)).then((answer) => self.postMessage(answer));
};
