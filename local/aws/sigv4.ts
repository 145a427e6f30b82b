import { createHash, createHmac, timingSafeEqual } from 'crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { createScope, getCanonicalHeaders, getSigningKey, SignatureV4Base } from '@smithy/signature-v4';
import { SignatureError } from './sigv4-errors';
import { decodePath, Query, readClaim, readLongDate, SignatureClaim, SignedRequest, splitUrl } from './sigv4-request';
import { Credential, CredentialStore, Now } from './types';

export { SignatureError } from './sigv4-errors';
export type { SignedRequest } from './sigv4-request';

export interface SignatureOptions {
  readonly credentials: CredentialStore;
  /** Signing name of the service: `s3`, `sqs`, `dynamodb`, … */
  readonly service: string;
  readonly region: string;
  readonly now?: Now;
}

/** A signature that held, with what is needed to check the signatures of the chunks that follow it. */
export interface VerifiedSignature {
  readonly kind: SignatureClaim['kind'];
  readonly credential: Credential;
  readonly signature: string;
  readonly longDate: string;
  readonly scope: string;
  readonly signingKey: Uint8Array;
}

/** The 15 minutes that AWS allows between the signer's clock and its own. */
const ALLOWED_SKEW_MS = 15 * 60_000;
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const EMPTY_SHA256 = createHash('sha256').digest('hex');

/**
 * Says whose request this is.
 *
 * @throws SignatureError when it is anonymous, forged, stale or signed for another region or service.
 */
export async function verifySignature(request: SignedRequest, options: SignatureOptions): Promise<Credential> {
  return (await authenticate(request, options)).credential;
}

/** Like {@link verifySignature}, for a service that also verifies what follows the headers. */
export async function authenticate(request: SignedRequest, options: SignatureOptions): Promise<VerifiedSignature> {
  const { path, query } = splitUrl(request.url);
  const claim = readClaim(request.headers, query);
  if (!claim) throw new SignatureError('MissingAuthenticationToken', 'The request is not signed; anonymous access is not allowed.');

  checkScope(claim, options);
  const now = (options.now ?? (() => new Date()))();
  const credential = findCredential(claim, options.credentials, now);
  checkTime(claim, now);
  checkSignedHeaders(claim, request);
  checkBody(request, options.service);

  const signingKey = await deriveSigningKey(credential, claim);
  const expected = await new Canonicalizer(options.service).sign(request, path, query, claim, signingKey);
  if (!sameText(expected, claim.signature)) {
    throw new SignatureError('SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.');
  }
  const scope = createScope(claim.shortDate, claim.region, claim.service);
  return { kind: claim.kind, credential, signature: claim.signature, longDate: claim.longDate, scope, signingKey };
}

/** The checks that a signed form (S3's presigned POST) shares with a signed request. */
export function findCredential(claim: Pick<SignatureClaim, 'accessKeyId' | 'sessionToken'>, store: CredentialStore, now: Date): Credential {
  const credential = store.find(claim.accessKeyId);
  if (!credential) {
    throw new SignatureError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  if (!sameText(credential.sessionToken ?? '', claim.sessionToken ?? '')) {
    throw new SignatureError('InvalidToken', claim.sessionToken === undefined
      ? 'The credential is temporary: the request must carry its session token.'
      : 'The provided token is malformed or otherwise invalid.');
  }
  if (credential.expiresAt && credential.expiresAt <= now) throw new SignatureError('ExpiredToken', 'The provided token has expired.');
  return credential;
}

export function checkScope(claim: Pick<SignatureClaim, 'region' | 'service'>, options: Pick<SignatureOptions, 'region' | 'service'>): void {
  for (const part of ['region', 'service'] as const) {
    if (claim[part] !== options[part]) {
      throw new SignatureError('AuthorizationHeaderMalformed',
        `The authorization header is malformed; the ${part} '${claim[part]}' is wrong; expecting '${options[part]}'.`);
    }
  }
}

export async function deriveSigningKey(
  credential: Credential, claim: Pick<SignatureClaim, 'shortDate' | 'region' | 'service'>,
): Promise<Uint8Array> {
  const identity = { accessKeyId: credential.caller.accessKeyId, secretAccessKey: credential.secretAccessKey };
  return getSigningKey(Sha256, identity, claim.shortDate, claim.region, claim.service);
}

/** Compares two secrets in a time that does not tell where they differ. */
export function sameText(expected: string, received: string): boolean {
  const [left, right] = [expected, received].map(text => createHash('sha256').update(text).digest());
  return timingSafeEqual(left, right);
}

function checkTime(claim: SignatureClaim, now: Date): void {
  const signedAt = readLongDate(claim.longDate);
  if (!signedAt || !claim.longDate.startsWith(claim.shortDate)) {
    throw new SignatureError('AccessDenied', `The signing date "${claim.longDate}" is not a date of the credential scope.`);
  }
  const age = now.getTime() - signedAt.getTime();
  if (claim.expiresIn === undefined) {
    if (Math.abs(age) > ALLOWED_SKEW_MS) {
      throw new SignatureError('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.');
    }
    return;
  }
  if (age < -ALLOWED_SKEW_MS) throw new SignatureError('AccessDenied', 'Request is not valid yet');
  if (age > claim.expiresIn * 1000) throw new SignatureError('AccessDenied', 'Request has expired');
}

function checkSignedHeaders(claim: SignatureClaim, request: SignedRequest): void {
  const signed = new Set(claim.signedHeaders);
  const mustBeSigned = Object.keys(request.headers).filter(name => name === 'host' || name.startsWith('x-amz-'));
  const unsigned = mustBeSigned.filter(name => !signed.has(name));
  if (unsigned.length > 0) {
    throw new SignatureError('AccessDenied', `There were headers present in the request which were not signed: ${unsigned.join(', ')}`);
  }
}

function checkBody(request: SignedRequest, service: string): void {
  const claimed = request.headers['x-amz-content-sha256'];
  if (claimed === undefined || service === 's3') return;
  const actual = createHash('sha256').update(request.body ?? '').digest('hex');
  if (claimed !== actual) {
    throw new SignatureError('XAmzContentSHA256Mismatch', 'The provided x-amz-content-sha256 header does not match what was computed.');
  }
}

/** Reuses the SDK's own canonical form, fed with exactly the headers that the claim says were signed. */
class Canonicalizer extends SignatureV4Base {
  constructor(service: string) {
    // S3 alone signs the path as it is sent; the others encode it twice.
    super({ service, region: '', credentials: { accessKeyId: '', secretAccessKey: '' }, sha256: Sha256, uriEscapePath: service !== 's3' });
  }

  async sign(request: SignedRequest, path: string, query: Query, claim: SignatureClaim, signingKey: Uint8Array): Promise<string> {
    const http = new HttpRequest({
      method: request.method ?? 'GET',
      path: this.service === 's3' ? encodePath(decodePath(path)) : path,
      query,
      headers: pickHeaders(request, claim.signedHeaders),
    });
    const canonicalHeaders = getCanonicalHeaders(http, undefined, new Set(claim.signedHeaders));
    const canonical = this.createCanonicalRequest(http, canonicalHeaders, this.payloadHash(request, claim, query));
    const stringToSign = await this.createStringToSign(
      claim.longDate, createScope(claim.shortDate, claim.region, claim.service), canonical, 'AWS4-HMAC-SHA256',
    );
    return createHmac('sha256', signingKey).update(stringToSign).digest('hex');
  }

  private payloadHash(request: SignedRequest, claim: SignatureClaim, query: Query): string {
    const declared = request.headers['x-amz-content-sha256'] ?? query['X-Amz-Content-Sha256'];
    if (typeof declared === 'string') return declared;
    if (this.service === 's3' && claim.kind === 'query') return UNSIGNED_PAYLOAD;
    return request.body ? createHash('sha256').update(request.body).digest('hex') : EMPTY_SHA256;
  }
}

function pickHeaders(request: SignedRequest, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap(name => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, textOf(Array.isArray(value) ? value.join(',') : value)]];
  }));
}

/** A signature covers the header's bytes as UTF-8. Node gives one character a byte, and some clients send Latin-1: AWS refuses those. */
function textOf(header: string): string {
  return Buffer.from(header, 'latin1').toString('utf8');
}

/** RFC 3986, slashes kept: clients differ in which reserved characters they leave alone, the canonical form does not. */
function encodePath(path: string): string {
  return path.split('/')
    .map(segment => encodeURIComponent(segment).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`))
    .join('/');
}

/** node:crypto behind the constructor that the SDK's signing code wants. */
class Sha256 {
  private readonly hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    throw new Error('A signing hash is used once.');
  }
}

function toBytes(source: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof source === 'string') return Buffer.from(source);
  return ArrayBuffer.isView(source) ? Buffer.from(source.buffer, source.byteOffset, source.byteLength) : Buffer.from(source);
}
