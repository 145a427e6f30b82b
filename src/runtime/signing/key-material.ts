import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

export interface KeyMaterial {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly tokenKey: string;
}

/** CloudFront takes RSA of exactly 2048 bits or ECDSA P-256 (developer guide, "Specify signers"). */
const MODULUS_BITS = 2048;

/** New keys. The id starts with the time, so that ids sort by age and tell it. */
export async function createKeyMaterial(now: number): Promise<KeyMaterial> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: MODULUS_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { id: `${now.toString(36)}${randomBytes(4).toString('hex')}`, publicKey, privateKey, tokenKey: randomBytes(32).toString('base64url') };
}
