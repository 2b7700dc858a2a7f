// @ts-check
// Checks the rules of importRules.mjs on every source file of the packages, tests exempt.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import * as rules from './importRules.mjs';
import { isMain, root } from './platform.mjs';

/**
 * List the TypeScript sources under a folder; generated ones, tests and their helpers in `testing` left out.
 *
 * @param {string} folder
 * @returns {string[]} absolute paths, sorted
 */
export function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.d\.ts$/.test(name))
    .filter(
      (name) => !name.split(sep).some((part) => ['node_modules', 'generated', 'testing'].includes(part)),
    )
    .map((name) => join(folder, name))
    .sort();
}

/** @param {string} file */
const parse = (file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);

/**
 * @param {ts.SourceFile} source
 * @param {ts.Node} node
 */
const lineOf = (source, node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;

/**
 * List what a file imports, `import()` and re-exports included.
 *
 * @param {ts.SourceFile} source
 * @returns {{ specifier: string, line: number }[]}
 */
function importsOf(source) {
  /** @type {{ specifier: string, line: number }[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    let specifier;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier = node.moduleSpecifier;
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      specifier = node.arguments[0];
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      specifier = node.argument.literal;
    }
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      found.push({ specifier: specifier.text, line: lineOf(source, node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Name the kind of a specifier that is no path: `node`, `npm`, or itself where a rule names it.
 *
 * @param {string} specifier
 */
function kindOf(specifier) {
  if (specifier.startsWith('node:')) return 'node';
  if (specifier.startsWith('#')) return specifier;
  return specifier === 'gradus' || specifier.startsWith('@gradus/') ? specifier : 'npm';
}

/**
 * Check a file's imports against the rules of its package and of its layer.
 *
 * @param {ts.SourceFile} source
 * @param {string} packageName folder under packages/
 * @param {string} sourceFolder the package's src
 * @returns {{ problems: string[], targets: string[] }} targets: the files it imports, for types too
 */
function checkFileImports(source, packageName, sourceFolder) {
  /** @type {string[]} */
  const problems = [];
  /** @type {string[]} */
  const targets = [];
  const packageRule = rules.packageRules.find((rule) => rule.from === packageName);
  const path = relative(sourceFolder, source.fileName).split(sep);
  const layer = path[0] ?? '';
  const layerRule = rules.libraryLayers.find((rule) => rule.from === layer);
  const isLibrary = packageName === 'gradus';
  if (packageRule === undefined) problems.push(`1: packages/${packageName} stands in no rule`);
  if (isLibrary && layerRule === undefined) problems.push(`1: the folder ${layer} stands in no rule`);
  for (const { specifier, line } of importsOf(source)) {
    if (!specifier.startsWith('.')) {
      const kind = kindOf(specifier);
      const platform = isLibrary
        ? Object.entries(rules.platformFolders).find(([name]) => name === layer)?.[1]
        : undefined;
      const allowed =
        platform?.may ??
        (isLibrary ? layerRule?.may.filter((name) => name.startsWith('#')) : packageRule?.may);
      if (allowed?.includes(kind) !== true) {
        const because =
          platform?.because ?? (kind.startsWith('#') ? layerRule?.because : packageRule?.because);
        problems.push(`${line}: imports ${specifier}: ${because}`);
      }
      continue;
    }
    const target = resolve(dirname(source.fileName), specifier);
    targets.push(target);
    const place = relative(sourceFolder, target).split(sep);
    if (place[0] === '..')
      problems.push(`${line}: imports ${specifier}: a package reaches another by its name only`);
    else if (isLibrary && place[0] !== layer && layerRule?.may.includes(place[0] ?? '') !== true) {
      problems.push(`${line}: ${layer} imports ${place[0]}: ${layerRule?.because}`);
    }
  }
  return { problems, targets };
}

/**
 * @param {ts.Identifier} node
 * @returns {boolean} whether the identifier reads a variable, rather than naming a member or a declaration
 */
function readsVariable(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertySignature(parent)) {
    return 'initializer' in parent && parent.initializer === node;
  }
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    return parent.initializer === node;
  }
  return ts.isExpression(node) && !ts.isTypeNode(parent) && !('name' in parent && parent.name === node);
}

/**
 * Check that a file of the library uses nothing whose result or presence depends on the engine, the clock or chance.
 *
 * @param {ts.SourceFile} source
 * @param {boolean} onPlatform whether the file stands in a platform folder
 * @returns {string[]}
 */
function checkUses(source, onPlatform) {
  /** @type {string[]} */
  const problems = [];
  /** @type {Set<string>} */
  const declared = new Set();
  /** @param {ts.Node} node */
  const collect = (node) => {
    const named =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node);
    if ((named || ts.isImportSpecifier(node)) && node.name !== undefined && ts.isIdentifier(node.name))
      declared.add(node.name.text);
    ts.forEachChild(node, collect);
  };
  collect(source);
  /** @param {ts.Node} node */
  const visit = (node) => {
    const line = lineOf(source, node);
    if (ts.isIdentifier(node) && node.text === 'Math' && readsVariable(node)) {
      const member = ts.isPropertyAccessExpression(node.parent) ? node.parent.name.text : undefined;
      if (member === undefined) problems.push(`${line}: Math is read as a whole: name the function you use`);
      else if (member === 'random') problems.push(`${line}: Math.random: numbers come from seeded streams`);
      else if (!rules.portableMath.has(member)) {
        problems.push(`${line}: Math.${member}: engines differ in its last bits; use util/math`);
      }
    }
    if (ts.isPropertyAccessExpression(node)) {
      const object = ts.isIdentifier(node.expression) ? node.expression.text : undefined;
      for (const ban of rules.bannedMembers) {
        if (node.name.text === ban.member && (ban.object === undefined || ban.object === object)) {
          problems.push(
            `${line}: ${ban.object === undefined ? '' : `${ban.object}.`}${ban.member}: ${ban.because}`,
          );
        }
      }
    }
    if (ts.isNewExpression(node) && node.expression.getText(source) === 'Date' && !onPlatform) {
      problems.push(`${line}: new Date: results must not depend on the clock`);
    }
    if (ts.isBinaryExpression(node) && /^\*\*=?$/.test(node.operatorToken.getText(source))) {
      const isConstant = /^2$/.test(node.left.getText(source)) && /^-?\d+$/.test(node.right.getText(source));
      if (!isConstant)
        problems.push(`${line}: **: engines differ in its last bits; use util/math or multiply`);
    }
    if (
      !onPlatform &&
      ts.isIdentifier(node) &&
      rules.platformGlobals.has(node.text) &&
      !declared.has(node.text) &&
      readsVariable(node)
    ) {
      problems.push(`${line}: ${node.text} is not everywhere: only src/node and src/browser may use it`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

/**
 * Find the import cycles of a graph of files, one for each group of files that reach each other.
 *
 * @param {ReadonlyMap<string, readonly string[]>} graph
 * @returns {string[][]} each cycle's files in order, the first repeated at the end
 */
export function findCycles(graph) {
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  /** @type {string[]} */
  const path = [];
  /** @type {string[][]} */
  const cycles = [];
  /** @param {string} file */
  const visit = (file) => {
    state.set(file, 'open');
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      if (state.get(next) === 'open') cycles.push([...path.slice(path.indexOf(next)), next]);
      else if (!state.has(next)) visit(next);
    }
    path.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file);
  return cycles;
}

/**
 * Check every package under a folder.
 *
 * @param {string} top the folder that holds `packages`
 * @returns {string[]} one line a problem: file:line: what is wrong and why
 */
export function checkImports(top) {
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  const packages = join(top, 'packages');
  for (const packageName of readdirSync(packages).sort()) {
    const sourceFolder = join(packages, packageName, 'src');
    for (const file of sourceFiles(sourceFolder)) {
      const source = parse(file);
      const { problems: wrong, targets } = checkFileImports(source, packageName, sourceFolder);
      graph.set(file, targets);
      const layer = relative(sourceFolder, file).split(sep)[0] ?? '';
      const uses = packageName === 'gradus' ? checkUses(source, layer in rules.platformFolders) : [];
      for (const problem of [...wrong, ...uses]) problems.push(`${relative(top, file)}:${problem}`);
    }
  }
  for (const cycle of findCycles(graph)) {
    problems.push(`import cycle: ${cycle.map((file) => relative(top, file)).join(' → ')}`);
  }
  return problems;
}

if (isMain(import.meta.url)) {
  const problems = checkImports(root);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
