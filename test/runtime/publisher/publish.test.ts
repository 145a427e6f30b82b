import { LEDGER_KEY, Publish } from '../../../src/runtime/publisher/publish';
import { describe as describeFile, SiteFile } from '../../../src/runtime/publisher/site';

class MemoryStore {
  readonly files = new Map<string, { readonly text: string; readonly cacheControl: string }>();
  readonly order: string[] = [];

  async put({ key, body, cacheControl }: SiteFile) {
    this.files.set(key, { text: String(body), cacheControl });
    this.order.push(key);
  }

  async read(key: string) { return this.files.get(key)?.text; }
  async list(prefix: string) { return [...this.files.keys()].filter(key => key.startsWith(prefix)); }
  async remove(keys: readonly string[]) { keys.forEach(key => this.files.delete(key)); }
  async empty() { this.files.clear(); }
}

const nothing = () => undefined;
const quiet: object = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => quiet };
const build = (hash: string) => [`assets/app-${hash}.js`, 'index.html', 'favicon.svg'].map(key => describeFile(key, hash));

describe('publishing the console', () => {
  const store = new MemoryStore();
  let now = new Date('2026-11-01T00:00:00Z');
  const publisher = new Publish({ store, logger: quiet as never, now: () => now, keepDays: 30 });
  const publish = (hash: string) => publisher.run(build(hash), { clientId: hash });

  it('puts hashed files first and the page last, so that no page names a file that is not there', async () => {
    await publish('one');
    expect(store.order.filter(key => key !== LEDGER_KEY)).toEqual(['assets/app-one.js', 'favicon.svg', 'config.json', 'index.html']);
  });

  it('lets browsers keep hashed files for a year, and ask again for everything else', () => {
    expect(store.files.get('assets/app-one.js')!.cacheControl).toBe('public, max-age=31536000, immutable');
    expect(['index.html', 'config.json'].map(key => store.files.get(key)!.cacheControl)).toEqual(['no-cache', 'no-cache']);
  });

  it('keeps files of the build before for 30 days from when it was replaced, however old they are', async () => {
    now = new Date('2027-03-01T00:00:00Z');
    await publish('two');
    now = new Date('2027-03-30T00:00:00Z');
    await publish('three');
    expect(await store.list('assets/')).toEqual(['assets/app-one.js', 'assets/app-two.js', 'assets/app-three.js']);
    now = new Date('2027-04-01T00:00:00Z');
    await publish('three');
    expect(await store.list('assets/')).toEqual(['assets/app-two.js', 'assets/app-three.js']);
  });

  it('brings a file back to life that a rollback needs again', async () => {
    await publish('two');
    now = new Date('2027-06-01T00:00:00Z');
    await publish('two');
    expect(await store.list('assets/')).toEqual(['assets/app-two.js']);
    expect(JSON.parse(store.files.get(LEDGER_KEY)!.text)).toEqual({});
  });
});
