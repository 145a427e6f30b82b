import {
  CompleteMultipartUploadCommand, CreateMultipartUploadCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import * as S3 from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { HttpRequest } from '@smithy/protocol-http';
import { BUCKETS, bytes, codeOf, IDENTITY, LocalS3, refusalOf, startS3 } from './support';

const Bucket = BUCKETS.plain.name;
let s3: LocalS3;
beforeAll(async () => {
  s3 = await startS3();
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a b/é.txt', Body: 'hello', ContentType: 'text/plain' }));
});
afterAll(() => s3.destroy());
beforeEach(() => { s3.clock.offsetMs = 0; });

const object = { Bucket, Key: 'a b/é.txt' };

describe('who calls', () => {
  const getAs = (credentials: Partial<typeof IDENTITY>) =>
    codeOf(s3.clientWith({ credentials: { ...IDENTITY, ...credentials } }).send(new GetObjectCommand(object)));

  test('is refused when it is unknown, forged or without its session', async () => {
    expect(await getAs({})).toBe('accepted');
    expect(await getAs({ accessKeyId: 'AKIDOTHER' })).toBe('InvalidAccessKeyId');
    expect(await getAs({ secretAccessKey: 'guess' })).toBe('SignatureDoesNotMatch');
    expect(await getAs({ sessionToken: 'other' })).toBe('InvalidToken');
    expect(await getAs({ sessionToken: undefined })).toBe('InvalidToken');
    expect(await codeOf(s3.clientWith({ region: 'us-east-1' }).send(new GetObjectCommand(object)))).toBe('AuthorizationHeaderMalformed');
  });

  test('must have a clock that is right', async () => {
    s3.clock.offsetMs = 16 * 60_000;
    expect(await getAs({})).toBe('RequestTimeTooSkewed');
  });

  test('is never anonymous', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'POST']) {
      expect(await refusalOf(fetch(`${s3.endpoint}/${Bucket}/k`, { method }))).toBe('403 AccessDenied');
    }
    expect(await refusalOf(fetch(`${s3.endpoint}/`))).toBe('403 AccessDenied');
  });

  test('cannot change what was signed', async () => {
    const client = s3.clientWith({});
    client.middlewareStack.add(next => args => {
      (args.request as HttpRequest).path = `/${Bucket}/other`;
      return next(args);
    }, { step: 'finalizeRequest', priority: 'low' });
    expect(await codeOf(client.send(new GetObjectCommand(object)))).toBe('SignatureDoesNotMatch');
  });

  test('gets errors in the words of S3', async () => {
    const response = await fetch(`${s3.endpoint}/${Bucket}/%3Ck%3E`);
    const body = await response.text();
    expect(response.headers.get('content-type')).toBe('application/xml');
    expect(body).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>AccessDenied<\/Code><Message>.+<\/Message>/);
    expect(body).toContain('<Resource>/plain-bucket/%3Ck%3E</Resource>');
    expect(body).toContain(`<RequestId>${response.headers.get('x-amz-request-id')}</RequestId>`);
  });
});

describe('presigned requests', () => {
  test('read, with a range and with their headers overridden', async () => {
    const url = await getSignedUrl(s3.client, new GetObjectCommand({ ...object, ResponseContentDisposition: 'attachment; filename="x y.txt"' }));
    const response = await fetch(url, { headers: { range: 'bytes=1-2' } });
    expect([response.status, await response.text()]).toEqual([206, 'el']);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="x y.txt"');
  });

  test('resume a read only while the object is the same', async () => {
    const url = await getSignedUrl(s3.client, new GetObjectCommand(object));
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    const resume = async (condition: string) => (await fetch(url, { headers: { range: 'bytes=1-2', 'if-range': condition } })).status;
    expect([await resume(etag), await resume('"other"')]).toEqual([206, 200]);
  });

  test.each(['WHEN_REQUIRED', 'WHEN_SUPPORTED'] as const)('write, with checksums %s: one in the query was of no body', async calculation => {
    const client = s3.clientWith({ requestChecksumCalculation: calculation });
    const put = new PutObjectCommand({ Bucket, Key: calculation, ContentType: 'video/mp4' });
    const url = await getSignedUrl(client, put);
    expect(url.includes('x-amz-checksum-crc32=AAAAAA')).toBe(calculation === 'WHEN_SUPPORTED');
    const response = await fetch(url, { method: 'PUT', body: bytes(50_000), headers: { 'content-type': 'video/mp4' } });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect((await s3.client.send(new HeadObjectCommand({ Bucket, Key: calculation }))).ContentLength).toBe(50_000);
  });

  test('write parts, by the client\'s defaults; a checksum sent as a header still counts', async () => {
    const upload = { Bucket, Key: 'presigned-parts' };
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(upload));
    const part = await getSignedUrl(s3.client, new UploadPartCommand({ ...upload, UploadId, PartNumber: 1 }));
    const response = await fetch(part, { method: 'PUT', body: bytes(50_000) });
    expect(response.status).toBe(200);
    const Parts = [{ PartNumber: 1, ETag: response.headers.get('etag')! }];
    await s3.client.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
    expect((await s3.client.send(new HeadObjectCommand(upload))).ContentLength).toBe(50_000);

    const put = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket, Key: 'wrong', ChecksumCRC32: 'AAAAAA==' }),
      { unhoistableHeaders: new Set(['x-amz-checksum-crc32']) });
    expect(await refusalOf(fetch(put, { method: 'PUT', body: 'x', headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }))).toBe('400 BadDigest');
  });

  test('are good for what was signed only, and until they expire', async () => {
    const url = await getSignedUrl(s3.client, new GetObjectCommand(object), { expiresIn: 60 });
    expect(await refusalOf(fetch(url))).toBe('200');
    expect(await refusalOf(fetch(url, { method: 'DELETE' }))).toBe('403 SignatureDoesNotMatch');
    expect(await refusalOf(fetch(url.replace('a%20b', 'c')))).toBe('403 SignatureDoesNotMatch');
    expect(await refusalOf(fetch(`${url}&versionId=1`))).toBe('403 SignatureDoesNotMatch');
    expect(await refusalOf(fetch(url, { headers: { 'x-amz-meta-more': '1' } }))).toBe('403 AccessDenied');
    s3.clock.offsetMs = 62_000;
    expect(await refusalOf(fetch(url))).toBe('403 AccessDenied');
  });
});

describe('CORS', () => {
  const preflight = (origin: string, method: string, headers?: string) => fetch(`${s3.endpoint}/${Bucket}/k`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': method, ...headers ? { 'access-control-request-headers': headers } : {} },
  });
  const granted = (response: Response) => response.headers.get('access-control-allow-origin');

  test('a preflight grants what a rule allows', async () => {
    const response = await preflight('https://console.example.com', 'PUT', 'content-type, x-amz-meta-a');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://console.example.com',
      'access-control-allow-methods': 'GET, POST, PUT',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '300',
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
    expect(granted(await preflight('https://anyone.test', 'HEAD'))).toBe('*');
  });

  test('a foreign origin, another method or another header is refused', async () => {
    expect(await refusalOf(preflight('https://evil.test', 'PUT'))).toBe('403 AccessForbidden');
    expect(await refusalOf(preflight('http://console.example.com', 'PUT'))).toBe('403 AccessForbidden');
    expect(await refusalOf(preflight('https://console.example.com', 'DELETE'))).toBe('403 AccessForbidden');
    expect(await refusalOf(preflight('https://console.example.com', 'PUT', 'x-other'))).toBe('403 AccessForbidden');
    expect(await refusalOf(fetch(`${s3.endpoint}/${BUCKETS.kms.name}/k`, {
      method: 'OPTIONS', headers: { origin: 'https://console.example.com', 'access-control-request-method': 'GET' },
    }))).toBe('403 AccessForbidden');
    expect(await refusalOf(fetch(`${s3.endpoint}/${Bucket}/k`, { method: 'OPTIONS' }))).toBe('400 BadRequest');
  });

  test('answers and refusals can be read by the granted origin only', async () => {
    const url = await getSignedUrl(s3.client, new GetObjectCommand(object));
    const from = (origin: string, target = url) => fetch(target, { headers: { origin } });
    expect(granted(await from('https://console.example.com'))).toBe('https://console.example.com');
    expect((await from('https://console.example.com')).headers.get('access-control-expose-headers')).toBe('ETag');
    expect(granted(await from('https://console.example.com', `${s3.endpoint}/${Bucket}/k`))).toBe('https://console.example.com');
    expect(granted(await from('https://evil.test'))).toBeNull();
    expect((await from('https://evil.test')).status).toBe(200);
  });
});

describe('what is not implemented', () => {
  const key = { Bucket, Key: 'k', Body: 'x' };
  test.each<[string, object]>([
    ['CreateBucket', new S3.CreateBucketCommand({ Bucket: 'new' })],
    ['DeleteBucket', new S3.DeleteBucketCommand({ Bucket })],
    ['GetBucketVersioning', new S3.GetBucketVersioningCommand({ Bucket })],
    ['GetBucketPolicy', new S3.GetBucketPolicyCommand({ Bucket })],
    ['PutBucketPolicy', new S3.PutBucketPolicyCommand({ Bucket, Policy: '{}' })],
    ['GetObjectAcl', new S3.GetObjectAclCommand(key)],
    ['PutObjectAcl', new S3.PutObjectAclCommand({ ...key, ACL: 'private' })],
    ['PutObjectTagging', new S3.PutObjectTaggingCommand({ ...key, Tagging: { TagSet: [] } })],
    ['GetObjectAttributes', new S3.GetObjectAttributesCommand({ ...key, ObjectAttributes: ['ETag'] })],
    ['RestoreObject', new S3.RestoreObjectCommand(key)],
    ['SelectObjectContent', new S3.SelectObjectContentCommand({ ...key, Expression: 'x', ExpressionType: 'SQL', InputSerialization: {}, OutputSerialization: {} })],
    ['PutObject with tags', new PutObjectCommand({ ...key, Tagging: 'a=b' })],
    ['PutObject in another class', new PutObjectCommand({ ...key, StorageClass: 'GLACIER' })],
    ['PutObject with other encryption', new PutObjectCommand({ ...key, ServerSideEncryption: 'aws:kms' })],
    ['PutObject with a customer key', new PutObjectCommand({ ...key, SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'x'.repeat(32) })],
    ['PutObject under a lock', new PutObjectCommand({ ...key, ObjectLockLegalHoldStatus: 'ON' })],
    ['PutObject with a redirect', new PutObjectCommand({ ...key, WebsiteRedirectLocation: '/x' })],
    ['PutObject with an append offset', new PutObjectCommand({ ...key, WriteOffsetBytes: 1 })],
    ['ListObjectsV2 with owners', new ListObjectsV2Command({ Bucket, FetchOwner: true })],
  ])('%s says so', async (_name, command) => {
    expect(await codeOf(s3.client.send(command as S3.GetObjectCommand))).toBe('NotImplemented');
  });

  test('names the call', async () => {
    await expect(s3.client.send(new S3.GetObjectAclCommand(key))).rejects.toThrow('"acl" parameter of GET /{bucket}/{key}?acl');
    await expect(s3.client.send(new PutObjectCommand({ ...key, Tagging: 'a=b' }))).rejects.toThrow('the x-amz-tagging header of PutObject');
  });
});
