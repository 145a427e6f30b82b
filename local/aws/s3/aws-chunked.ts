import { createHash, createHmac, Hash } from 'crypto';
import { sameText, VerifiedSignature } from '../sigv4';
import { ByteReader } from './byte-reader';
import { S3Error } from './errors';

/** Trailing headers of a chunked body, by lower-case name. */
export type Trailers = ReadonlyMap<string, string>;

const MAX_LINE_BYTES = 16 * 1024;
const EMPTY_SHA256 = createHash('sha256').digest('hex');

/**
 * Takes the `aws-chunked` framing off a body. A chunk's bytes pass on while they are hashed; a wrong signature throws
 * at the chunk's end, before anything could have been committed.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>, signature: VerifiedSignature | undefined, onTrailers: (trailers: Trailers) => void,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  const chain = signature && new ChunkSignatures(signature);
  for (;;) {
    const { size, signature: claimed } = parseChunkHeader(await requireLine(reader));
    const hash = chain && createHash('sha256');
    yield* chunkData(reader, size, hash);
    if (chain && hash) chain.verifyChunk(hash, claimed);
    if (size === 0) break;
    if (await requireLine(reader) !== '') throw incomplete('a chunk is longer than its header says');
  }
  onTrailers(await readTrailers(reader, chain));
}

async function* chunkData(reader: ByteReader, size: number, hash: Hash | undefined): AsyncGenerator<Buffer> {
  for (let left = size; left > 0;) {
    const data = await reader.some(left);
    if (!data) throw incomplete(`it ends ${left} bytes before the end of a chunk`);
    hash?.update(data);
    left -= data.length;
    yield data;
  }
}

async function readTrailers(reader: ByteReader, chain: ChunkSignatures | undefined): Promise<Trailers> {
  const trailers = new Map<string, string>();
  let signed = '';
  for (;;) {
    // Some clients leave out the empty line after the last trailer.
    const line = await reader.line(MAX_LINE_BYTES) ?? '';
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon < 1) throw new S3Error('MalformedTrailerError', `The trailer "${line.slice(0, 100)}" is not "name:value".`);
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature') {
      chain?.verifyTrailers(signed, value);
      signed = '';
    } else {
      trailers.set(name, value);
      signed += `${name}:${value}\n`;
    }
  }
  if (chain && signed !== '') throw new S3Error('SignatureDoesNotMatch', 'The trailers of a signed body must be signed.');
  return trailers;
}

function parseChunkHeader(line: string): { size: number; signature: string | undefined } {
  const [size, ...extensions] = line.split(';');
  if (!/^[0-9a-f]{1,13}$/i.test(size)) throw incomplete(`"${line.slice(0, 100)}" is not a chunk header`);
  const signature = extensions.find(extension => extension.startsWith('chunk-signature='))?.slice('chunk-signature='.length);
  return { size: parseInt(size, 16), signature };
}

async function requireLine(reader: ByteReader): Promise<string> {
  const line = await reader.line(MAX_LINE_BYTES);
  if (line === undefined) throw incomplete('it ends before its last chunk');
  return line;
}

function incomplete(why: string): S3Error {
  return new S3Error('IncompleteBody', `The aws-chunked request body is not complete: ${why}.`);
}

/** Each chunk's signature covers the one before it, the first one the request's own. */
class ChunkSignatures {
  private previous: string;

  constructor(private readonly seed: VerifiedSignature) {
    this.previous = seed.signature;
  }

  verifyChunk(hash: Hash, claimed: string | undefined): void {
    this.verify('AWS4-HMAC-SHA256-PAYLOAD', [EMPTY_SHA256, hash.digest('hex')], claimed, 'a chunk');
  }

  verifyTrailers(trailers: string, claimed: string): void {
    this.verify('AWS4-HMAC-SHA256-TRAILER', [createHash('sha256').update(trailers).digest('hex')], claimed, 'the trailers');
  }

  private verify(algorithm: string, hashes: readonly string[], claimed: string | undefined, what: string): void {
    const stringToSign = [algorithm, this.seed.longDate, this.seed.scope, this.previous, ...hashes].join('\n');
    const expected = createHmac('sha256', this.seed.signingKey).update(stringToSign).digest('hex');
    if (!sameText(expected, claimed ?? '')) {
      throw new S3Error('SignatureDoesNotMatch', `The signature of ${what} does not match what was computed.`);
    }
    this.previous = expected;
  }
}
