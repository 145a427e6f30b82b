import { createKeyMaterial, KeyMaterial } from './key-material';
import { activate, add, Keyring, KeyStatus, nextStep, published, retire, RotationPolicy, SigningKey, Step } from '../domain/signing/keyring';
import { EdgeKeys } from '../ports/edge-keys';
import { SigningVault } from '../ports/signing-vault';
import { Logger } from '../ports/telemetry';

export interface RotationServices {
  readonly vault: SigningVault;
  readonly edge: EdgeKeys;
  readonly policy: RotationPolicy;
  readonly logger: Logger;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly createKeys?: (now: number) => Promise<KeyMaterial>;
}

/**
 * Makes, replaces and removes keys. Every step is written to the vault before the edge is told, and the edge is always brought to what
 * the vault says: a run that is cut short anywhere is completed by the next one, and no viewer notices either.
 */
export class Rotation {
  constructor(private readonly services: RotationServices) {}

  /** The first keys if there are none, otherwise whatever is due. */
  async advance(): Promise<Keyring> {
    const { vault, policy, now } = this.services;
    let keyring = await this.settle(await vault.read() ?? await this.begin());
    for (let step = nextStep(keyring, now(), policy); step; step = nextStep(keyring, now(), policy)) {
      keyring = await this.take(step, keyring);
    }
    return keyring;
  }

  /** Signs with the pending key from now on. What the one before has signed stays valid. */
  async rotateNow(): Promise<Keyring> {
    const { policy, now } = this.services;
    const keyring = await this.advance();
    const pending = keyring.keys.find(key => key.status === KeyStatus.PENDING);
    if (!pending || pending.since + policy.propagationSeconds > now()) {
      throw new Error(`There is no key that every edge knows yet (keys: ${describe(keyring)}). Wait, or send the action revoke if a key has leaked.`);
    }
    return this.take('activate', keyring);
  }

  /**
   * For a key that has leaked: a new key at once, and nothing is honoured that others have signed. Viewers ask for playback anew; until
   * every edge knows the key, for some minutes, some of them are refused again.
   */
  async revoke(): Promise<Keyring> {
    let keyring = await this.advance();
    if (!keyring.keys.some(key => key.status === KeyStatus.PENDING)) keyring = await this.take('add', keyring);
    return this.take('add', await this.take('retire', await this.take('activate', keyring)));
  }

  /**
   * Completes what a run before may have left undone. A key that only now comes to the edges is pending from now, which is noted down
   * before they are told: the other way round, a run cut short between the two would let the next one sign with it too early.
   */
  private async settle(keyring: Keyring): Promise<Keyring> {
    const { edge, vault, now } = this.services;
    const known = await edge.groupHolds(keyring.keyGroupId, keyring.keys.map(key => key.publicKeyId));
    const settled = known ? keyring : published(keyring, now());
    if (!known) await vault.write(settled);
    await this.tellEdge(settled);
    return settled;
  }

  private async begin(): Promise<Keyring> {
    // Nothing is played before the distribution is there, and it brings the group to every edge: the first key need not wait.
    const first = { ...await this.createKey(), status: KeyStatus.ACTIVE };
    const keyGroupId = await this.services.edge.createGroup([first.publicKeyId]);
    const keyring: Keyring = { version: 1, keyGroupId, keys: [first] };
    await this.services.vault.write(keyring);
    return keyring;
  }

  private async take(step: Step, keyring: Keyring): Promise<Keyring> {
    const { vault, logger, now } = this.services;
    const next = step === 'add' ? add(keyring, await this.createKey()) : step === 'activate' ? activate(keyring, now()) : retire(keyring);
    await vault.write(next);
    await this.tellEdge(next);
    logger.info('The signing keys changed', { step, keys: describe(next) });
    return next;
  }

  private async createKey(): Promise<SigningKey> {
    const { edge, now, createKeys = createKeyMaterial } = this.services;
    const { id, publicKey, privateKey, tokenKey } = await createKeys(now());
    return { id, publicKeyId: await edge.publish(id, publicKey), privateKey, tokenKey, status: KeyStatus.PENDING, since: now() };
  }

  private async tellEdge({ keyGroupId, keys }: Keyring): Promise<void> {
    const { edge } = this.services;
    const ids = keys.map(key => key.publicKeyId);
    await edge.setTokenKeys(Object.fromEntries(keys.map(key => [key.id, key.tokenKey])));
    await edge.setGroup(keyGroupId, ids);
    // Last: a key that is still in the group cannot be deleted.
    await edge.removeOthers(ids);
  }
}

/** For logs: ids and statuses, never keys. */
function describe({ keys }: Keyring): string {
  return keys.map(key => `${key.id} ${key.status}`).join(', ');
}
