/** Builds the web console with Vite; a build of the same sources is taken from the cache. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Rolldown } from 'vite' with { 'resolution-mode': 'import' };
import { thirdPartyNotices } from './bundle-licenses';

const ROOT = path.resolve(__dirname, '..');
const SOURCE = path.join(ROOT, 'src', 'runtime', 'console');
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'cdk-video-platform', 'console');
/** Everything that the result depends on. Of the rest of the runtime the console takes constants and types only. */
const INPUTS = ['src/runtime/console', 'src/runtime/contract', 'src/runtime/domain', 'package-lock.json', 'projenrc/bundle-console.ts'];
/** Of scripts before anything can be seen, gzipped, bytes: 120 kB keep a slow phone below two seconds. */
const FIRST_VIEW_BYTES = 120_000;

/**
 * Writes the site to `site` and the notices of what is in it to `notices`.
 *
 * @throws when the script of the first view is larger than its budget
 */
export async function bundleConsole(site: string, notices: string): Promise<void> {
  const cached = path.join(CACHE, hashOfInputs());
  if (!fs.existsSync(cached)) await buildInto(cached);
  fs.cpSync(path.join(cached, 'site'), site, { recursive: true });
  fs.copyFileSync(path.join(cached, 'notices.txt'), notices);
}

async function buildInto(folder: string): Promise<void> {
  const { build } = await import('vite');
  const unfinished = `${folder}.${process.pid}`;
  const result = await build({
    configFile: path.join(SOURCE, 'vite.config.mts'), logLevel: 'warn', build: { outDir: path.join(unfinished, 'site'), emptyOutDir: true },
  }) as Rolldown.RolldownOutput;
  checkBudget(result);
  fs.writeFileSync(path.join(unfinished, 'notices.txt'), thirdPartyNotices(packageFiles(result), ROOT));
  try {
    fs.renameSync(unfinished, folder);
  } catch (error) {
    // Another build of the same sources was first.
    if (!fs.existsSync(folder)) throw error;
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

function packageFiles({ output }: Rolldown.RolldownOutput): string[] {
  const modules = output.flatMap(file => file.type === 'chunk' ? file.moduleIds : file.originalFileNames.map(name => path.resolve(SOURCE, name)));
  return modules.filter(id => id.includes('/node_modules/')).map(id => path.relative(ROOT, id.split('?')[0]));
}

function checkBudget({ output }: Rolldown.RolldownOutput): void {
  const chunks = new Map(output.flatMap(file => file.type === 'chunk' ? [[file.fileName, file] as const] : []));
  const needed = new Set<string>();
  const take = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    chunks.get(name)!.imports.forEach(take);
  };
  [...chunks.values()].filter(({ isEntry }) => isEntry).forEach(({ fileName }) => take(fileName));
  const bytes = [...needed].reduce((sum, name) => sum + gzipSync(chunks.get(name)!.code, { level: 9 }).length, 0);
  if (bytes > FIRST_VIEW_BYTES) throw new Error(`console: the first view needs ${bytes} bytes of script, gzipped; ${FIRST_VIEW_BYTES} are the budget`);
}

function hashOfInputs(): string {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    for (const file of filesOf(path.join(ROOT, input))) hash.update(`${path.relative(ROOT, file)}\0`).update(fs.readFileSync(file));
  }
  return hash.digest('hex').slice(0, 32);
}

function filesOf(entry: string): string[] {
  if (fs.statSync(entry).isFile()) return [entry];
  return fs.readdirSync(entry, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
    .map(file => path.join(file.parentPath, file.name)).sort();
}
