// @ts-check
// Who may import whom. The checker (checkImports.mjs) knows no folder by name: what it enforces stands here.
// One rule needs no table: no files import each other in a circle, types included, so that every file can be read and
// understood before those that stand on it.

/**
 * @typedef {{ from: string, may: readonly string[], because: string }} LayerRule
 *   `from` and `may` name folders; a folder that no rule names may not be imported, and may itself import nothing.
 */

const base = ['util', 'version.ts'];
const graph = [...base, 'graph'];
const compile = [...graph, 'compile'];
const runtime = [...compile, 'runtime'];
const parts = [...runtime, 'autograd', 'nn', 'optim', 'data', 'metrics', 'preprocess'];
const tools = [...parts, 'train', 'formats'];
const models = [...tools, 'models'];
const whole = [...models, 'inspect', 'select', 'estimators'];

/** The layers of packages/gradus/src: imports point downwards only. @type {readonly LayerRule[]} */
export const libraryLayers = [
  { from: 'util', may: [], because: 'errors, shapes and random streams are what everything else stands on' },
  { from: 'graph', may: base, because: 'a symbolic tensor knows nothing of how it will be computed' },
  {
    from: 'compile',
    may: graph,
    because: 'a Program is made from a graph alone, the same for every executor',
  },
  {
    from: 'runtime',
    may: [...compile, '#platform'],
    because: 'executors receive Programs; files and threads come from the platform',
  },
  {
    from: 'autograd',
    may: [...runtime, 'optim'],
    because:
      'a function of tensors is derived and descended by a graph and an update rule, without a network',
  },
  {
    from: 'optim',
    may: runtime,
    because: 'an optimizer is hyper-parameters, state and a rule over parameters, whatever the layers are',
  },
  {
    from: 'nn',
    may: [...runtime, 'optim'],
    because: 'a layer may carry a regularizer; it knows nothing of data and training',
  },
  { from: 'data', may: base, because: 'tables and batches are plain values that every part may read' },
  { from: 'metrics', may: [...base, 'data'], because: 'a metric is a function of predictions and targets' },
  {
    from: 'preprocess',
    may: [...base, 'data'],
    because: 'schemas and scalers turn tables into matrices, without a network',
  },
  {
    from: 'train',
    may: [...tools, '#platform'],
    because: 'the fit loop drives compiled programs and does not know how a model was described',
  },
  {
    from: 'inspect',
    may: [...models, 'inspect', '#platform'],
    because: 'who looks inside a model needs its network; no model needs to be looked at',
  },
  {
    from: 'formats',
    may: tools,
    because: 'a file format turns bytes into parts, and says which release wrote them',
  },
  { from: 'models', may: [...models, '#platform'], because: 'a model puts all the parts together' },
  { from: 'select', may: [...models, 'select'], because: 'splits and searches work on models from outside' },
  { from: 'estimators', may: whole, because: 'estimators are habits on top of models' },
  {
    from: 'node',
    may: [...base, 'runtime'],
    because:
      'platform code must not reach back into what calls it; an executor that only Node has is a runtime',
  },
  { from: 'browser', may: base, because: 'platform code must not reach back into what calls it' },
  {
    from: 'tensor',
    may: [...runtime, 'autograd'],
    because: 'the public index of functions of tensors names what users get, and holds nothing itself',
  },
  {
    from: 'index.ts',
    may: whole,
    because: 'the public index names what users get, and holds nothing itself',
  },
  { from: 'version.ts', may: [], because: 'the version is a string' },
];

/** Which packages and built-in modules a package may import. @type {readonly LayerRule[]} */
export const packageRules = [
  {
    from: 'gradus',
    may: ['#platform'],
    because: 'the library has no dependencies and runs wherever JavaScript does',
  },
  {
    from: 'io',
    may: ['gradus', 'npm'],
    because: 'readers turn bytes into tables with well-kept parsers, in browsers too',
  },
  {
    from: 'cli',
    may: ['gradus', '@gradus/io', 'npm', 'node'],
    because: 'the command stands on top of both packages and of Node',
  },
];

/** Folders of packages/gradus/src that hold platform code: the only ones that may use what one platform has. */
export const platformFolders = {
  node: { may: ['node'], because: 'the only place for built-in modules of Node' },
  browser: { may: [], because: 'browsers have no modules of their own' },
};

/** The members of Math whose result every engine computes alike, to the last bit. */
export const portableMath = new Set([
  ...['abs', 'sqrt', 'floor', 'ceil', 'trunc', 'round', 'fround', 'imul', 'min', 'max', 'sign', 'clz32'],
  ...['PI', 'E', 'LN2', 'LN10', 'LOG2E', 'LOG10E', 'SQRT2', 'SQRT1_2'],
]);

/** Members that the library must not use. @type {readonly { object?: string, member: string, because: string }[]} */
export const bannedMembers = [
  { object: 'Date', member: 'now', because: 'results must not depend on the clock' },
  { member: 'localeCompare', because: 'the order of labels must not depend on a locale: compare with <' },
  { member: 'toLocaleString', because: 'output must not depend on a locale' },
  { member: 'toLocaleLowerCase', because: 'results must not depend on a locale' },
  { member: 'toLocaleUpperCase', because: 'results must not depend on a locale' },
];

/** Global names that one platform has and another has not: only platform folders may use them. */
export const platformGlobals = new Set([
  ...['process', 'Buffer', 'require', 'module', '__dirname', '__filename', 'setImmediate', 'console'],
  ...[
    'window',
    'document',
    'navigator',
    'self',
    'location',
    'localStorage',
    'fetch',
    'Worker',
    'MessageChannel',
  ],
  ...[
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'queueMicrotask',
    'performance',
    'crypto',
    'Intl',
  ],
]);
