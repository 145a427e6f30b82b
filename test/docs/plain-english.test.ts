import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { documents, ROOT } from './documents';

/** Words that the glossary retired, and what to write instead. Look-arounds name the uses that are right. */
const RETIRED: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bfor ever\b/i, 'forever, or without end'],
  [/\bwhoever\b/i, 'say who'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/(?<!groups? of |in[ -])\bpictures?\b(?![ -]in[ -]picture)/i, 'frame, or image'],
  [/\bsound\b/i, 'audio'],
  [/(?<!\b(ip|ipv4|loopback|email|e-mail|cdk) |-)\baddress(es)?\b(?! space|\()/i, 'URL, or say which address'],
  [/\b\d+ ((?!for|on|of|in|at|to|as|by)\w+ )?an? (second|minute|hour|day|month|file|video|rendition|task|job|core)\b/i, 'per'],
  [/\bgoes? home\b/i, 'scale in'],
];

/** Comments and texts of a source file, each with its line; code is left out, for `server.address()` is Node's word. */
function proseOf(source: string): Array<{ line: number; text: string }> {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.JSX, source);
  const prose: Array<{ line: number; text: string }> = [];
  const kinds = new Set([
    ts.SyntaxKind.SingleLineCommentTrivia, ts.SyntaxKind.MultiLineCommentTrivia, ts.SyntaxKind.StringLiteral,
    ts.SyntaxKind.NoSubstitutionTemplateLiteral, ts.SyntaxKind.TemplateHead, ts.SyntaxKind.TemplateMiddle, ts.SyntaxKind.TemplateTail,
  ]);
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kinds.has(kind)) prose.push({ line: source.slice(0, scanner.getTokenStart()).split('\n').length, text: scanner.getTokenText() });
  }
  return prose;
}

function retiredWords(file: string, prose: ReadonlyArray<{ line: number; text: string }>): string[] {
  return prose.flatMap(({ line, text }) => text.split('\n').flatMap((row, offset) => RETIRED
    .filter(([pattern]) => pattern.test(row))
    .map(([pattern, instead]) => `${file}:${line + offset}: "${pattern.exec(row)![0]}" (write: ${instead})`)));
}

function sources(): string[] {
  return execFileSync('git', ['ls-files', 'src', 'local', 'examples', 'bench', 'projenrc'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter(file => /\.tsx?$/.test(file) && fs.existsSync(path.join(ROOT, file)));
}

test('comments, logs, errors and pages use the words of the glossary', () => {
  const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
  const found = [
    ...sources().flatMap(file => retiredWords(file, proseOf(read(file)))),
    ...documents().filter(page => page !== 'docs/glossary.md').flatMap(page => retiredWords(page, [{ line: 1, text: read(page) }])),
  ];
  expect(found).toEqual([]);
});

test('a retired word is found in a comment and in a text, and not in code', () => {
  expect(retiredWords('a.ts', proseOf('// mend it\nserver.address();\nthrow new Error("no sound");'))).toEqual([
    'a.ts:1: "mend" (write: fix)', 'a.ts:3: "sound" (write: audio)',
  ]);
});
