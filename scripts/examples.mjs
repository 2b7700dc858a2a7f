// @ts-check
// Takes the examples out of comments and documents and turns them into modules that check their own results.
import ts from 'typescript';

/** @typedef {{ name: string, code: string }} Example */

/**
 * Take the `@example` blocks out of a source file.
 *
 * @param {string} path that the names begin with
 * @param {string} text
 * @returns {Example[]} named path:line
 */
export function examplesOfSource(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  /** @type {Map<number, Example>} */
  const found = new Map();
  /** @param {ts.Node} node */
  const visit = (node) => {
    for (const doc of ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)) {
      for (const tag of doc.tags ?? []) {
        if (tag.tagName.text !== 'example') continue;
        const line = source.getLineAndCharacterOfPosition(tag.getStart(source)).line + 1;
        // The comment's raw text keeps indentation and anything that looks like a tag or a link.
        const raw = text.slice(tag.tagName.end, tag.end).replace(/\*\/\s*$/, '');
        const code = raw
          .split('\n')
          .map((row) => row.replace(/^\s*\*? ?/, ''))
          .join('\n')
          .replace(/^\s*```\w*\n|```\s*$/g, '')
          .trim();
        found.set(line, { name: `${path}:${line}`, code });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found.values()];
}

/**
 * Take the ```ts blocks out of a Markdown document.
 *
 * @param {string} path that the names begin with
 * @param {string} text
 * @returns {Example[]}
 */
export function examplesOfMarkdown(path, text) {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    name: `${path}:${text.slice(0, match.index).split('\n').length}`,
    code: (match[1] ?? '').trim(),
  }));
}

/**
 * Read a value written as a literal: numbers, strings, arrays, objects, true, false, null, undefined, NaN, ±Infinity.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isLiteral(text) {
  const source = ts.createSourceFile('literal.ts', `(${text})`, ts.ScriptTarget.ES2022, true);
  const [statement, ...more] = source.statements;
  // @ts-expect-error the parser keeps its errors in a member that its types leave out
  const errors = source.parseDiagnostics.length;
  if (errors > 0 || more.length > 0 || statement === undefined || !ts.isExpressionStatement(statement))
    return false;
  /** @param {ts.Node} node @returns {boolean} */
  const isValue = (node) => {
    if (ts.isParenthesizedExpression(node)) return isValue(node.expression);
    if (ts.isPrefixUnaryExpression(node)) return isValue(node.operand);
    if (ts.isArrayLiteralExpression(node)) return node.elements.every(isValue);
    if (ts.isObjectLiteralExpression(node)) {
      return node.properties.every(
        (property) => ts.isPropertyAssignment(property) && isValue(property.initializer),
      );
    }
    if (ts.isIdentifier(node)) return ['undefined', 'NaN', 'Infinity'].includes(node.text);
    return (
      ts.isNumericLiteral(node) ||
      ts.isStringLiteralLike(node) ||
      [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind)
    );
  };
  return isValue(statement.expression);
}

/**
 * Give the remark that follows a statement on its line.
 *
 * @param {ts.SourceFile} source
 * @param {ts.Statement} statement
 */
function remarkOf(source, statement) {
  const [range] = ts.getTrailingCommentRanges(source.text, statement.end) ?? [];
  if (range === undefined) return undefined;
  const remark = source.text.slice(range.pos + 2, range.end).trim();
  // A typed array may be written with its name before its numbers, as Node prints it.
  return remark.replace(/^(?:Big)?(?:Float|Int|Uint)\d+(?:Clamped)?Array(?:\(\d+\))? (?=\[)/, '');
}

/**
 * Turn an example into a module: `expression; // value`, `const x = …; // value` and `console.log(x); // value` become
 * checks where the remark is a literal, `// throws Name` where it says so; console.log prints nothing.
 *
 * @param {string} code
 * @param {string} checksFrom the module that exports checkValue and checkThrows
 * @returns {{ code: string, checks: number }}
 */
export function instrument(code, checksFrom) {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  const lines = [
    `import { checkThrows as checkThrows$, checkValue as checkValue$ } from '${checksFrom}';`,
    'const console = { log: (..._values: unknown[]): void => undefined };',
    'void console; void checkThrows$; void checkValue$;',
  ];
  let checks = 0;
  for (const statement of source.statements) {
    const text = statement.getText(source);
    const remark = remarkOf(source, statement);
    const thrown = remark === undefined ? undefined : /^throws (\w+)/.exec(remark)?.[1];
    if (thrown !== undefined) {
      lines.push(`await checkThrows$(async () => { ${text} }, '${thrown}');`);
      checks += 1;
      continue;
    }
    const expects = remark !== undefined && isLiteral(remark);
    const written = JSON.stringify(remark);
    if (ts.isExpressionStatement(statement) && expects) {
      const call = statement.expression;
      const isLog = ts.isCallExpression(call) && call.expression.getText(source) === 'console.log';
      const value = isLog ? (call.arguments[0]?.getText(source) ?? 'undefined') : call.getText(source);
      lines.push(`checkValue$(${value}, (${remark}), ${written});`);
      checks += 1;
      continue;
    }
    lines.push(text);
    if (!expects || !ts.isVariableStatement(statement)) continue;
    const name = statement.declarationList.declarations.at(-1)?.name;
    if (name === undefined || !ts.isIdentifier(name)) continue;
    lines.push(`checkValue$(${name.text}, (${remark}), ${written});`);
    checks += 1;
  }
  return { code: `${lines.join('\n')}\nexport {};\n`, checks };
}
