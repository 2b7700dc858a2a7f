// @ts-check
// Checks the law of names (CONTRIBUTING.md, "Names"): within its entry point a thing has the plain name of the field, one
// name means one thing, and a string names the function that makes what it stands for.
import { relative } from 'node:path';
import ts from 'typescript';
import { entriesOf } from './entries.mjs';
import { isMain, root } from './platform.mjs';

/**
 * Names that stand in two entries for two things. Nothing else may.
 *
 * @type {readonly { names: readonly string[], entries: readonly [string, string], because: string }[]}
 */
export const sharedNames = [
  {
    names: ['add', 'concatenate', 'dropout', 'reshape'],
    entries: ['gradus', 'gradus/tensor'],
    because: 'a layer is named after the operation that it applies',
  },
  {
    names: ['input'],
    entries: ['gradus', 'gradus/tensor'],
    because: 'the input of a network, and of a graph',
  },
  {
    names: ['constant'],
    entries: ['gradus', 'gradus/tensor'],
    because: 'an initializer fills a weight with what the operation makes',
  },
  {
    names: ['softmaxCrossEntropy'],
    entries: ['gradus/tensor', 'gradus/losses'],
    because: 'a loss is the mean of the operation over the rows',
  },
  {
    names: ['meanSquaredError', 'meanAbsoluteError'],
    entries: ['gradus/losses', 'gradus/metrics'],
    because: 'a metric computes what the loss minimises',
  },
];

/** Endings that repeat what the entry says already. */
const repetitions = /(Layer|Tensor|Rows|Score|Loss|Metric|Initializer|Optimizer|Schedule)$/;

/** Values that may end so. @type {Readonly<Record<string, string>>} */
export const endings = {
  defineLayer: 'a verb and its object',
  splitRows: 'a verb and its object',
  tableFromRows: 'says what a table is made from',
  logLoss: 'the name of the field',
  brierLoss: 'the name of the field',
  logisticLoss: 'the name of the field',
};

/** Types that list the strings of an option, and the entry whose functions they name. @type {Readonly<Record<string, string>>} */
export const registries = {
  LossName: 'gradus/losses',
  MetricName: 'gradus/metrics',
  OptimizerName: 'gradus',
  InitializerName: 'gradus',
  ActivationName: 'gradus/tensor',
};

/** Strings that name no function. @type {Readonly<Record<string, string>>} */
export const withoutFunction = {
  identity: 'an activation that changes nothing needs no operation',
};

/** @typedef {{ symbol: ts.Symbol, isValue: boolean }} Exported */
/** @typedef {Map<string, Map<string, Exported>>} Exports by entry and name */

/**
 * Say where a name means different things.
 *
 * @param {Exports} exports
 * @returns {string[]}
 */
function checkMeanings(exports) {
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, { entry: string, symbol: ts.Symbol }[]>} */
  const homes = new Map();
  for (const [entry, names] of exports) {
    for (const [name, { symbol }] of names) homes.set(name, [...(homes.get(name) ?? []), { entry, symbol }]);
  }
  for (const [name, places] of homes) {
    const [first, ...others] = places;
    for (const other of others) {
      if (other.symbol === first?.symbol) continue;
      const pair = [first?.entry, other.entry];
      const isShared = sharedNames.some(
        ({ names, entries }) => names.includes(name) && entries.every((entry) => pair.includes(entry)),
      );
      if (!isShared) problems.push(`${name} means one thing in ${pair[0]} and another in ${pair[1]}`);
    }
  }
  for (const { names, entries } of sharedNames) {
    for (const name of names) {
      const [one, two] = entries.map((entry) => exports.get(entry)?.get(name)?.symbol);
      if (one === undefined || two === undefined || one === two) {
        problems.push(`${name} is listed as shared by ${entries.join(' and ')}, and is not`);
      }
    }
  }
  return problems;
}

/**
 * Say which functions repeat their entry in their name, and which names differ in capitals alone.
 *
 * @param {Exports} exports
 * @returns {string[]}
 */
function checkWords(exports) {
  /** @type {string[]} */
  const problems = [];
  const used = new Set();
  for (const [entry, names] of exports) {
    for (const [name, { isValue }] of names) {
      if (!isValue || !repetitions.test(name)) continue;
      used.add(name);
      if (!Object.hasOwn(endings, name)) {
        problems.push(`${entry}: ${name} ends in what ${entry} says already: leave the ending out`);
      }
    }
    const values = [...names].filter(([, { isValue }]) => isValue).map(([name]) => name);
    const lower = new Map(values.map((name) => [name.toLowerCase(), name]));
    for (const name of values) {
      const other = lower.get(name.toLowerCase());
      if (other !== name) problems.push(`${entry}: ${name} and ${other} differ in capitals alone`);
    }
  }
  for (const name of Object.keys(endings)) {
    if (!used.has(name)) problems.push(`${name} is listed as an exception, and is not exported`);
  }
  return problems;
}

/**
 * Say which strings name no function of their entry.
 *
 * @param {Exports} exports
 * @param {ts.TypeChecker} checker
 * @returns {string[]}
 */
function checkStrings(exports, checker) {
  /** @type {string[]} */
  const problems = [];
  for (const [typeName, entry] of Object.entries(registries)) {
    const exported = [...exports.values()].map((names) => names.get(typeName)).find(Boolean);
    if (exported === undefined) {
      problems.push(`${typeName} is exported by no entry`);
      continue;
    }
    const type = checker.getDeclaredTypeOfSymbol(exported.symbol);
    const strings = (type.isUnion() ? type.types : [type]).flatMap((one) =>
      one.isStringLiteral() ? [one.value] : [],
    );
    if (strings.length === 0) problems.push(`${typeName} lists no strings`);
    for (const name of strings) {
      const isFunction = exports.get(entry)?.get(name)?.isValue === true;
      if (!isFunction && !Object.hasOwn(withoutFunction, name)) {
        problems.push(`${typeName}: '${name}' is no function of ${entry}`);
      }
    }
  }
  return problems;
}

/**
 * Check the names of entry points.
 *
 * @param {readonly { name: string, source: string }[]} entries
 * @returns {{ problems: string[], count: number }} one line a problem, and how many names there are
 */
export function checkNames(entries) {
  const program = ts.createProgram(
    entries.map(({ source }) => source),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      customConditions: ['source'],
      types: [],
    },
  );
  const checker = program.getTypeChecker();
  /** @type {Exports} */
  const exports = new Map();
  for (const { name: entry, source } of entries) {
    const file = program.getSourceFile(source);
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) return { problems: [`${relative(root, source)} exports nothing`], count: 0 };
    const names = checker.getExportsOfModule(module).map((one) => {
      const symbol = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
      const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0 && !isTypeOnly(one);
      return /** @type {const} */ ([one.name, { symbol, isValue }]);
    });
    exports.set(entry, new Map(names));
  }
  const problems = [...checkMeanings(exports), ...checkWords(exports), ...checkStrings(exports, checker)];
  return { problems, count: [...exports.values()].reduce((sum, names) => sum + names.size, 0) };
}

/**
 * Tell whether a name is exported as a type only.
 *
 * @param {ts.Symbol} symbol
 */
const isTypeOnly = (symbol) =>
  (symbol.declarations ?? []).some(
    (declaration) => ts.isExportSpecifier(declaration) && ts.isTypeOnlyExportDeclaration(declaration),
  );

if (isMain(import.meta.url)) {
  const { problems, count } = checkNames(entriesOf('gradus'));
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(`${count} public names\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
