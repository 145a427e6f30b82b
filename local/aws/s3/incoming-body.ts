import { createHash, Hash } from 'crypto';
import { VerifiedSignature } from '../sigv4';
import { decodeAwsChunked, Trailers } from './aws-chunked';
import { algorithmOfHeader, checksumHeader, createChecksum, parseAlgorithm } from './checksums';
import { RunningChecksum } from './crc';
import { notImplemented, S3Error } from './errors';
import { S3Request } from './request';
import { Checksum, ChecksumAlgorithm } from './types';

const STREAMING = {
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true },
} as const;
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
/** The most that one PutObject or UploadPart takes. */
const MAX_BODY_BYTES = 5 * 1024 ** 3;

/**
 * A request's body as the object's own bytes: framing removed, and everything the client claimed about it (length,
 * SHA-256, MD5, checksum) verified when it ends. The iteration throws instead of ending when a claim does not hold, so
 * that a consumer that commits after the last byte never commits a wrong body.
 */
export class IncomingBody implements AsyncIterable<Buffer> {
  /** Of the bytes seen so far; final once the iteration has ended. */
  size = 0;
  private readonly md5 = createHash('md5');
  private readonly sha256?: Hash;
  private readonly running?: { algorithm: ChecksumAlgorithm; checksum: RunningChecksum };
  private readonly expectedLength: number | undefined;
  private trailers: Trailers = new Map();
  private digests?: { md5: Buffer; checksum?: Checksum };

  /** @param checksums `object` when the checksum headers speak of the object that the call makes, not of this body. */
  constructor(private readonly request: S3Request, private readonly signature: VerifiedSignature, checksums: 'body' | 'object' = 'body') {
    this.expectedLength = declaredLength(request);
    const hash = payloadHash(request);
    if (/^[0-9a-f]{64}$/.test(hash)) this.sha256 = createHash('sha256');
    const algorithm = checksums === 'body' ? declaredAlgorithm(request) : undefined;
    if (algorithm) this.running = { algorithm, checksum: createChecksum(algorithm) };
  }

  get md5Hex(): string {
    return this.finished().md5.toString('hex');
  }

  /** The checksum that the client sent and that held, if it sent one. */
  get checksum(): Checksum | undefined {
    return this.finished().checksum;
  }

  async* [Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const data of this.decoded()) {
      this.size += data.length;
      if (this.size > MAX_BODY_BYTES) throw tooLarge(this.size);
      this.md5.update(data);
      this.sha256?.update(data);
      this.running?.checksum.update(data);
      yield data;
    }
    this.verify();
  }

  private decoded(): AsyncIterable<Buffer> {
    const streaming = streamingMode(payloadHash(this.request));
    const raw = rawBody(this.request);
    return streaming
      ? decodeAwsChunked(raw, streaming.signed ? this.signature : undefined, trailers => { this.trailers = trailers; })
      : raw;
  }

  private verify(): void {
    if (this.expectedLength !== undefined && this.size !== this.expectedLength) {
      throw new S3Error('IncompleteBody', `The body has ${this.size} bytes; its header said ${this.expectedLength}.`);
    }
    const md5 = this.md5.digest();
    this.verifySha256();
    this.verifyContentMd5(md5);
    this.digests = { md5, checksum: this.verifyChecksum() };
  }

  private verifySha256(): void {
    if (this.sha256 && this.sha256.digest('hex') !== payloadHash(this.request)) {
      throw new S3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }
  }

  private verifyContentMd5(actual: Buffer): void {
    const claimed = this.request.headers['content-md5'];
    if (claimed === undefined) return;
    const bytes = Buffer.from(claimed, 'base64');
    if (bytes.length !== 16) throw new S3Error('InvalidDigest', `The Content-MD5 you specified is not valid: "${claimed}".`);
    if (!bytes.equals(actual)) throw badDigest('Content-MD5');
  }

  private verifyChecksum(): Checksum | undefined {
    if (!this.running) return undefined;
    const { algorithm, checksum } = this.running;
    const header = checksumHeader(algorithm);
    const claimed = this.request.headers[header] ?? this.trailers.get(header);
    if (claimed === undefined) {
      throw new S3Error('MalformedTrailerError', `x-amz-trailer announces "${header}", but the body ends without it.`);
    }
    const value = checksum.digest().toString('base64');
    if (value !== claimed) throw badDigest(algorithm);
    return { algorithm, value, type: 'FULL_OBJECT' };
  }

  private finished(): { md5: Buffer; checksum?: Checksum } {
    if (!this.digests) throw new Error('The body has not been read to its end.');
    return this.digests;
  }
}

/** Reads a small document whole; for the XML bodies of S3's own calls. */
export async function readText(body: IncomingBody, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    if (body.size > limit) throw new S3Error('MaxMessageLengthExceeded', `Your request was too big: at most ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function badDigest(what: string): S3Error {
  return new S3Error('BadDigest', `The ${what} you specified did not match the calculated checksum.`);
}

/** Keeps the connection usable when a consumer stops early: the error response still has to travel over it. */
function rawBody(request: S3Request): AsyncIterable<Buffer> {
  return request.http.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

function payloadHash(request: S3Request): string {
  // Only a presigned request may be without.
  const hash = request.headers['x-amz-content-sha256'] ?? UNSIGNED_PAYLOAD;
  if (hash !== UNSIGNED_PAYLOAD && !streamingMode(hash) && !/^[0-9a-f]{64}$/.test(hash)) {
    if (hash.startsWith('STREAMING-')) throw notImplemented(`x-amz-content-sha256: ${hash}`);
    throw new S3Error('InvalidArgument', `x-amz-content-sha256 must be UNSIGNED-PAYLOAD or 64 hexadecimal digits; got "${hash}".`);
  }
  return hash;
}

function streamingMode(hash: string): { signed: boolean } | undefined {
  return hash in STREAMING ? STREAMING[hash as keyof typeof STREAMING] : undefined;
}

function declaredLength(request: S3Request): number | undefined {
  const chunked = request.headers['x-amz-content-sha256']?.startsWith('STREAMING-');
  const header = chunked ? 'x-amz-decoded-content-length' : 'content-length';
  const value = request.headers[header];
  if (value === undefined) {
    const hasBody = chunked || request.headers['transfer-encoding'] !== undefined;
    if (hasBody) throw new S3Error('MissingContentLength', `You must provide the ${header} HTTP header.`);
    return undefined;
  }
  const length = Number(value);
  if (!Number.isInteger(length) || length < 0) throw new S3Error('InvalidArgument', `${header} must be a whole number; got "${value}".`);
  if (length > MAX_BODY_BYTES) throw tooLarge(length);
  return length;
}

function declaredAlgorithm(request: S3Request): ChecksumAlgorithm | undefined {
  const trailer = request.headers['x-amz-trailer'];
  const names = Object.keys(request.headers).filter(name => name !== 'x-amz-checksum-algorithm' && name !== 'x-amz-checksum-type');
  const found = [...names, ...(trailer?.split(',').map(name => name.trim()) ?? [])].filter(name => algorithmOfHeader(name));
  if (trailer !== undefined && !algorithmOfHeader(trailer)) throw notImplemented(`x-amz-trailer: ${trailer}`);
  if (found.length > 1) throw new S3Error('InvalidRequest', `Expecting a single x-amz-checksum- header; got ${found.join(', ')}.`);

  const algorithm = found.length === 1 ? algorithmOfHeader(found[0]) : undefined;
  const announced = request.headers['x-amz-sdk-checksum-algorithm'];
  if (announced !== undefined && (!algorithm || algorithm !== parseAlgorithm(announced))) {
    throw new S3Error('InvalidRequest',
      `x-amz-sdk-checksum-algorithm is ${announced}, but no corresponding x-amz-checksum-* or x-amz-trailer header was found.`);
  }
  return algorithm;
}

function tooLarge(size: number): S3Error {
  return new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size',
    { ProposedSize: String(size), MaxSizeAllowed: String(MAX_BODY_BYTES) });
}
