import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { documents, ROOT } from './documents';

interface CodeBlock {
  /** `README.md:12`, as a failing test should name it. */
  readonly origin: string;
  readonly code: string;
}

/** Every ```ts block of every page that a reader may copy from. */
function codeBlocks(): CodeBlock[] {
  return documents().flatMap(file => {
    const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
    return [...text.matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```/gm)].map(match => ({
      origin: `${file}:${text.slice(0, match.index).split('\n').length}`,
      code: match[1],
    }));
  });
}

/** Compiles the blocks as modules of the repository would be, where `cdk-video-platform` is `src`. */
function compile(blocks: readonly CodeBlock[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(ROOT, 'tsconfig.dev.json'), {}, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: diagnostic => { throw new Error(String(diagnostic.messageText)); },
  })!;
  const sources = new Map(blocks.map((block, index) => [path.join(ROOT, 'test', 'docs', `block-${index}.ts`), block]));
  const options: ts.CompilerOptions = { ...config.options, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = name => sources.has(path.normalize(name)) || fileExists(name);
  host.getSourceFile = (name, version) => {
    const block = sources.get(path.normalize(name));
    return block ? ts.createSourceFile(name, `${PREAMBLE}${block.code}`, version) : getSourceFile(name, version);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources].flatMap(([file, block]) => {
    const source = program.getSourceFile(file)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .map(diagnostic => `${block.origin}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`);
  });
}

/** What a fragment may take as given: the scope it stands in, and the topic that a user brings. */
const PREAMBLE = 'export {}; declare const app: import(\'aws-cdk-lib\').App; declare const stack: import(\'aws-cdk-lib\').Stack; '
  + 'declare const onCallTopic: import(\'aws-cdk-lib/aws-sns\').ITopic;\n';

test('every TypeScript block in the documents compiles', () => {
  const blocks = codeBlocks();
  expect(blocks.length).toBeGreaterThan(0);
  expect(compile(blocks)).toEqual([]);
}, 120_000);

test('a block that does not compile is found', () => {
  expect(compile([{ origin: 'page.md:1', code: 'const bucket: number = \'not a number\';' }])).toEqual([expect.stringContaining('page.md:1')]);
}, 120_000);
