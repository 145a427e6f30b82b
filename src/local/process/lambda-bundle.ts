import * as path from 'node:path';
import { build } from 'esbuild';

/** Compiles the bootstrap once, so that a function's process runs plain Node and nothing of ours but this file. */
export async function bundleBootstrap(directory: string): Promise<string> {
  const outfile = path.join(directory, 'lambda-bootstrap.cjs');
  await build({
    entryPoints: [path.join(__dirname, 'lambda-bootstrap.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  return outfile;
}
