import { createHash, createHmac } from 'crypto';
import { request } from 'http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { ChecksumAlgorithm, DeleteObjectsCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { bodyOf, BUCKETS, bytes, codeOf, IDENTITY, LocalS3, refusalOf, REGION, startS3, streamOf } from './support';
import { createChecksum } from '../../../../local/aws/s3/checksums';
import { CHECKSUM_ALGORITHMS } from '../../../../local/aws/s3/types';
import { until } from '../../../support/until';

const Bucket = BUCKETS.plain.name;
let s3: LocalS3;
beforeAll(async () => { s3 = await startS3(); });
afterAll(() => s3.destroy());
afterEach(async () => expect(await s3.scratchFiles()).toEqual([]));

describe('checksum algorithms', () => {
  // The check values of the CRC catalogue, over the ASCII digits 1 to 9.
  test.each([['CRC32', 'cbf43926'], ['CRC32C', 'e3069283'], ['CRC64NVME', 'ae8b14860a799888']] as const)('%s', (algorithm, expected) => {
    const checksum = createChecksum(algorithm);
    checksum.update(Buffer.from('1234'));
    checksum.update(Buffer.from('56789'));
    expect(checksum.digest().toString('hex')).toBe(expected);
  });
});

describe('bodies through the SDK', () => {
  test.each(CHECKSUM_ALGORITHMS)('%s as header and as trailer of a stream, and back', async algorithm => {
    const data = bytes(200_000, 5);
    const field = `Checksum${algorithm}` as const;
    const sent = { Bucket, Key: algorithm, ChecksumAlgorithm: algorithm as ChecksumAlgorithm };
    const whole = await s3.client.send(new PutObjectCommand({ ...sent, Body: data }));
    const streamed = await s3.client.send(new PutObjectCommand({ ...sent, Body: streamOf(data), ContentLength: data.length }));
    expect(whole[field]).toBeTruthy();
    expect(streamed).toMatchObject({ [field]: whole[field], ETag: whole.ETag });
    // The client verifies what it reads against the returned checksum.
    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: algorithm, ChecksumMode: 'ENABLED' }));
    expect(got).toMatchObject({ [field]: whole[field], ChecksumType: 'FULL_OBJECT' });
    expect((await bodyOf(got)).equals(data)).toBe(true);
  });

  test.each(CHECKSUM_ALGORITHMS)('a wrong %s is refused', async algorithm => {
    const checksum = createChecksum(algorithm);
    checksum.update(Buffer.from('other'));
    const wrong = { Bucket, Key: 'bad', Body: 'x', [`Checksum${algorithm}`]: checksum.digest().toString('base64') };
    expect(await codeOf(s3.client.send(new PutObjectCommand(wrong)))).toBe('BadDigest');
    expect(await codeOf(s3.client.send(new GetObjectCommand({ Bucket, Key: 'bad' })))).toBe('NoSuchKey');
  });

  test('Content-MD5 is verified', async () => {
    const put = (ContentMD5: string) => s3.client.send(new PutObjectCommand({ Bucket, Key: 'md5', Body: 'x', ContentMD5 }));
    expect(await codeOf(put(createHash('md5').update('x').digest('base64')))).toBe('accepted');
    expect(await codeOf(put(createHash('md5').update('y').digest('base64')))).toBe('BadDigest');
    expect(await codeOf(put('short'))).toBe('InvalidDigest');
  });

  test('a body that was altered on the way is refused', async () => {
    const client = s3.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    client.middlewareStack.add(next => args => {
      (args.request as HttpRequest).body = 'evil';
      return next(args);
    }, { step: 'finalizeRequest', priority: 'low' });
    expect(await codeOf(client.send(new PutObjectCommand({ Bucket, Key: 'altered', Body: 'good' })))).toBe('XAmzContentSHA256Mismatch');
  });

  test('a body that stops half-way leaves nothing', async () => {
    const url = await getSignedUrl(s3.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' }), new PutObjectCommand({ Bucket, Key: 'half' }));
    const sending = request(url, { method: 'PUT', headers: { 'content-length': 90_000 } });
    sending.on('error', () => undefined);
    sending.write(bytes(20_000));
    await until(async () => (await s3.scratchFiles()).length === 1);
    sending.destroy();
    await until(async () => (await s3.scratchFiles()).length === 0);
    expect(await codeOf(s3.client.send(new GetObjectCommand({ Bucket, Key: 'half' })))).toBe('NoSuchKey');
  });

  test('a delete of many keys must prove its document', async () => {
    const client = s3.clientWith({});
    client.middlewareStack.add(next => args => {
      const { headers } = args.request as HttpRequest;
      Object.keys(headers).filter(name => name.startsWith('x-amz-checksum') || name.startsWith('x-amz-sdk')).forEach(name => delete headers[name]);
      return next(args);
    }, { step: 'build', priority: 'low' });
    expect(await codeOf(client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k' }] } })))).toBe('InvalidRequest');
  });
});

/** Sends a PUT whose body is framed by hand, with a true signature over its headers. */
async function putFramed(frame: (seed: Signed) => Buffer, headers: Record<string, string>): Promise<Response> {
  const url = new URL(`${s3.endpoint}/${Bucket}/framed`);
  const signer = new SignatureV4({ service: 's3', region: REGION, credentials: IDENTITY, sha256: Sha256, uriEscapePath: false });
  const signed = await signer.sign(new HttpRequest({ method: 'PUT', path: url.pathname, headers: { host: url.host, ...headers } }));
  const [, scope, signature] = /Credential=[^/]+\/([^,]+), .*Signature=([0-9a-f]+)/.exec(signed.headers.authorization) ?? [];
  const { host: _host, ...sent } = signed.headers;
  return fetch(url, { method: 'PUT', headers: sent, body: frame({ scope, signature, date: signed.headers['x-amz-date'] }) });
}

interface Signed { readonly scope: string; readonly signature: string; readonly date: string }

const hex = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

function chain(seed: Signed): (algorithm: string, ...hashes: string[]) => string {
  const [day, region, service] = seed.scope.split('/');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(), Buffer.from(`AWS4${IDENTITY.secretAccessKey}`));
  let previous = seed.signature;
  return (algorithm, ...hashes) => {
    previous = createHmac('sha256', key).update([algorithm, seed.date, seed.scope, previous, ...hashes].join('\n')).digest('hex');
    return previous;
  };
}

function signedFrame(seed: Signed, chunks: Buffer[], trailer?: string): Buffer {
  const sign = chain(seed);
  const framed = [...chunks, Buffer.alloc(0)].map(chunk => {
    const signature = sign('AWS4-HMAC-SHA256-PAYLOAD', hex(''), hex(chunk));
    const end = chunk.length === 0 && trailer !== undefined ? '' : '\r\n';
    return Buffer.concat([Buffer.from(`${chunk.length.toString(16)};chunk-signature=${signature}\r\n`), chunk, Buffer.from(end)]);
  });
  if (trailer !== undefined) {
    framed.push(Buffer.from(`${trailer}\r\nx-amz-trailer-signature:${sign('AWS4-HMAC-SHA256-TRAILER', hex(`${trailer}\n`))}\r\n\r\n`));
  }
  return Buffer.concat(framed);
}

describe('aws-chunked bodies', () => {
  const chunks = [bytes(70_000), bytes(10, 2)];
  const data = Buffer.concat(chunks);
  const crc32 = (() => {
    const checksum = createChecksum('CRC32');
    checksum.update(data);
    return checksum.digest().toString('base64');
  })();
  const streaming = (mode: string, rest: object = {}) => ({
    'content-encoding': 'aws-chunked', 'x-amz-content-sha256': mode, 'x-amz-decoded-content-length': String(data.length), ...rest,
  });
  const unsigned = (trailer: string) => Buffer.concat([
    ...chunks.map(chunk => Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')])), Buffer.from(`0\r\n${trailer}`),
  ]);
  const stored = async () => bodyOf(await s3.client.send(new GetObjectCommand({ Bucket, Key: 'framed' })));

  test('with every chunk signed', async () => {
    const response = await putFramed(seed => signedFrame(seed, chunks), streaming('STREAMING-AWS4-HMAC-SHA256-PAYLOAD'));
    expect(await response.text()).toBe('');
    expect((await stored()).equals(data)).toBe(true);
  });

  test('with every chunk and the trailer signed', async () => {
    const headers = streaming('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { 'x-amz-trailer': 'x-amz-checksum-crc32' });
    const response = await putFramed(seed => signedFrame(seed, chunks, `x-amz-checksum-crc32:${crc32}`), headers);
    expect(await response.text()).toBe('');
    expect(response.headers.get('x-amz-checksum-crc32')).toBe(crc32);
  });

  test('a chunk or trailer that was not signed is refused', async () => {
    const tampered = (seed: Signed, from: string, to: string, trailer?: string) =>
      Buffer.from(signedFrame(seed, [Buffer.from('good'), Buffer.alloc(0)].slice(0, 1), trailer).toString('latin1').replace(from, to), 'latin1');
    const headers = streaming('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { 'x-amz-decoded-content-length': '4' });
    expect(await refusalOf(putFramed(seed => tampered(seed, 'good', 'evil'), headers))).toBe('403 SignatureDoesNotMatch');
    expect(await refusalOf(putFramed(() => Buffer.from('4\r\ngood\r\n0\r\n\r\n'), headers))).toBe('403 SignatureDoesNotMatch');
    const trailed = { ...headers, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'x-amz-trailer': 'x-amz-checksum-crc32' };
    expect(await refusalOf(putFramed(seed => tampered(seed, 'crc32:AAAAAA', 'crc32:BBBBBB', 'x-amz-checksum-crc32:AAAAAA=='), trailed)))
      .toBe('403 SignatureDoesNotMatch');
    expect(await refusalOf(putFramed(seed => signedFrame(seed, [Buffer.from('good')], 'x-amz-checksum-crc32:AAAAAA=='), trailed)))
      .toBe('400 BadDigest');
  });

  test('an unsigned trailer is verified', async () => {
    const headers = streaming('STREAMING-UNSIGNED-PAYLOAD-TRAILER', { 'x-amz-trailer': 'x-amz-checksum-crc32' });
    expect(await refusalOf(putFramed(() => unsigned(`x-amz-checksum-crc32:${crc32}\r\n\r\n`), headers))).toBe('200');
    expect((await stored()).equals(data)).toBe(true);
    expect(await refusalOf(putFramed(() => unsigned('x-amz-checksum-crc32:AAAAAA==\r\n\r\n'), headers))).toBe('400 BadDigest');
    expect(await refusalOf(putFramed(() => unsigned('\r\n'), headers))).toBe('400 MalformedTrailerError');
    expect(await refusalOf(putFramed(() => unsigned('nonsense\r\n\r\n'), headers))).toBe('400 MalformedTrailerError');
  });

  test('framing that is broken, short or of another length is refused', async () => {
    const headers = streaming('STREAMING-UNSIGNED-PAYLOAD-TRAILER');
    for (const body of ['', 'zz\r\n', '5\r\nabc', '3\r\nabcdef\r\n0\r\n\r\n', '3\r\nabc\r\n0\r\n\r\n', 'x'.repeat(20_000)]) {
      expect(await refusalOf(putFramed(() => Buffer.from(body), headers))).toBe('400 IncompleteBody');
    }
    const { 'x-amz-decoded-content-length': _length, ...withoutLength } = headers;
    expect(await refusalOf(putFramed(() => Buffer.from('0\r\n\r\n'), withoutLength))).toBe('411 MissingContentLength');
    expect(await refusalOf(putFramed(() => Buffer.from(''), { ...headers, 'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' })))
      .toBe('501 NotImplemented');
    expect(await refusalOf(putFramed(() => Buffer.from('0\r\n\r\n'), { ...headers, 'x-amz-trailer': 'x-amz-checksum-xxhash3' }))).toBe('501 NotImplemented');
    expect(await refusalOf(putFramed(() => Buffer.from('not the empty body that was signed'), {}))).toBe('400 XAmzContentSHA256Mismatch');
  });
});
