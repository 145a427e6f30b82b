import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CryptoKey, JWK } from 'jose' with { 'resolution-mode': 'import' };

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** As the JWKS shows it. */
  readonly publicJwk: JWK;
}

const ALGORITHM = 'RS256';

/** The issuer's key, made once and kept, so that tokens outlive a restart. */
export async function loadSigningKey(directory: string): Promise<SigningKey> {
  const file = path.join(directory, 'signing-key.json');
  if (!fs.existsSync(file)) await createKey(file);
  const { importJWK, calculateJwkThumbprint } = await import('jose');
  const jwk = JSON.parse(fs.readFileSync(file, 'utf8')) as JWK;
  const { kty, n, e } = jwk;
  const kid = await calculateJwkThumbprint({ kty, n, e } as JWK);
  return { kid, privateKey: await importJWK(jwk, ALGORITHM) as CryptoKey, publicJwk: { kty, n, e, kid, alg: ALGORITHM, use: 'sig' } };
}

async function createKey(file: string): Promise<void> {
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
}
