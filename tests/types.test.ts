import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from '../scripts/platform.mjs';

const file = `${root}tests/types/options.ts`;
const source = readFileSync(file, 'utf8');

/** What the compiler says about each line of the file where no error is expected. */
function messages(): Map<number, string> {
  const config = ts.readConfigFile(`${root}tsconfig.tests.json`, ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  host.readFile = (name) =>
    name === file ? source.replaceAll('@ts-expect-error', 'wrong:') : readFile.call(host, name);
  const program = ts.createProgram([file], options, host);
  const own = program.getSourceFile(file);
  return new Map(
    program
      .getSemanticDiagnostics(own)
      .map(({ start = 0, messageText }) => [
        source.replaceAll('@ts-expect-error', 'wrong:').slice(0, start).split('\n').length,
        ts.flattenDiagnosticMessageText(messageText, '\n'),
      ]),
  );
}

test('messages about wrong options name the option and, in a word, the type that it is missing from', () => {
  const found = messages();
  const lines = source.split('\n');
  const expected = lines.flatMap((line, i) => {
    const what = /@ts-expect-error (.*)$/.exec(line)?.[1];
    return what === undefined ? [] : [[i + 2, what] as const];
  });
  expect(expected.length).toBeGreaterThan(40);
  expect(found.size).toBe(expected.length);
  for (const [line, what] of expected) {
    const message = found.get(line);
    expect(message, lines[line - 1]).toBeDefined();
    const [quoted] = /^'\w+' does not exist in type '\w+'/.exec(what) ?? [];
    if (quoted !== undefined) expect(message).toContain(quoted);
    expect(message).not.toMatch(/Written<|Fields<|OptionsOf</);
  }
}, 60_000);
