/**
 * The keys that open media, and the steps in which they are replaced. Pure: what happens to a key is decided here alone.
 *
 * A key is published for a while before anything is signed with it, since CloudFront needs minutes to tell its edges, and stays
 * published for as long after as the longest signature lives. At no time are more than two published:
 *
 *     PENDING ──(published long enough, and the active one is old)──▶ ACTIVE ──▶ RETIRING ──(its last signature has ended)──▶ gone
 */

export enum KeyStatus {
  /** Published, not signed with yet. */
  PENDING = 'PENDING',
  /** Signed with. */
  ACTIVE = 'ACTIVE',
  /** No longer signed with; what it signed is still honoured. */
  RETIRING = 'RETIRING',
}

/** One pair of keys: RSA for cookies, a shared secret for path tokens. */
export interface SigningKey {
  /** Name in the key value store and in tokens: letters and digits. */
  readonly id: string;
  /** CloudFront's id of the public key, which cookies name. */
  readonly publicKeyId: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  /** 32 bytes, base64url. */
  readonly tokenKey: string;
  readonly status: KeyStatus;
  /** When the status began, seconds since 1970. */
  readonly since: number;
}

/** What the secret holds. */
export interface Keyring {
  readonly version: 1;
  readonly keyGroupId: string;
  /** Newest first. */
  readonly keys: readonly SigningKey[];
}

export interface RotationPolicy {
  /** How long a key is signed with. */
  readonly rotationSeconds: number;
  /** How long CloudFront may take until every edge knows a key. */
  readonly propagationSeconds: number;
  /** How long after its last use a key's signatures may live. */
  readonly retirementSeconds: number;
}

export type Step = 'retire' | 'activate' | 'add';

/** Keys published at once: the one that signs, and the one before or after it. */
const PUBLISHED = 2;

/** The next thing to do, or nothing. */
export function nextStep({ keys }: Keyring, now: number, policy: RotationPolicy): Step | undefined {
  const old = (key: SigningKey | undefined, seconds: number) => key !== undefined && key.since + seconds <= now;
  const [pending, active, retiring] = Object.values(KeyStatus).map(status => keys.find(key => key.status === status));
  if (old(retiring, policy.retirementSeconds)) return 'retire';
  if (!retiring && old(pending, policy.propagationSeconds) && (!active || old(active, policy.rotationSeconds))) return 'activate';
  if (!pending && keys.length < PUBLISHED) return 'add';
  return undefined;
}

/** The key to sign with. Undefined only in a keyring that somebody has damaged. */
export function activeKey({ keys }: Keyring): SigningKey | undefined {
  return keys.find(key => key.status === KeyStatus.ACTIVE);
}

/** The pending key has come to CloudFront now. */
export function published(keyring: Keyring, now: number): Keyring {
  return { ...keyring, keys: keyring.keys.map(key => (key.status === KeyStatus.PENDING ? { ...key, since: now } : key)) };
}

export function activate(keyring: Keyring, now: number): Keyring {
  return {
    ...keyring,
    keys: keyring.keys.map(key => {
      if (key.status === KeyStatus.PENDING) return { ...key, status: KeyStatus.ACTIVE, since: now };
      return key.status === KeyStatus.ACTIVE ? { ...key, status: KeyStatus.RETIRING, since: now } : key;
    }),
  };
}

export function retire(keyring: Keyring): Keyring {
  return { ...keyring, keys: keyring.keys.filter(key => key.status !== KeyStatus.RETIRING) };
}

export function add(keyring: Keyring, key: SigningKey): Keyring {
  return { ...keyring, keys: [key, ...keyring.keys] };
}
