import {
  CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadBucketCommand,
  HeadObjectCommand, GetBucketLocationCommand, ListObjectsV2Command, PutObjectCommand,
} from '@aws-sdk/client-s3';
import { bodyOf, BUCKETS, bytes, codeOf, KEY_ARN, LocalS3, startS3, streamOf } from './support';

const Bucket = BUCKETS.plain.name;
let s3: LocalS3;
beforeAll(async () => { s3 = await startS3(); });
afterAll(() => s3.destroy());
beforeEach(() => {
  s3.authorizer.denied.clear();
  s3.authorizer.take();
});
afterEach(async () => expect(await s3.scratchFiles()).toEqual([]));

const put = (Key: string, Body: string | Buffer = 'hello', rest: object = {}) => s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));
const get = (Key: string, rest: object = {}) => s3.client.send(new GetObjectCommand({ Bucket, Key, ...rest }));

describe('an object', () => {
  test('comes back with its bytes, its headers and its metadata', async () => {
    const stored = await put('videos/a.mp4', bytes(300_000), {
      ContentType: 'video/mp4',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.mp4"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { 'correlation-id': 'abc', title: 'a = "b"; c' },
    });
    const got = await get('videos/a.mp4');
    expect(await bodyOf(got)).toEqual(bytes(300_000));
    expect(got).toMatchObject({
      ETag: stored.ETag,
      ContentLength: 300_000,
      ContentType: 'video/mp4',
      CacheControl: 'max-age=60',
      ContentEncoding: 'gzip',
      ContentDisposition: 'attachment; filename="a.mp4"',
      ContentLanguage: 'de',
      AcceptRanges: 'bytes',
      ServerSideEncryption: 'AES256',
      Metadata: { 'correlation-id': 'abc', title: 'a = "b"; c' },
    });
    expect(stored.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(Math.abs(Date.now() - (got.LastModified?.getTime() ?? 0))).toBeLessThan(60_000);
  });

  test('may have metadata in UTF-8; what Node sends in Latin-1 fails its signature, as it does on S3', async () => {
    const Metadata = { title: 'Grüße' };
    // Node writes the headers in the encoding of the body that follows them: UTF-8 for a string, Latin-1 for bytes.
    await put('title', 'text', { Metadata });
    expect((await get('title')).Metadata).toEqual({ title: '=?UTF-8?B?R3LDvMOfZQ==?=' });
    expect(await codeOf(put('title', Buffer.from('bytes'), { Metadata }))).toBe('SignatureDoesNotMatch');
  });

  test('may be empty', async () => {
    await put('empty', Buffer.alloc(0));
    const got = await get('empty');
    expect(got.ContentLength).toBe(0);
    expect(await bodyOf(got)).toHaveLength(0);
  });

  test('is described by HEAD without its bytes', async () => {
    await put('head', 'hello', { ContentType: 'text/plain' });
    expect(await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'head' }))).toMatchObject({ ContentLength: 5, ContentType: 'text/plain' });
  });

  test('streams in and out without being held whole', async () => {
    const data = bytes(3_000_000);
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body: streamOf(data, 65_536), ContentLength: data.length }));
    const got = await get('stream');
    expect((await bodyOf(got)).equals(data)).toBe(true);
    expect(got.ContentEncoding).toBeUndefined();
  });

  test('is replaced while a reader still gets the old bytes', async () => {
    const old = bytes(8_000_000, 7);
    await put('replaced', old);
    const reading = await get('replaced');
    await put('replaced', 'new');
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'replaced' }));
    expect((await bodyOf(reading)).equals(old)).toBe(true);
    expect(await codeOf(get('replaced'))).toBe('NoSuchKey');
  });

  test('can have its answer dressed by the reader', async () => {
    await put('dressed');
    const got = await get('dressed', { ResponseContentType: 'text/x', ResponseContentDisposition: 'attachment; filename="é"', ResponseCacheControl: 'no-store' });
    expect(got).toMatchObject({ ContentType: 'text/x', CacheControl: 'no-store' });
    expect(got.ContentDisposition).toContain('attachment');
    expect(await codeOf(get('dressed', { ResponseContentType: 'a\r\nset-cookie: x' }))).toBe('InvalidArgument');
  });
});

describe('odd keys', () => {
  const keys = ['../../etc/passwd', '/leading', 'a//b', 'a/./b', 'nul\u0000byte', 'plus+and space', 'percent%2Fencoded', '日本/🎬', 'q?x=1&y#z', '-rf',
    `long-${'é'.repeat(509)}`, "quote'\"<>&", 'line\nfeed\rreturn', '__proto__'];

  test.each(keys)('%j is stored, read, listed and deleted as it is', async Key => {
    await put(Key, Key);
    expect((await bodyOf(await get(Key))).toString()).toBe(Key);
    const listed = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: Key, EncodingType: 'url' }));
    expect(listed.Contents?.map(object => decodeURIComponent((object.Key ?? '').replace(/\+/g, ' ')))).toEqual([Key]);
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await codeOf(get(Key))).toBe('NoSuchKey');
  });

  test('a key of more than 1,024 bytes is refused', async () => {
    expect(await codeOf(put('x'.repeat(1025)))).toBe('KeyTooLongError');
  });
});

describe('ranges', () => {
  const data = bytes(1000);
  beforeAll(() => s3.client.send(new PutObjectCommand({ Bucket, Key: 'ranged', Body: data })));

  test.each([
    ['bytes=0-0', 0, 0], ['bytes=10-19', 10, 19], ['bytes=990-', 990, 999], ['bytes=-5', 995, 999], ['bytes=-5000', 0, 999], ['bytes=500-5000', 500, 999],
  ])('%s', async (Range, start, end) => {
    const got = await get('ranged', { Range });
    expect(await bodyOf(got)).toEqual(data.subarray(start, end + 1));
    expect(got.ContentRange).toBe(`bytes ${start}-${end}/1000`);
    expect(got.$metadata.httpStatusCode).toBe(206);
  });

  test.each(['bytes=1000-', 'bytes=-0', 'bytes=2000-3000'])('%s is not satisfiable', async Range => {
    expect(await codeOf(get('ranged', { Range }))).toBe('InvalidRange');
  });

  test.each(['bytes=9-3', 'lines=1-2', 'bytes=a-b'])('%s means the whole object', async Range => {
    expect((await get('ranged', { Range })).$metadata.httpStatusCode).toBe(200);
  });

  test('several ranges are refused by name', async () => {
    expect(await codeOf(get('ranged', { Range: 'bytes=0-1,3-4' }))).toBe('NotImplemented');
  });
});

describe('conditional reads', () => {
  test('If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since', async () => {
    const { ETag } = await put('conditional');
    const [past, future] = [-60_000, 60_000].map(ms => new Date(Date.now() + ms));
    expect(await codeOf(get('conditional', { IfMatch: ETag }))).toBe('accepted');
    expect(await codeOf(get('conditional', { IfMatch: '"other"' }))).toBe('PreconditionFailed');
    expect(await codeOf(get('conditional', { IfNoneMatch: '"other"' }))).toBe('accepted');
    await expect(get('conditional', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get('conditional', { IfModifiedSince: future })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    expect(await codeOf(get('conditional', { IfModifiedSince: past }))).toBe('accepted');
    expect(await codeOf(get('conditional', { IfUnmodifiedSince: past }))).toBe('PreconditionFailed');
    expect(await codeOf(get('conditional', { IfUnmodifiedSince: past, IfMatch: ETag }))).toBe('accepted');
  });
});

describe('conditional writes', () => {
  test('If-None-Match: * creates once', async () => {
    expect(await codeOf(put('once', '1', { IfNoneMatch: '*' }))).toBe('accepted');
    expect(await codeOf(put('once', '2', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect((await bodyOf(await get('once'))).toString()).toBe('1');
  });

  test('If-Match replaces only what the writer has seen', async () => {
    const { ETag } = await put('seen', '1');
    expect(await codeOf(put('seen', '2', { IfMatch: ETag }))).toBe('accepted');
    expect(await codeOf(put('seen', '3', { IfMatch: ETag }))).toBe('PreconditionFailed');
    expect(await codeOf(put('never-seen', '1', { IfMatch: ETag }))).toBe('NoSuchKey');
    expect(await codeOf(put('seen', '4', { IfNoneMatch: '"tag"' }))).toBe('NotImplemented');
  });

  test('of a hundred racing writers exactly one wins', async () => {
    const results = await Promise.all(Array.from({ length: 100 }, (_, i) => codeOf(put('raced', `writer ${i}`, { IfNoneMatch: '*' }))));
    expect(results.filter(code => code === 'accepted')).toHaveLength(1);
    expect(results.filter(code => code === 'PreconditionFailed')).toHaveLength(99);
    expect((await bodyOf(await get('raced'))).toString()).toBe(`writer ${results.indexOf('accepted')}`);
  });

  test('a conditional delete spares what has changed', async () => {
    const { ETag } = await put('deleted-if', '1');
    const remove = (IfMatch?: string) => s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'deleted-if', IfMatch }));
    expect(await codeOf(remove('"other"'))).toBe('PreconditionFailed');
    expect(await codeOf(remove(ETag))).toBe('accepted');
  });
});

describe('copies', () => {
  test('keep or replace the metadata', async () => {
    await put('source +é', bytes(5000), { Metadata: { a: '1' }, ContentType: 'text/x' });
    const CopySource = `${Bucket}/${encodeURIComponent('source +é')}`;
    const copied = await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    expect(copied.CopyObjectResult?.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await get('copy')).toMatchObject({ Metadata: { a: '1' }, ContentType: 'text/x', ContentLength: 5000 });
    await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource, MetadataDirective: 'REPLACE', Metadata: { b: '2' } }));
    expect((await get('copy')).Metadata).toEqual({ b: '2' });
    expect(await bodyOf(await get('copy'))).toEqual(bytes(5000));
  });

  test('need permission on both ends, and a source', async () => {
    await put('from');
    s3.authorizer.take();
    await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from` }));
    expect(s3.authorizer.take()).toEqual([`s3:GetObject ${Bucket}/from`, `s3:PutObject ${Bucket}/to`]);
    expect(await codeOf(s3.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/absent` })))).toBe('NoSuchKey');
    expect(await codeOf(s3.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/to` })))).toBe('InvalidRequest');
    expect(await codeOf(s3.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from`, CopySourceIfMatch: 'x' }))))
      .toBe('PreconditionFailed');
  });
});

describe('deletes', () => {
  test('of many keys answer for each, also for those that are refused', async () => {
    await Promise.all(['d/1', 'd/2', 'd/3\r&', 'd/4&#x0D;&amp;'].map(key => put(key)));
    const Objects = ['d/1', 'd/2', 'd/3\r&', 'd/4&#x0D;&amp;', 'd/absent'].map(Key => ({ Key }));
    const result = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(result.Deleted?.map(object => object.Key).sort()).toEqual(Objects.map(object => object.Key).sort());
    expect((await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'd/' }))).KeyCount).toBe(0);

    s3.authorizer.denied.add('s3:DeleteObject');
    const refused = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'd/1' }], Quiet: true } }));
    expect(refused.Errors).toMatchObject([{ Key: 'd/1', Code: 'AccessDenied' }]);
  });

  test('of an absent key succeed', async () => {
    expect(await codeOf(s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'never' })))).toBe('accepted');
  });
});

describe('permissions', () => {
  test('each call asks for its IAM action', async () => {
    await put('p');
    await get('p');
    await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'p' }));
    await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'p' }));
    await s3.client.send(new HeadBucketCommand({ Bucket }));
    expect((await s3.client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-central-1');
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'p' }));
    expect(s3.authorizer.asked.find(({ action }) => action === 's3:ListBucket')?.context).toMatchObject({ 's3:prefix': 'p', 'aws:SecureTransport': 'true' });
    expect(s3.authorizer.take()).toEqual([
      `s3:PutObject ${Bucket}/p`, `s3:GetObject ${Bucket}/p`, `s3:GetObject ${Bucket}/p`, `s3:ListBucket ${Bucket}`, `s3:ListBucket ${Bucket}`,
      `s3:GetBucketLocation ${Bucket}`, `s3:DeleteObject ${Bucket}/p`,
    ]);
  });

  test('a refused call has no effect', async () => {
    s3.authorizer.denied.add('s3:PutObject');
    expect(await codeOf(put('refused', bytes(2_000_000)))).toBe('AccessDenied');
    expect(await codeOf(get('refused'))).toBe('NoSuchKey');
  });

  test('absence is told only to those who may list', async () => {
    expect(await codeOf(get('absent'))).toBe('NoSuchKey');
    s3.authorizer.denied.add('s3:ListBucket');
    expect(await codeOf(get('absent'))).toBe('AccessDenied');
    await expect(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  test('a bucket with a KMS key takes permission on the key', async () => {
    const kms = { Bucket: BUCKETS.kms.name, Key: 'k' };
    const stored = await s3.client.send(new PutObjectCommand({ ...kms, Body: 'x' }));
    expect(stored).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN, BucketKeyEnabled: true });
    await s3.client.send(new GetObjectCommand(kms)).then(bodyOf);
    expect(s3.authorizer.asked.find(({ action }) => action === 'kms:Decrypt')?.context).toMatchObject({
      'kms:ViaService': 's3.eu-central-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': BUCKETS.kms.arn,
    });
    expect(s3.authorizer.take()).toEqual([
      's3:PutObject kms-bucket/k', 'kms:GenerateDataKey key/1234', 's3:GetObject kms-bucket/k', 'kms:Decrypt key/1234',
    ]);
    s3.authorizer.denied.add('kms:Decrypt');
    expect(await codeOf(s3.client.send(new GetObjectCommand(kms)))).toBe('AccessDenied');
    s3.authorizer.denied.add('kms:GenerateDataKey');
    expect(await codeOf(s3.client.send(new PutObjectCommand({ ...kms, Body: 'y' })))).toBe('AccessDenied');
  });

  test('an unknown bucket is told', async () => {
    expect(await codeOf(s3.client.send(new GetObjectCommand({ Bucket: 'no-such', Key: 'k' })))).toBe('NoSuchBucket');
  });
});
