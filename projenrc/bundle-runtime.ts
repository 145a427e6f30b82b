/**
 * Bundles the runtime into `assets/runtime/<name>/`. Run by `npx projen bundle`; the arguments name the Lambda handlers.
 *
 * A bundle must never contain aws-cdk-lib (it would be megabytes of synth-time code inside a function), so the build
 * fails when one does.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { build, transform } from 'esbuild';
import { bundleConsole } from './bundle-console';
import { thirdPartyNotices } from './bundle-licenses';
import { buildOptions, lambdaBuild, PROCESSOR_BUILD, RuntimeBuild } from './runtime-builds';

const ROOT = path.resolve(__dirname, '..');
const ASSETS = path.join(ROOT, 'assets');
/** Built aside and moved into place at the end, so that a failed build leaves the last good one. */
const NEXT = path.join(ROOT, 'assets.next');
const OUT = path.join(NEXT, 'runtime');
/** Beside the bundles, not in them: a licence text in a function only makes its cold start longer. */
const LICENSES = path.join(NEXT, 'licenses');
const IMAGE_SOURCE = path.join(ROOT, 'src', 'runtime', 'images', 'processor');

async function bundle(runtimeBuild: RuntimeBuild): Promise<void> {
  const { name } = runtimeBuild;
  const result = await build(buildOptions(runtimeBuild, path.join(OUT, name)));
  const intruder = Object.keys(result.metafile.inputs).find(input => /node_modules\/(aws-cdk-lib|constructs|cdk-nag)\//.test(input));
  if (intruder) throw new Error(`${name}: a runtime bundle must not contain ${intruder}; import from src/runtime/contract instead`);
  const notices = thirdPartyNotices(Object.keys(result.metafile.inputs), ROOT);
  fs.writeFileSync(path.join(LICENSES, `${name}.txt`), notices);
}

/** The command line: one executable file, which npm links as `cdk-video-platform`. */
async function bundleCli(): Promise<void> {
  const outfile = path.join(NEXT, 'cli', 'main.js');
  const { metafile } = await build({
    entryPoints: [path.join(ROOT, 'src', 'cli', 'main.ts')],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node' },
    metafile: true,
    logLevel: 'warning',
  });
  fs.chmodSync(outfile, 0o755);
  fs.writeFileSync(path.join(LICENSES, 'cli.txt'), thirdPartyNotices(Object.keys(metafile.inputs), ROOT));
}

/** CloudFront takes at most 10 KB of source, a global `handler`, and no `export` (developer guide, "JavaScript runtime 2.0"). */
const EDGE_BYTES = 10_240;

/** CloudFront Functions: types stripped, comments too, otherwise as written, since they are read in the console. */
async function edgeFunctions(): Promise<void> {
  const source = path.join(ROOT, 'src', 'runtime', 'edge');
  fs.mkdirSync(path.join(OUT, 'edge'), { recursive: true });
  for (const file of fs.readdirSync(source).filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))) {
    const { code } = await transform(fs.readFileSync(path.join(source, file), 'utf8'), { loader: 'ts', target: 'es2020', legalComments: 'none' });
    const script = code.replace(/^export (?=(async )?function handler\()/m, '').replace(/^export \{\};?\n/m, '');
    if (/^export /m.test(script)) throw new Error(`edge/${file} exports more than its handler`);
    if (Buffer.byteLength(script) > EDGE_BYTES) throw new Error(`edge/${file} is larger than the ${EDGE_BYTES} bytes that CloudFront takes`);
    fs.writeFileSync(path.join(OUT, 'edge', file.replace(/ts$/, 'js')), script);
  }
}

async function main(lambdas: string[]): Promise<void> {
  fs.rmSync(NEXT, { recursive: true, force: true });
  fs.mkdirSync(LICENSES, { recursive: true });
  for (const name of lambdas) await bundle(lambdaBuild(name));
  await bundle(PROCESSOR_BUILD);
  await edgeFunctions();
  await bundleCli();
  await bundleConsole(path.join(OUT, 'publisher', 'site'), path.join(LICENSES, 'console.txt'));
  fs.cpSync(IMAGE_SOURCE, path.join(OUT, 'processor'), { recursive: true });
  fs.rmSync(ASSETS, { recursive: true, force: true });
  fs.renameSync(NEXT, ASSETS);
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`bundle: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
