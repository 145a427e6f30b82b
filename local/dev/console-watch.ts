import * as path from 'node:path';
import type { Rolldown } from 'vite' with { 'resolution-mode': 'import' };

/** Builds the console again with each change of its sources. */
export class ConsoleWatch {
  /**
   * @param site folder for what is built
   * Resolves after the first build, which is not told of: from then on no change is missed.
   *
   * @param onBuilt is called after each further build, with the reason when it failed
   */
  static async open(repository: string, site: string, onBuilt: (failure?: string) => void): Promise<ConsoleWatch> {
    const { build } = await import('vite');
    const watcher = await build({
      configFile: path.join(repository, 'src/runtime/console/vite.config.mts'),
      logLevel: 'silent',
      // A minifier costs seconds and nobody here waits for the network.
      build: { outDir: site, emptyOutDir: true, minify: false, watch: {} },
    }) as Rolldown.RolldownWatcher;
    await new Promise<void>(resolve => {
      let first = true;
      watcher.on('event', event => {
        if (event.code === 'ERROR') onBuilt(event.error.message);
        if (event.code === 'END' && !first) onBuilt();
        if (event.code !== 'ERROR' && event.code !== 'END') return;
        first = false;
        resolve();
      });
    });
    return new ConsoleWatch(watcher);
  }

  private constructor(private readonly watcher: Rolldown.RolldownWatcher) {}

  close(): Promise<void> {
    return this.watcher.close();
  }
}
