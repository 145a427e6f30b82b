import * as fs from 'node:fs';
import * as path from 'node:path';

/** Editors write a file in several steps. */
const QUIET_MS = 60;
const SOURCE = /\.(tsx?|css|html|svg|json|sh)$|Dockerfile$/;

/**
 * Tells of changed files below some folders, several at once, one call after the other. Each folder is watched by itself: Node's recursive
 * watch follows files, and loses one that an editor replaces.
 */
export class SourceWatch {
  private readonly watchers = new Map<string, fs.FSWatcher>();
  private readonly changed = new Set<string>();
  private timer?: NodeJS.Timeout;
  private since?: number;
  private work: Promise<void> = Promise.resolve();

  /** @param onChange takes paths relative to the root, and when the first of them changed */
  constructor(
    private readonly root: string, folders: readonly string[],
    private readonly onChange: (files: readonly string[], since: number) => Promise<void>,
  ) {
    folders.forEach(folder => this.watch(folder));
  }

  close(): void {
    clearTimeout(this.timer);
    this.watchers.forEach(watcher => watcher.close());
  }

  private watch(folder: string): void {
    if (this.watchers.has(folder)) return;
    const watcher = fs.watch(path.join(this.root, folder), (_, name) => { if (name !== null) this.note(folder, name); });
    watcher.on('error', () => this.forget(folder));
    this.watchers.set(folder, watcher);
    for (const entry of fs.readdirSync(path.join(this.root, folder), { withFileTypes: true })) {
      if (entry.isDirectory() && entry.name !== 'cdk.out') this.watch(path.posix.join(folder, entry.name));
    }
  }

  private forget(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }

  private note(folder: string, name: string): void {
    const file = path.posix.join(folder, name);
    const stats = fs.statSync(path.join(this.root, file), { throwIfNoEntry: false });
    if (!stats) this.forget(file);
    else if (stats.isDirectory() && name !== 'cdk.out') this.watch(file);
    if (!SOURCE.test(name)) return;
    this.since ??= performance.now();
    this.changed.add(file);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), QUIET_MS);
  }

  private tell(): void {
    const files = [...this.changed];
    const since = this.since!;
    this.changed.clear();
    this.since = undefined;
    this.work = this.work.then(() => this.onChange(files, since));
  }
}
