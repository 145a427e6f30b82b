import { CONFIG_KEY, describe, HASHED_PREFIX, SiteFile } from './site';
import { SiteStore } from '../ports/site-store';
import { Logger } from '../ports/telemetry';

/** When files that are no part of the current build left it, by key, ISO 8601. */
type Superseded = Record<string, string>;

/** Not below a path that the distribution would show as a page; it names hashed files only. */
export const LEDGER_KEY = 'superseded.json';

export interface PublishOptions {
  readonly store: SiteStore;
  readonly logger: Logger;
  readonly now: () => Date;
  /** How long a tab that was opened before may still ask for its files. */
  readonly keepDays: number;
}

/** Puts a build into the bucket in such an order that no page ever names a file that is not there. */
export class Publish {
  constructor(private readonly options: PublishOptions) {}

  async run(files: readonly SiteFile[], config: object): Promise<void> {
    const { store, logger } = this.options;
    const hashed = files.filter(({ key }) => key.startsWith(HASHED_PREFIX));
    const pages = files.filter(({ key }) => key.endsWith('.html'));
    const others = files.filter(file => !hashed.includes(file) && !pages.includes(file));
    for (const group of [hashed, [...others, describe(CONFIG_KEY, JSON.stringify(config))], pages]) {
      await Promise.all(group.map(file => store.put(file)));
    }
    const removed = await this.sweep(new Set(hashed.map(({ key }) => key)));
    logger.info('The console was published', { files: files.length, removed });
  }

  /** Hashed files of earlier builds stay for those who have them open. */
  private async sweep(current: ReadonlySet<string>): Promise<number> {
    const { store, now, keepDays } = this.options;
    const before = await this.readLedger();
    const old = (await store.list(HASHED_PREFIX)).filter(key => !current.has(key));
    const after: Superseded = Object.fromEntries(old.map(key => [key, before[key] ?? now().toISOString()]));
    const deadline = now().getTime() - keepDays * 86_400_000;
    const expired = old.filter(key => Date.parse(after[key]) < deadline);
    if (expired.length > 0) await store.remove(expired);
    for (const key of expired) delete after[key];
    await store.put(describe(LEDGER_KEY, JSON.stringify(after)));
    return expired.length;
  }

  private async readLedger(): Promise<Superseded> {
    const text = await this.options.store.read(LEDGER_KEY);
    return text === undefined ? {} : JSON.parse(text) as Superseded;
  }
}
