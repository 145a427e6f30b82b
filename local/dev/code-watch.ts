import * as fs from 'node:fs';
import * as path from 'node:path';
import { BuildContext, context } from 'esbuild';
import { buildOptions, lambdaBuild, LAMBDAS, PROCESSOR_BUILD, RuntimeBuild } from '../../projenrc/runtime-builds';

/** A bundle that was built again. */
export interface Rebuilt {
  readonly name: string;
  /** Folder that holds the new files. */
  readonly directory: string;
  /** The `index.js` that they replace. */
  readonly was: Buffer;
}

/** The bundles of functions and worker, each with its own incremental build: a change rebuilds those that it belongs to. */
export class CodeWatch {
  /** @param assets the folder of the bundles, whose files are those that run now */
  static async open(repository: string, assets: string): Promise<CodeWatch> {
    const builds = await Promise.all([...LAMBDAS.map(lambdaBuild), PROCESSOR_BUILD].map(async build => {
      const directory = path.join(assets, build.name);
      const incremental = await context({ ...buildOptions(build, directory), logLevel: 'silent', absWorkingDir: repository, write: false });
      return { build, directory, incremental, inputs: new Set<string>() };
    }));
    const watch = new CodeWatch(builds);
    // Warms the caches, and says which sources belong to which bundle.
    await Promise.all(builds.map(each => watch.rebuild(each)));
    return watch;
  }

  private constructor(private readonly bundles: readonly Bundle[]) {}

  /**
   * @param files that changed, relative to the repository
   * @throws when a build fails, in esbuild's words; its bundle is left as it was
   */
  async changed(files: readonly string[]): Promise<Rebuilt[]> {
    const affected = this.bundles.filter(({ inputs }) => files.some(file => inputs.has(file)));
    return (await Promise.all(affected.map(each => this.rebuild(each)))).filter(rebuilt => rebuilt !== undefined);
  }

  async close(): Promise<void> {
    await Promise.all(this.bundles.map(({ incremental }) => incremental.dispose()));
  }

  private async rebuild(bundle: Bundle): Promise<Rebuilt | undefined> {
    const { build, directory, incremental } = bundle;
    const result = await incremental.rebuild();
    bundle.inputs = new Set(Object.keys(result.metafile!.inputs));
    const files = result.outputFiles!.map(({ path: file, contents }) => ({ file, contents: Buffer.from(contents) }));
    const was = fs.readFileSync(path.join(directory, 'index.js'));
    if (files.every(({ file, contents }) => fs.existsSync(file) && fs.readFileSync(file).equals(contents))) return undefined;
    files.forEach(({ file, contents }) => fs.writeFileSync(file, contents));
    return { name: build.name, directory, was };
  }
}

interface Bundle {
  readonly build: RuntimeBuild;
  readonly directory: string;
  readonly incremental: BuildContext;
  inputs: Set<string>;
}
