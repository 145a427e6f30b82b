import { createHmac } from 'node:crypto';
import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { KEYRING_CACHE_SECONDS, MEDIA_PREFIX } from '../../contract';
import { PermanentError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { activeKey, SigningKey } from '../../domain/signing/keyring';
import { Clock } from '../../ports/clock';
import { PlaybackSigner } from '../../ports/playback-signer';
import { KeyringReader } from '../../ports/signing-vault';

/** Signs with the active key, which it asks the vault for every few minutes: a key is published for longer than that after its last use. */
export class CloudFrontPlaybackSigner implements PlaybackSigner {
  private cached?: { readonly key: SigningKey; readonly until: number };

  constructor(private readonly vault: KeyringReader, private readonly clock: Pick<Clock, 'monotonic'>) {}

  async cookies(videoId: string, host: string, expires: Date): Promise<Readonly<Record<string, string>>> {
    const { publicKeyId, privateKey } = await this.key();
    // The host is spelled out: a wildcard there would also match a URL that names this video in its query.
    const Resource = `https://${host}/${MEDIA_PREFIX}${videoId}/*`;
    const policy = JSON.stringify({ Statement: [{ Resource, Condition: { DateLessThan: { 'AWS:EpochTime': epochSeconds(expires) } } }] });
    const cookies = getSignedCookies({ policy, keyPairId: publicKeyId, privateKey, algorithm: 'SHA256' });
    return Object.fromEntries(Object.entries(cookies).map(([name, value]) => [name, String(value)]));
  }

  async token(videoId: string, expires: Date): Promise<string> {
    const { id, tokenKey } = await this.key();
    const expiry = epochSeconds(expires).toString(36);
    const signature = createHmac('sha256', tokenKey).update(`${videoId} ${expiry}`).digest('base64url');
    return `${id}.${expiry}.${signature}`;
  }

  private async key(): Promise<SigningKey> {
    const now = this.clock.monotonic();
    if (this.cached && now < this.cached.until) return this.cached.key;
    const keyring = await this.vault.read();
    const key = keyring && activeKey(keyring);
    if (!key) throw new PermanentError(FailureCode.SIGNING_KEYS_MISSING, 'There is no key to sign playback with; the signing function has not made one.');
    this.cached = { key, until: now + KEYRING_CACHE_SECONDS * 1000 };
    return key;
  }
}

function epochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
