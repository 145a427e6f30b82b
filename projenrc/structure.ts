/**
 * Prints the structure of the code: lines and files per folder, imports between folders, circles. Run by `npm run structure`.
 *
 * A room is a folder two levels below the root (`src/constructs`, `local/aws`); below `src/runtime` it is three.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import madge from 'madge';

const ROOT = path.resolve(__dirname, '..');
const TREES = ['src', 'local', 'test', 'bench', 'projenrc'];

function sourceFiles(tree: string): string[] {
  return execFileSync('git', ['ls-files', tree], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter(file => /\.tsx?$/.test(file) && fs.existsSync(path.join(ROOT, file)));
}

function linesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1, 0);
}

/** The folder that a file is counted under. */
function roomOf(file: string): string {
  const folders = path.dirname(file).split(path.sep);
  return folders.slice(0, file.startsWith('src/') ? 3 : 2).join('/');
}

async function main(): Promise<void> {
  console.log('lines   files  folder');
  for (const tree of TREES) {
    const files = sourceFiles(tree);
    row(linesOf(files), files.length, tree);
    if (tree !== 'src' && tree !== 'local') continue;
    for (const room of [...new Set(files.map(roomOf))].sort()) {
      const inRoom = files.filter(file => roomOf(file) === room);
      row(linesOf(inRoom), inRoom.length, `  ${room}`);
    }
  }
  const graph = await madge([path.join(ROOT, 'src'), path.join(ROOT, 'local')], {
    baseDir: ROOT,
    fileExtensions: ['ts', 'tsx'],
    tsConfig: path.join(ROOT, 'tsconfig.dev.json'),
    detectiveOptions: { ts: { skipTypeImports: false } },
  });
  const imports = Object.entries(graph.obj()).flatMap(([from, targets]) => targets.map(to => [roomOf(from), roomOf(to)]));
  const arrows = new Set(imports.filter(([from, to]) => from !== to).map(([from, to]) => `${from} -> ${to}`));
  console.log(`\n${imports.length} imports, ${arrows.size} arrows between folders, ${graph.circular().length} circles`);
  for (const arrow of [...arrows].sort()) console.log(`  ${arrow}`);
  for (const circle of graph.circular()) console.log(`  circle: ${circle.join(' -> ')}`);
  if (graph.circular().length > 0) process.exitCode = 1;
}

function row(lines: number, files: number, name: string): void {
  console.log(`${String(lines).padStart(6)}  ${String(files).padStart(5)}  ${name}`);
}

main().catch(error => {
  console.error(`structure: ${(error as Error).message}`);
  process.exitCode = 1;
});
