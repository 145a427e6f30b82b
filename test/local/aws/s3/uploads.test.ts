import { createHash } from 'crypto';
import {
  AbortMultipartUploadCommand, ChecksumAlgorithm, CompletedPart, CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, ListMultipartUploadsCommand, ListPartsCommand, PutObjectCommand,
  UploadPartCommand, UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { bodyOf, BUCKETS, bytes, codeOf, LocalS3, startS3, streamOf } from './support';

const Bucket = BUCKETS.versioned.name;
const MIB = 1024 * 1024;
let s3: LocalS3;
beforeAll(async () => { s3 = await startS3(); });
afterAll(() => s3.destroy());
beforeEach(() => {
  s3.authorizer.denied.clear();
  s3.events.splice(0);
});
/** An upload that was aborted by its client is cleared away when the server notices, which a busy machine delays. */
afterEach(async () => {
  for (const end = Date.now() + 10_000; Date.now() < end && (await s3.scratchFiles()).length > 0;) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  expect(await s3.scratchFiles()).toEqual([]);
});

async function begin(Key: string, rest: object = {}): Promise<Begun> {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...rest }));
  return { Bucket, Key, UploadId: UploadId ?? '' };
}

interface Begun { readonly Bucket: string; readonly Key: string; readonly UploadId: string }

async function part(upload: Begun, PartNumber: number, Body: Buffer, rest: object = {}): Promise<CompletedPart> {
  const { ETag } = await s3.client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...rest }));
  return { PartNumber, ETag };
}

const complete = (upload: Begun, Parts: CompletedPart[], rest: object = {}) =>
  s3.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...rest }));

describe('one part of an object', () => {
  const data = bytes(5 * MIB + 7, 11);
  const get = (Key: string, PartNumber: number, rest: object = {}) => s3.client.send(new GetObjectCommand({ Bucket, Key, PartNumber, ...rest }));

  beforeAll(async () => {
    const upload = await begin('parts');
    await complete(upload, [await part(upload, 1, data.subarray(0, 5 * MIB)), await part(upload, 2, data.subarray(5 * MIB))]);
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'whole', Body: 'abc' }));
  });

  test('is its bytes, and the number of parts', async () => {
    const second = await get('parts', 2);
    expect(second).toMatchObject({ PartsCount: 2, ContentRange: `bytes ${5 * MIB}-${5 * MIB + 6}/${data.length}`, ContentLength: 7 });
    expect((await bodyOf(second)).equals(data.subarray(5 * MIB))).toBe(true);
  });

  test('is the whole of an object that was put whole, without a number', async () => {
    const only = await get('whole', 1);
    expect([only.PartsCount, only.$metadata.httpStatusCode, (await bodyOf(only)).toString()]).toEqual([undefined, 206, 'abc']);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['that is not there', () => get('parts', 3), 'InvalidPartNumber'],
    ['that no object has', () => get('parts', 0), 'InvalidArgument'],
    ['and a range', () => get('parts', 1, { Range: 'bytes=0-1' }), 'InvalidRequest'],
  ])('%s is refused', async (_, call, code) => {
    expect(await codeOf(call())).toBe(code);
  });
});

describe('lib-storage', () => {
  test.each<ChecksumAlgorithm | undefined>([undefined, 'CRC32', 'CRC32C', 'SHA256'])('uploads a stream of unknown length with %s', async algorithm => {
    const data = bytes(12 * MIB, 3);
    const upload = new Upload({
      client: s3.client,
      params: { Bucket, Key: 'big', Body: streamOf(data, 100_000), ContentType: 'video/mp4', Metadata: { a: 'b' }, ChecksumAlgorithm: algorithm },
      partSize: 5 * MIB,
      queueSize: 3,
    });
    const done = await upload.done();
    const md5s = [0, 5, 10].map(at => createHash('md5').update(data.subarray(at * MIB, Math.min(at + 5, 12) * MIB)).digest());
    expect(done.ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-3"`);
    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'big' }));
    expect(got).toMatchObject({ ContentLength: data.length, ContentType: 'video/mp4', Metadata: { a: 'b' }, VersionId: done.VersionId });
    expect((await bodyOf(got)).equals(data)).toBe(true);
    const across = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'big', Range: `bytes=${5 * MIB - 10}-${10 * MIB + 9}` }));
    expect((await bodyOf(across)).equals(data.subarray(5 * MIB - 10, 10 * MIB + 10))).toBe(true);
    expect(s3.events).toMatchObject([{ key: 'big', reason: 'CompleteMultipartUpload', size: data.length, versionId: done.VersionId }]);
  });

  test('leaves nothing behind when it is aborted', async () => {
    const params = { Bucket, Key: 'aborted', Body: streamOf(bytes(30 * MIB), 500_000) };
    const upload = new Upload({ client: s3.client, params, partSize: 5 * MIB });
    upload.on('httpUploadProgress', () => void upload.abort());
    expect(await codeOf(upload.done())).toBe('AbortError');
    await new Promise(resolve => setTimeout(resolve, 100));
    const uploads = await s3.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'aborted' }));
    await Promise.all((uploads.Uploads ?? []).map(({ Key, UploadId }) =>
      s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))));
    expect(await codeOf(s3.client.send(new GetObjectCommand({ Bucket, Key: 'aborted' })))).toBe('NoSuchKey');
  });
});

describe('multipart uploads', () => {
  test('parts are listed in pages, replaced by number and joined in order', async () => {
    const upload = await begin('joined');
    const second = await part(upload, 2, Buffer.from('second'));
    await part(upload, 1, Buffer.from('first, wrong'));
    const first = await part(upload, 1, bytes(5 * MIB));
    const page = await s3.client.send(new ListPartsCommand({ ...upload, MaxParts: 1 }));
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1', Parts: [{ PartNumber: 1, Size: 5 * MIB, ETag: first.ETag }] });
    const rest = await s3.client.send(new ListPartsCommand({ ...upload, PartNumberMarker: page.NextPartNumberMarker }));
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([2]);

    await complete(upload, [first, second]);
    const got = await bodyOf(await s3.client.send(new GetObjectCommand({ Bucket, Key: 'joined' })));
    expect(got.subarray(5 * MIB).toString()).toBe('second');
    expect(await codeOf(s3.client.send(new ListPartsCommand(upload)))).toBe('NoSuchUpload');
    expect(await codeOf(part(upload, 3, Buffer.from('late')))).toBe('NoSuchUpload');
  });

  test('a reader gets every part although the object is deleted meanwhile', async () => {
    const upload = await begin('held');
    // More than the connection buffers, so that the second part is not yet open when the object goes.
    const parts = [await part(upload, 1, bytes(16 * MIB)), await part(upload, 2, Buffer.from('tail'))];
    const { VersionId } = await complete(upload, parts);
    const reading = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'held' }));
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'held', VersionId }));
    expect((await bodyOf(reading)).subarray(16 * MIB).toString()).toBe('tail');
  });

  test('what does not fit together is refused and can be repaired', async () => {
    const upload = await begin('repaired');
    const one = await part(upload, 1, Buffer.from('small'));
    const two = await part(upload, 2, Buffer.from('last'));
    expect(await codeOf(complete(upload, [one, two]))).toBe('EntityTooSmall');
    expect(await codeOf(complete(upload, [two, one]))).toBe('InvalidPartOrder');
    expect(await codeOf(complete(upload, [{ ...one, ETag: '"other"' }]))).toBe('InvalidPart');
    expect(await codeOf(complete(upload, [{ ...one, PartNumber: 3 }]))).toBe('InvalidPart');
    expect(await codeOf(complete(upload, []))).toBe('MalformedXML');
    expect(await codeOf(complete(upload, [one], { MpuObjectSize: 4 }))).toBe('InvalidRequest');
    expect(await codeOf(complete(upload, [one], { MpuObjectSize: 5 }))).toBe('accepted');
    expect(s3.events).toHaveLength(1);
  });

  test('asking twice for completion makes one object and one event', async () => {
    const upload = await begin('twice');
    const parts = [await part(upload, 1, Buffer.from('x'))];
    const [first, second] = await Promise.all([complete(upload, parts), complete(upload, parts)]);
    expect(second).toMatchObject({ ETag: first.ETag, VersionId: first.VersionId });
    expect(await complete(upload, parts)).toMatchObject({ ETag: first.ETag, VersionId: first.VersionId });
    expect(s3.events).toHaveLength(1);
  });

  test('completion under If-None-Match has one winner, also against PutObject', async () => {
    const uploads = await Promise.all(Array.from({ length: 8 }, () => begin('raced')));
    const parts = await Promise.all(uploads.map((upload, i) => part(upload, 1, Buffer.from(`upload ${i}`))));
    const codes = await Promise.all([
      ...uploads.map((upload, i) => codeOf(complete(upload, [parts[i]], { IfNoneMatch: '*' }))),
      codeOf(s3.client.send(new PutObjectCommand({ Bucket, Key: 'raced', Body: 'put', IfNoneMatch: '*' }))),
    ]);
    expect(codes.filter(code => code === 'accepted')).toHaveLength(1);
    expect(codes.filter(code => code === 'PreconditionFailed')).toHaveLength(8);
    expect(s3.events).toHaveLength(1);
  });

  test('parts can be copied from an object, whole or by range', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'from', Body: bytes(6 * MIB) }));
    const upload = await begin('copied');
    const copy = (PartNumber: number, CopySourceRange?: string) =>
      s3.client.send(new UploadPartCopyCommand({ ...upload, PartNumber, CopySource: `${Bucket}/from`, CopySourceRange }));
    const [one, two] = [await copy(1), await copy(2, 'bytes=10-19')].map((copied, i) => ({ PartNumber: i + 1, ETag: copied.CopyPartResult?.ETag }));
    expect(await codeOf(copy(3, 'bytes=99999999-'))).toBe('InvalidRange');
    await complete(upload, [one, two]);
    const got = await bodyOf(await s3.client.send(new GetObjectCommand({ Bucket, Key: 'copied' })));
    expect(got.equals(Buffer.concat([bytes(6 * MIB), bytes(6 * MIB).subarray(10, 20)]))).toBe(true);
  });

  test('uploads in progress are listed until they are aborted', async () => {
    const [a, b] = [await begin('listed/a'), await begin('listed/b')];
    const page = await s3.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'listed/', MaxUploads: 1 }));
    expect(page).toMatchObject({ IsTruncated: true, Uploads: [{ Key: 'listed/a', UploadId: a.UploadId }], NextKeyMarker: 'listed/a' });
    const rest = await s3.client.send(new ListMultipartUploadsCommand({
      Bucket, Prefix: 'listed/', KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker,
    }));
    expect(rest.Uploads?.map(({ UploadId }) => UploadId)).toEqual([b.UploadId]);
    await s3.client.send(new AbortMultipartUploadCommand(a));
    expect(await codeOf(s3.client.send(new AbortMultipartUploadCommand(a)))).toBe('NoSuchUpload');
    expect(await codeOf(complete(a, [{ PartNumber: 1, ETag: 'x' }]))).toBe('NoSuchUpload');
    expect((await s3.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'listed/' }))).Uploads).toHaveLength(1);
  });

  test('an upload id is good for its own key only, and never a path', async () => {
    const upload = await begin('mine');
    expect(await codeOf(part({ ...upload, Key: 'other' }, 1, Buffer.from('x')))).toBe('NoSuchUpload');
    expect(await codeOf(part({ ...upload, UploadId: '../mine' }, 1, Buffer.from('x')))).toBe('NoSuchUpload');
    expect(await codeOf(part(upload, 10_001, Buffer.from('x')))).toBe('InvalidArgument');
  });

  test('each call asks for its IAM action, and for the KMS key', async () => {
    const kms = { Bucket: BUCKETS.kms.name, Key: 'k' };
    s3.authorizer.take();
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(kms));
    const upload = { ...kms, UploadId: UploadId ?? '' };
    const one = await part(upload, 1, Buffer.from('x'));
    await s3.client.send(new ListPartsCommand(upload));
    await s3.client.send(new ListMultipartUploadsCommand({ Bucket: kms.Bucket }));
    await complete(upload, [one]);
    const aborted = await s3.client.send(new CreateMultipartUploadCommand(kms));
    s3.authorizer.asked.splice(-2);
    await s3.client.send(new AbortMultipartUploadCommand({ ...kms, UploadId: aborted.UploadId }));
    expect(s3.authorizer.take()).toEqual([
      's3:PutObject kms-bucket/k', 'kms:GenerateDataKey key/1234',
      's3:PutObject kms-bucket/k', 'kms:Decrypt key/1234',
      's3:ListMultipartUploadParts kms-bucket/k', 's3:ListBucketMultipartUploads kms-bucket',
      's3:PutObject kms-bucket/k', 'kms:Decrypt key/1234',
      's3:AbortMultipartUpload kms-bucket/k',
    ]);
  });
});

describe('checksums of multipart objects', () => {
  test('a full-object checksum covers all parts and is verified', async () => {
    const data = bytes(6 * MIB, 9);
    const upload = await begin('full', { ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' });
    const parts = [
      await part(upload, 1, data.subarray(0, 5 * MIB), { ChecksumAlgorithm: 'CRC32C' }),
      await part(upload, 2, data.subarray(5 * MIB), { ChecksumAlgorithm: 'CRC32C' }),
    ];
    expect(await codeOf(complete(upload, parts, { ChecksumCRC32C: 'AAAAAA==' }))).toBe('BadDigest');
    const done = await complete(upload, parts);
    const single = await s3.client.send(new PutObjectCommand({ Bucket, Key: 'single', Body: data, ChecksumAlgorithm: 'CRC32C' }));
    expect(done).toMatchObject({ ChecksumType: 'FULL_OBJECT', ChecksumCRC32C: single.ChecksumCRC32C });
  });

  test('a composite one needs the checksum of every part', async () => {
    const upload = await begin('composite', { ChecksumAlgorithm: 'SHA256' });
    expect(await codeOf(part(upload, 1, Buffer.from('x'), { ChecksumAlgorithm: 'CRC32' }))).toBe('InvalidRequest');
    const one = await part(upload, 1, Buffer.from('x'), { ChecksumAlgorithm: 'SHA256' });
    expect(await codeOf(complete(upload, [one]))).toBe('InvalidRequest');
    expect(await codeOf(complete(upload, [{ ...one, ChecksumSHA256: 'AAAA' }]))).toBe('InvalidPart');
    const ChecksumSHA256 = createHash('sha256').update('x').digest('base64');
    const done = await complete(upload, [{ ...one, ChecksumSHA256 }]);
    expect(done.ChecksumSHA256).toBe(`${createHash('sha256').update(createHash('sha256').update('x').digest()).digest('base64')}-1`);
    expect(await codeOf(begin('bad', { ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' }))).toBe('InvalidRequest');
  });
});
