import { MAX_SIGNATURE_SECONDS, KEYRING_CACHE_SECONDS, SIGNING_PROPAGATION_SECONDS, SIGNING_RETIREMENT_SECONDS } from '../../../src/runtime/contract';
import { activeKey, Keyring, KeyStatus } from '../../../src/runtime/domain/signing/keyring';
import { EdgeKeys } from '../../../src/runtime/ports/edge-keys';
import { SigningVault } from '../../../src/runtime/ports/signing-vault';
import { Rotation } from '../../../src/runtime/signing/rotate';

const HOUR = 3600;
const ROTATION = 30 * 24 * HOUR;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };

/** The same numbers on every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Time, a vault and CloudFront, whose edges learn of a change up to two hours after it. Any call may fail, before or after its effect. */
class World {
  now = 1_000_000;
  keyring?: Keyring;
  failures = 0;
  /** Names of calls that fail from now on, whatever the rate. */
  readonly broken = new Set<string>();
  /** What was published since when, the latest last. */
  private readonly history: Array<{ readonly at: number; readonly group: readonly string[]; readonly tokens: readonly string[] }> = [];
  private group?: string[];
  private tokens: string[] = [];
  private readonly publicKeys = new Set<string>();
  private created = 0;

  readonly rotation = new Rotation({
    vault: this.vault(),
    edge: this.edge(),
    logger: SILENT,
    now: () => this.now,
    policy: { rotationSeconds: ROTATION, propagationSeconds: SIGNING_PROPAGATION_SECONDS, retirementSeconds: SIGNING_RETIREMENT_SECONDS },
    createKeys: async () => {
      const id = `k${++this.created}`;
      return { id, publicKey: `public ${id}`, privateKey: `private ${id}`, tokenKey: `token ${id}` };
    },
  });

  constructor(private readonly random: () => number, private readonly failureRate: number) {}

  /** What an edge checks with that heard of changes this much later. */
  knownTo(lag: number): { readonly group: readonly string[]; readonly tokens: readonly string[] } {
    return [...this.history].reverse().find(({ at }) => at <= this.now - lag) ?? this.history[0];
  }

  get published(): number {
    return Math.max(this.group?.length ?? 0, this.tokens.length);
  }

  get orphans(): string[] {
    return [...this.publicKeys].filter(id => !this.group?.includes(id));
  }

  private async failing<T>(effect: () => T, name = ''): Promise<T> {
    if (this.broken.has(name)) throw new Error(`${name} failed`);
    if (this.random() < this.failureRate) {
      this.failures++;
      if (this.random() < 0.5) effect();
      throw new Error('a call failed');
    }
    return effect();
  }

  private vault(): SigningVault {
    return {
      read: () => this.failing(() => this.keyring),
      write: keyring => this.failing(() => {
        this.keyring = keyring;
      }, 'write'),
    };
  }

  private edge(): EdgeKeys {
    const record = () => this.history.push({ at: this.now, group: [...this.group ?? []], tokens: [...this.tokens] });
    const set = (ids: readonly string[]) => {
      this.group = [...ids];
      record();
    };
    return {
      publish: id => this.failing(() => {
        this.publicKeys.add(`K-${id}`);
        return `K-${id}`;
      }),
      createGroup: ids => this.failing(() => {
        set(ids);
        return 'group';
      }),
      groupHolds: (_, ids) => this.failing(() => this.group?.join() === ids.join()),
      setGroup: async (_, ids) => {
        if (this.group?.join() !== ids.join()) await this.failing(() => set(ids), 'setGroup');
      },
      setTokenKeys: keys => this.failing(() => {
        this.tokens = Object.keys(keys);
        record();
      }),
      removeOthers: ids => this.failing(() => {
        for (const id of this.publicKeys) {
          if (this.group?.includes(id) && !ids.includes(id)) throw new Error('PublicKeyInUse');
          if (!ids.includes(id)) this.publicKeys.delete(id);
        }
      }),
      removeAll: () => this.failing(() => set([])),
    };
  }
}

interface Signature {
  readonly publicKeyId: string;
  readonly keyId: string;
  readonly until: number;
}

/** An instance of the API: its copy of the keys is up to five minutes old. */
class Signer {
  private copy?: { readonly ring: Keyring; readonly at: number };

  sign(world: World, lifetime: number): Signature {
    if (!this.copy || world.now - this.copy.at >= KEYRING_CACHE_SECONDS) this.copy = { ring: world.keyring!, at: world.now };
    const { id, publicKeyId } = activeKey(this.copy.ring)!;
    return { keyId: id, publicKeyId, until: world.now + lifetime };
  }
}

/** Half a year of a platform that starts, is played and rotates; returns what went wrong for its viewers. */
async function live(
  seed: number, failureRate: number,
): Promise<{ world: World; refused: string[]; keysUsed: Set<string>; mostPublished: number }> {
  const random = randomFrom(seed);
  const world = new World(random, failureRate);
  while (!await world.rotation.advance().then(() => true, () => false)) world.now += 60;
  // The distribution is deployed after the first keys, and brings them to every edge.
  world.now += SIGNING_PROPAGATION_SECONDS;

  const signers = [new Signer(), new Signer(), new Signer()];
  let viewers: Signature[] = [];
  const refused: string[] = [];
  const keysUsed = new Set<string>();
  let mostPublished = 0;
  let nextRun = world.now;
  for (const end = world.now + 180 * 24 * HOUR; world.now < end; world.now += 60 + Math.floor(random() * 50 * 60)) {
    if (world.now >= nextRun) {
      // Lambda repeats a run that failed after one minute, and again after two; then it waits for the schedule.
      for (const wait of [60, 120, 0]) {
        if (await world.rotation.advance().then(() => true, () => false)) break;
        world.now += wait;
      }
      nextRun = world.now + 12 * HOUR;
    }
    mostPublished = Math.max(mostPublished, world.published);
    viewers = viewers.filter(viewer => viewer.until > world.now);
    viewers.push(signers[Math.floor(random() * signers.length)].sign(world, random() < 0.5 ? HOUR : MAX_SIGNATURE_SECONDS));
    for (const viewer of viewers) {
      keysUsed.add(viewer.keyId);
      const edge = world.knownTo(random() * SIGNING_PROPAGATION_SECONDS);
      if (!edge.group.includes(viewer.publicKeyId) || !edge.tokens.includes(viewer.keyId)) {
        refused.push(`${viewer.keyId} at ${world.now}, keys ${JSON.stringify(world.keyring!.keys.map(key => [key.id, key.status, key.since]))}`);
      }
    }
  }
  return { world, refused, keysUsed, mostPublished };
}

describe('rotation of the signing keys', () => {
  it('refuses no viewer in half a year, and rotates every month', async () => {
    const { refused, keysUsed, mostPublished, world } = await live(1, 0);
    expect(refused).toEqual([]);
    expect(keysUsed.size).toBe(6);
    expect(mostPublished).toBe(2);
    expect(world.orphans).toEqual([]);
  });

  it.each(Array.from({ length: 40 }, (_, index) => index + 1))('refuses no viewer though calls fail or their answers are lost (seed %i)', async seed => {
    const { refused, keysUsed, world } = await live(seed, 0.15);
    expect(world.failures).toBeGreaterThan(100);
    expect(refused).toEqual([]);
    expect(keysUsed.size).toBeGreaterThanOrEqual(5);
  });

  it('completes what a run before left undone, and leaves no key behind', async () => {
    const { world } = await live(7, 0.3);
    (world as unknown as { failureRate: number }).failureRate = 0;
    await world.rotation.advance();
    expect(world.orphans).toEqual([]);
    expect(world.keyring!.keys.length).toBeLessThanOrEqual(2);
  });

  it('never signs with a key that CloudFront has only now been told, however long the vault has had it', async () => {
    const world = new World(randomFrom(1), 0);
    world.broken.add('setGroup');
    await expect(world.rotation.advance()).rejects.toThrow('setGroup failed');
    world.now += 31 * 24 * HOUR;
    world.broken.clear();
    // CloudFront is told, but the run ends before it can note that down; Lambda repeats it a minute later.
    world.broken.add('write');
    await world.rotation.advance().catch(() => undefined);
    world.broken.clear();
    world.now += 60;
    await world.rotation.advance();
    expect(activeKey(world.keyring!)!.id).toBe('k1');
    world.now += SIGNING_PROPAGATION_SECONDS;
    await world.rotation.advance();
    expect(activeKey(world.keyring!)!.id).toBe('k2');
  });

  it('rotates at once when asked, not before every edge knows the next key', async () => {
    const world = new World(randomFrom(1), 0);
    await world.rotation.advance();
    await expect(world.rotation.rotateNow()).rejects.toThrow(/no key that every edge knows yet \(keys: k2 PENDING, k1 ACTIVE\)/);
    world.now += SIGNING_PROPAGATION_SECONDS;
    expect(activeKey(await world.rotation.rotateNow())!.id).toBe('k2');
    expect(world.keyring!.keys.map(key => key.status)).toEqual([KeyStatus.ACTIVE, KeyStatus.RETIRING]);
  });

  it('honours nothing of before after a revocation, whatever state it comes in', async () => {
    for (const hours of [0, 3, 31 * 24, 32 * 24, 40 * 24]) {
      const world = new World(randomFrom(1), 0);
      await world.rotation.advance();
      world.now += 31 * 24 * HOUR;
      await world.rotation.advance();
      world.now += hours * HOUR;
      const before = world.keyring!.keys.filter(key => key.status !== KeyStatus.PENDING).map(key => key.publicKeyId);
      const after = await world.rotation.revoke();
      expect(after.keys.map(key => key.status)).toEqual([KeyStatus.PENDING, KeyStatus.ACTIVE]);
      expect(world.knownTo(0).group.filter(id => before.includes(id))).toEqual([]);
    }
  });
});
