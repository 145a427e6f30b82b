import * as fs from 'node:fs';
import * as path from 'node:path';
import { CodeWatch } from './code-watch';
import { Synthesizer } from './synthesizer';
import { bundleRuntime } from '../demo/bundle';
import { LocalPlatform } from '../platform';

export interface LivePlatformOptions {
  readonly repository: string;
  readonly example: string;
  readonly stateDir: string;
  readonly ports: readonly number[];
  readonly say: (text: string) => void;
}

/** Shared by templates that differ in nothing but the code that they name. */
const ASSET_HASH = /[0-9a-f]{64}/g;

/** A platform whose parts are replaced while it runs. */
export class LivePlatform {
  static async start(options: LivePlatformOptions): Promise<LivePlatform> {
    const { repository, example, stateDir } = options;
    // Folders of their own: files in them are replaced, which another command must never take for what was synthesized.
    fs.rmSync(path.join(stateDir, 'dev'), { recursive: true, force: true });
    const live = new LivePlatform(options, new Synthesizer(repository, example));
    await live.synthesizer.synthesize(live.assembly);
    live.platform = await LocalPlatform.start({ assemblyDir: live.assembly, stateDir, ports: options.ports });
    live.code = await CodeWatch.open(repository, path.join(repository, 'assets/runtime'));
    return live;
  }

  platform!: LocalPlatform;
  private code!: CodeWatch;
  private syntheses = 0;

  private constructor(private readonly options: LivePlatformOptions, private readonly synthesizer: Synthesizer) {}

  /** @throws with the reason when a build or a synthesis fails; what ran goes on */
  async take(files: readonly string[], since: number): Promise<void> {
    const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
    const rebundle = files.some(file => /^src\/runtime\/(edge|images)\//.test(file));
    if (rebundle) bundleRuntime(this.options.repository);
    for (const { name, directory, was } of await this.code.changed(files)) {
      if (await this.platform.replaceCode(directory, was)) this.options.say(`${name} is live after ${seconds()}`);
    }
    const infrastructure = files.some(file => /^(src\/(constructs|stacks|runtime\/contract)\/|src\/index\.ts|examples\/)/.test(file));
    if (!rebundle && !infrastructure) return;
    if (await this.resynthesize()) this.options.say(`The template is live after ${seconds()}`);
    else this.options.say(`The template is the same (${seconds()})`);
  }

  async republishConsole(site: string): Promise<void> {
    await this.platform.republishConsole(site);
  }

  async close(hurry: boolean): Promise<void> {
    this.synthesizer.close();
    await this.code.close();
    await this.platform.close(hurry);
  }

  private get assembly(): string {
    return path.join(this.options.stateDir, 'dev', `cdk.out.${this.syntheses}`);
  }

  /** @returns false when nothing but code differs, which runs already */
  private async resynthesize(): Promise<boolean> {
    const before = this.assembly;
    this.syntheses += 1;
    await this.synthesizer.synthesize(this.assembly);
    if (templatesOf(this.assembly) === templatesOf(before)) return false;
    const { port } = new URL(this.platform.endpoints.api);
    const start = (assemblyDir: string) => LocalPlatform.start({ assemblyDir, stateDir: this.options.stateDir, ports: [Number(port)] });
    await this.platform.close(true);
    try {
      this.platform = await start(this.assembly);
    } catch (error) {
      this.platform = await start(before);
      throw error;
    }
    return true;
  }
}

function templatesOf(assembly: string): string {
  const names = (fs.readdirSync(assembly, { recursive: true }) as string[]).filter(name => name.endsWith('.template.json')).sort();
  return names.map(name => fs.readFileSync(path.join(assembly, name), 'utf8').replace(ASSET_HASH, '')).join('\n');
}
