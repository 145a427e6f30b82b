import * as path from 'node:path';
import { buildSync } from 'esbuild';

/** Compiles the bootstrap once, so that a function's process runs plain Node and nothing of ours but this file. */
export function bundleBootstrap(directory: string): string {
  const outfile = path.join(directory, 'lambda-bootstrap.cjs');
  // The synchronous call keeps no service process behind.
  buildSync({
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
