import * as path from 'node:path';
import type { BuildOptions } from 'esbuild';

const ROOT = path.resolve(__dirname, '..');

/** One bundle of the runtime. */
export interface RuntimeBuild {
  /** Folder below `assets/runtime/`. */
  readonly name: string;
  /** Sources below `src/runtime/` by the name of their output. */
  readonly entries: Readonly<Record<string, string>>;
  readonly options: BuildOptions;
}

const LAMBDA: BuildOptions = { target: 'node24' };
/** For developers' Node too, which runs it in the local platform; sharp is native and installed by the image for its own architecture. */
const CONTAINER: BuildOptions = { target: 'node20', external: ['sharp'] };

/** Handlers that run in Lambda; each becomes `assets/runtime/<name>/index.js`. */
export const LAMBDAS = ['uploader', 'analytics', 'scaler', 'signing', 'publisher'];

export function lambdaBuild(name: string): RuntimeBuild {
  return { name, entries: { index: `${name}/handler.ts` }, options: LAMBDA };
}

export const PROCESSOR_BUILD: RuntimeBuild = { name: 'processor', entries: { index: 'worker/main.ts', images: 'worker/images.ts' }, options: CONTAINER };

/** For esbuild. */
export function buildOptions({ entries, options }: RuntimeBuild, outdir: string): BuildOptions & { metafile: true } {
  return {
    entryPoints: Object.entries(entries).map(([out, source]) => ({ out, in: path.join(ROOT, 'src', 'runtime', source) })),
    outdir,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    format: 'cjs',
    // The ES module build of the SDK is tree-shaken; the CommonJS one is half as big again.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    metafile: true,
  };
}
