import * as path from 'node:path';
import type { Rolldown } from 'vite' with { 'resolution-mode': 'import' };

/** Builds the console again with each change of its sources. */
export class ConsoleWatch {
  /**
   * @param site folder for what is built
   * @param onBuilt is called with the reason when a build fails; the first build is not told of
   */
  static async open(repository: string, site: string, onBuilt: (failure?: string) => void): Promise<ConsoleWatch> {
    const { build } = await import('vite');
    const watcher = await build({
      configFile: path.join(repository, 'src/runtime/console/vite.config.mts'),
      logLevel: 'silent',
      // A minifier costs seconds and nobody here waits for the network.
      build: { outDir: site, emptyOutDir: true, minify: false, watch: {} },
    }) as Rolldown.RolldownWatcher;
    let first = true;
    watcher.on('event', event => {
      if (event.code === 'ERROR') onBuilt(event.error.message);
      if (event.code !== 'END') return;
      if (!first) onBuilt();
      first = false;
    });
    return new ConsoleWatch(watcher);
  }

  private constructor(private readonly watcher: Rolldown.RolldownWatcher) {}

  close(): Promise<void> {
    return this.watcher.close();
  }
}
