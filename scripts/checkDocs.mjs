// @ts-check
// Checks that everything a user can import says what it does: summary, parameters, result, an example. No exceptions.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { entriesOf } from './entries.mjs';
import { isMain, root } from './platform.mjs';

/** The files whose exports are public: what the packages export. */
export const entries = ['gradus', 'io'].flatMap(entriesOf).map(({ source }) => relative(root, source));

/**
 * Give the documentation that stands on a node; a variable's stands on its statement.
 *
 * @param {ts.Node} node
 * @returns {ts.JSDoc | undefined}
 */
function docOf(node) {
  return ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
}

/** @param {ts.JSDoc | undefined} doc */
const textOf = (doc) => (doc === undefined ? '' : (ts.getTextOfJSDocComment(doc.comment) ?? '').trim());

/**
 * @param {ts.JSDoc | undefined} doc
 * @param {string} name
 */
const tagsOf = (doc, name) => (doc?.tags ?? []).filter((tag) => tag.tagName.text === name);

/**
 * Say what is wrong with a summary.
 *
 * @param {ts.JSDoc | undefined} doc
 * @param {boolean} isSentence whether it must be one, with a capital and a full stop
 * @returns {string[]}
 */
function checkSummary(doc, isSentence) {
  const text = textOf(doc);
  if (text === '') return ['has no summary'];
  if (!isSentence) return [];
  const first = text.split(/\n\s*\n/)[0] ?? '';
  return /^[A-Z0-9`][\s\S]*[.:?!]/.test(first) ? [] : ['has a summary that is no sentence'];
}

/**
 * Check `@param` and `@returns` of something that is called.
 *
 * @param {ts.JSDoc | undefined} doc
 * @param {ts.SignatureDeclaration} call
 * @param {ts.TypeChecker} checker
 * @param {boolean} isConstructor
 * @returns {string[]}
 */
function checkCall(doc, call, checker, isConstructor) {
  /** @type {string[]} */
  const problems = [];
  const documented = new Set();
  for (const tag of tagsOf(doc, 'param')) {
    if (!ts.isJSDocParameterTag(tag)) continue;
    const name = tag.name.getText();
    documented.add(name);
    if ((ts.getTextOfJSDocComment(tag.comment) ?? '').trim() === '')
      problems.push(`has an empty @param ${name}`);
  }
  const parameters = call.parameters.filter((parameter) => parameter.name.getText() !== 'this');
  const names = parameters.map((parameter) => parameter.name.getText());
  for (const name of documented) {
    const isKnown =
      names.includes(name) || names.some((known) => name.startsWith(`${known}.`) || known.startsWith('{'));
    if (!isKnown) problems.push(`has a @param ${name} that is no parameter`);
  }
  // One object of options documents itself, member by member, in its type.
  const [only] = parameters;
  const type = parameters.length === 1 && only !== undefined ? checker.getTypeAtLocation(only) : undefined;
  const isOptions =
    type !== undefined &&
    checker
      .getNonNullableType(type)
      .getSymbol()
      ?.declarations?.some((declaration) => ts.isInterfaceDeclaration(declaration)) === true &&
    /options$|^\{/i.test(names[0] ?? '');
  if (!isOptions) {
    for (const name of names) {
      if (!name.startsWith('{') && !documented.has(name)) problems.push(`lacks @param ${name}`);
      if (name.startsWith('{') && documented.size < names.length)
        problems.push('lacks a @param for its object');
    }
  }
  if (isConstructor) return problems;
  const signature = checker.getSignatureFromDeclaration(call);
  const result = signature === undefined ? 'void' : checker.typeToString(signature.getReturnType());
  const isSilent = ['void', 'never', 'Promise<void>'].includes(result) || /^asserts /.test(result);
  const [returns] = [...tagsOf(doc, 'returns'), ...tagsOf(doc, 'return')];
  if (
    !isSilent &&
    (returns === undefined || (ts.getTextOfJSDocComment(returns.comment) ?? '').trim() === '')
  ) {
    problems.push('lacks @returns');
  }
  return problems;
}

/**
 * Check that every public member of a type, interface or class has a comment.
 *
 * @param {Iterable<ts.ClassElement | ts.TypeElement>} members
 * @returns {string[]}
 */
function checkMembers(members) {
  /** @type {string[]} */
  const problems = [];
  const seen = new Set();
  for (const member of members) {
    const name = member.name?.getText();
    if (name === undefined || name.startsWith('#') || seen.has(name)) continue;
    const hidden = ts.canHaveModifiers(member)
      ? ts
          .getModifiers(member)
          ?.some(
            ({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.OverrideKeyword,
          )
      : false;
    if (hidden === true || tagsOf(docOf(member), 'internal').length > 0) continue;
    seen.add(name);
    if (textOf(docOf(member)) === '') problems.push(`has a member ${name} without a comment`);
  }
  return problems;
}

/**
 * Find the object types written out in a type alias.
 *
 * @param {ts.TypeNode} type
 * @returns {ts.TypeLiteralNode[]}
 */
function literalTypes(type) {
  if (ts.isTypeLiteralNode(type)) return [type];
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) return type.types.flatMap(literalTypes);
  return ts.isParenthesizedTypeNode(type) ? literalTypes(type.type) : [];
}

/**
 * Check that every option of a type that is derived from declared fields has a comment above its field.
 *
 * @param {ts.TypeAliasDeclaration} declaration
 * @param {ts.TypeChecker} checker
 * @returns {string[]}
 */
function checkFields({ type }, checker) {
  if (!ts.isTypeReferenceNode(type) || type.typeName.getText() !== 'OptionsOf') return [];
  return checker
    .getTypeAtLocation(type)
    .getProperties()
    .filter((field) => ts.displayPartsToString(field.getDocumentationComment(checker)).trim() === '')
    .map((field) => `has an option ${field.name} without a comment`);
}

/**
 * Check one exported symbol.
 *
 * @param {ts.Symbol} symbol
 * @param {ts.TypeChecker} checker
 * @returns {string[]}
 */
function checkSymbol(symbol, checker) {
  const declarations = symbol.declarations ?? [];
  /** @type {string[]} */
  const problems = [];
  const needExample = (/** @type {ts.JSDoc | undefined} */ doc) => {
    if (!tagsOf(doc, 'example').some((tag) => (ts.getTextOfJSDocComment(tag.comment) ?? '').trim() !== '')) {
      problems.push('lacks an @example');
    }
  };
  const documented = declarations.find((declaration) => docOf(declaration) !== undefined) ?? declarations[0];
  if (documented === undefined) return ['has no declaration'];
  const doc = docOf(documented);
  problems.push(...checkSummary(doc, true));
  for (const declaration of declarations) {
    if (ts.isInterfaceDeclaration(declaration)) problems.push(...checkMembers(declaration.members));
    if (ts.isTypeAliasDeclaration(declaration)) {
      for (const literal of literalTypes(declaration.type)) problems.push(...checkMembers(literal.members));
      problems.push(...checkFields(declaration, checker));
    }
  }
  if (ts.isClassDeclaration(documented)) {
    const construct = documented.members.find(ts.isConstructorDeclaration);
    const isPublic = construct?.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) !== true;
    if (construct !== undefined && isPublic) {
      const where = docOf(construct) ?? doc;
      problems.push(...checkCall(where, construct, checker, true));
    }
    problems.push(
      ...checkMembers(documented.members.filter((member) => !ts.isConstructorDeclaration(member))),
    );
    needExample(doc);
  } else if (ts.isFunctionDeclaration(documented)) {
    problems.push(...checkCall(doc, documented, checker, false));
    needExample(doc);
  } else if (ts.isVariableDeclaration(documented)) {
    const value = documented.initializer;
    const isFunction = value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
    const [signature] = checker.getTypeAtLocation(documented).getCallSignatures();
    if (isFunction) problems.push(...checkCall(doc, value, checker, false));
    else if (signature?.declaration !== undefined && !ts.isJSDocSignature(signature.declaration)) {
      problems.push(...checkCall(doc, signature.declaration, checker, false));
    }
    if (isFunction || signature !== undefined) needExample(doc);
  }
  return problems;
}

/**
 * Check everything that can be reached from the given files.
 *
 * @param {readonly string[]} files absolute paths of the entry files
 * @param {string} top the folder that the lines name files from
 * @returns {{ problems: string[], count: number }} one line a problem, and how many exports there are
 */
export function checkDocs(files, top) {
  /** @type {ts.CompilerOptions} */
  const options = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    customConditions: ['source'],
    types: [],
  };
  const program = ts.createProgram([...files], options);
  const checker = program.getTypeChecker();
  /** @type {string[]} */
  const problems = [];
  const seen = new Set();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    if (module === undefined || checker.getExportsOfModule(module).length === 0) {
      problems.push(`${relative(top, file)}:1: exports nothing`);
      continue;
    }
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      const declaration = symbol.declarations?.[0];
      if (declaration === undefined) {
        problems.push(`${relative(top, file)}:1: ${exported.name} leads nowhere`);
        continue;
      }
      const home = declaration.getSourceFile();
      if (home.fileName.includes('/node_modules/')) continue;
      const line = home.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
      for (const problem of checkSymbol(symbol, checker)) {
        problems.push(`${relative(top, home.fileName)}:${line}: ${exported.name} ${problem}`);
      }
    }
  }
  return { problems: problems.sort(), count: seen.size };
}

if (isMain(import.meta.url)) {
  const missing = entries.filter((entry) => !existsSync(join(root, entry)));
  const { problems, count } = checkDocs(
    entries.filter((entry) => !missing.includes(entry)).map((entry) => join(root, entry)),
    root,
  );
  for (const problem of [...missing.map((entry) => `${entry}:1: is missing`), ...problems]) {
    process.stdout.write(`${problem}\n`);
  }
  process.stdout.write(`${count} public exports\n`);
  process.exitCode = problems.length + missing.length > 0 ? 1 : 0;
}
