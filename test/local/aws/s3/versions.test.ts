import { readdir, writeFile } from 'fs/promises';
import * as path from 'path';
import {
  CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, DeleteObjectCommand,
  DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand,
  ListPartsCommand, PutObjectCommand, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { bodyOf, BUCKETS, bytes, codeOf, LocalS3, startS3 } from './support';

const Bucket = BUCKETS.versioned.name;
let s3: LocalS3;
beforeAll(async () => { s3 = await startS3(); });
afterAll(() => s3.destroy());
beforeEach(() => {
  s3.authorizer.denied.clear();
  s3.events.splice(0);
});

const put = async (Key: string, Body: string, bucket = Bucket) =>
  (await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))).VersionId ?? '';
const read = async (Key: string, VersionId?: string) =>
  (await bodyOf(await s3.client.send(new GetObjectCommand({ Bucket, Key, VersionId })))).toString();

describe('a versioned bucket', () => {
  test('keeps what was replaced, and asks the permission on versions for it', async () => {
    const [one, two] = [await put('k', '1'), await put('k', '2')];
    expect(await read('k')).toBe('2');
    s3.authorizer.take();
    expect(await read('k', one)).toBe('1');
    expect(s3.authorizer.take()).toEqual([`s3:GetObjectVersion ${Bucket}/k`]);
    expect(await codeOf(read('k', 'no-such-version'))).toBe('NoSuchVersion');
    expect(one).not.toBe(two);
  });

  test('covers a deleted object with a marker, and uncovers it again', async () => {
    const version = await put('covered', 'x');
    const marker = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'covered' }));
    expect(marker.DeleteMarker).toBe(true);
    expect(await codeOf(read('covered'))).toBe('NoSuchKey');
    expect(await read('covered', version)).toBe('x');
    await expect(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'covered', VersionId: marker.VersionId })))
      .rejects.toMatchObject({ $metadata: { httpStatusCode: 405 } });
    expect((await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'covered' }))).KeyCount).toBe(0);

    s3.authorizer.take();
    const uncovered = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'covered', VersionId: marker.VersionId }));
    expect(s3.authorizer.take()).toEqual([`s3:DeleteObjectVersion ${Bucket}/covered`]);
    expect(uncovered.DeleteMarker).toBe(true);
    expect(await read('covered')).toBe('x');
  });

  test('a create under If-None-Match may follow a delete', async () => {
    await put('again', '1');
    const create = () => s3.client.send(new PutObjectCommand({ Bucket, Key: 'again', Body: '2', IfNoneMatch: '*' }));
    expect(await codeOf(create())).toBe('PreconditionFailed');
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'again' }));
    expect(await codeOf(create())).toBe('accepted');
  });

  test('copies from a named version', async () => {
    const one = await put('origin', '1');
    await put('origin', '2');
    const copied = await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'restored', CopySource: `${Bucket}/origin?versionId=${one}` }));
    expect(copied.CopySourceVersionId).toBe(one);
    expect(await read('restored')).toBe('1');
  });

  test('deletes many versions at once', async () => {
    const versions = [await put('many', '1'), await put('many', '2')];
    const result = await s3.client.send(new DeleteObjectsCommand({
      Bucket, Delete: { Objects: [...versions.map(VersionId => ({ Key: 'many', VersionId })), { Key: 'many' }] },
    }));
    expect(result.Deleted).toMatchObject([{ VersionId: versions[0] }, { VersionId: versions[1] }, { DeleteMarker: true }]);
  });

  test('lists versions and markers, newest first, in pages', async () => {
    const [a1, a2] = [await put('v/a', '1'), await put('v/a', '22')];
    const marker = (await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'v/a' }))).VersionId;
    const b1 = await put('v/b', '1');
    await put('v/sub/c', '1');
    const seen: (string | undefined)[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (markers) {
      const page: Awaited<ReturnType<typeof list>> = await list(markers);
      seen.push(
        ...[...page.DeleteMarkers ?? [], ...page.Versions ?? []].map(version => version.VersionId),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      markers = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
    }
    expect(seen).toEqual([marker, a2, a1, b1, 'v/sub/']);

    function list(from: object) {
      return s3.client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'v/', Delimiter: '/', MaxKeys: 1, ...from }));
    }
  });
});

describe('listings', () => {
  const bucket = BUCKETS.plain.name;
  const keys = ['a', 'a/1', 'a/2', 'b', 'c/d/1', 'c/e', '\uFFFD', '🎬', 'z'];
  beforeAll(() => Promise.all(keys.map(key => put(key, 'x', bucket))));

  const list = (rest: object = {}) => s3.client.send(new ListObjectsV2Command({ Bucket: bucket, ...rest }));
  const names = (page: Awaited<ReturnType<typeof list>>) =>
    [...(page.Contents ?? []).map(({ Key }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `[${Prefix}]`)];

  test('are ordered by the bytes of the keys', async () => {
    expect(names(await list())).toEqual(['a', 'a/1', 'a/2', 'b', 'c/d/1', 'c/e', 'z', '\uFFFD', '🎬']);
  });

  test('start after a key, keep to a prefix and roll up at a delimiter', async () => {
    expect(names(await list({ StartAfter: 'c/d/1' }))).toEqual(['c/e', 'z', '\uFFFD', '🎬']);
    expect(names(await list({ Prefix: 'a/' }))).toEqual(['a/1', 'a/2']);
    expect(names(await list({ Delimiter: '/' }))).toEqual(['a', 'b', 'z', '\uFFFD', '🎬', '[a/]', '[c/]']);
    expect(names(await list({ Prefix: 'c/', Delimiter: '/' }))).toEqual(['c/e', '[c/d/]']);
    expect(names(await list({ Prefix: 'nothing' }))).toEqual([]);
  });

  test.each([1, 2, 3, 4])('in pages of %i lose and repeat nothing', async MaxKeys => {
    for (const Delimiter of [undefined, '/']) {
      const seen: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await list({ MaxKeys, Delimiter, ContinuationToken });
        expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
        seen.push(...names(page));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      expect(seen.sort()).toEqual(names(await list({ Delimiter })).sort());
    }
  });

  test('refuse a token that was not given out', async () => {
    expect(await codeOf(list({ ContinuationToken: 'bogus' }))).toBe('InvalidArgument');
    expect(await codeOf(list({ MaxKeys: -1 }))).toBe('InvalidArgument');
    expect(names(await list({ MaxKeys: 0 }))).toEqual([]);
  });
});

describe('events', () => {
  test('tell each creation once, with a sequencer that grows', async () => {
    const versions = [await put('e', '1'), await put('e', '22')];
    await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'e2', CopySource: `${Bucket}/e` }));
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'e' }));
    expect(s3.events).toMatchObject([
      { bucket: Bucket, key: 'e', versionId: versions[0], size: 1, etag: 'c4ca4238a0b923820dcc509a6f75849b', reason: 'PutObject' },
      { bucket: Bucket, key: 'e', versionId: versions[1], size: 2, reason: 'PutObject' },
      { bucket: Bucket, key: 'e2', size: 2, reason: 'CopyObject' },
    ]);
    const sequencers = s3.events.map(event => event.sequencer);
    expect(sequencers).toEqual([...sequencers].sort());
    expect(new Set(sequencers).size).toBe(3);
    expect(sequencers[0]).toMatch(/^[0-9A-F]{18}$/);
  });

  test('are not for buckets without EventBridge', async () => {
    await put('silent', 'x', BUCKETS.plain.name);
    expect(s3.events).toEqual([]);
  });
});

describe('a restart', () => {
  test('finds objects, versions, metadata and uploads as they were, and goes on counting', async () => {
    const first = await startS3();
    const version = await first.client.send(new PutObjectCommand({ Bucket, Key: '../k', Body: 'old', Metadata: { a: '1' } }));
    await first.client.send(new PutObjectCommand({ Bucket, Key: '../k', Body: 'new' }));
    await first.client.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
    await first.client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    const { UploadId } = await first.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'm' }));
    const upload = { Bucket, Key: 'm', UploadId };
    const { ETag } = await first.client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: bytes(1000) }));
    await first.stop();

    const second = await startS3(first.root);
    const got = await second.client.send(new GetObjectCommand({ Bucket, Key: '../k', VersionId: version.VersionId }));
    expect([(await bodyOf(got)).toString(), got.Metadata]).toEqual(['old', { a: '1' }]);
    expect(await codeOf(second.client.send(new GetObjectCommand({ Bucket, Key: 'gone' })))).toBe('NoSuchKey');
    expect((await second.client.send(new ListPartsCommand(upload))).Parts).toMatchObject([{ PartNumber: 1, Size: 1000 }]);
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } });
    const done = await second.client.send(complete);
    expect(second.events[0].sequencer > first.events[first.events.length - 1].sequencer).toBe(true);
    await second.stop();

    const third = await startS3(first.root);
    const again = await third.client.send(complete);
    expect(again.VersionId).toBe(done.VersionId);
    expect((await bodyOf(await third.client.send(new GetObjectCommand({ Bucket, Key: 'm' })))).equals(bytes(1000))).toBe(true);
    await third.destroy();
  });

  test('sweeps what a crash left half done', async () => {
    const first = await startS3();
    await first.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await first.stop();
    const objects = path.join(first.root, 'buckets', Bucket, 'objects');
    const [shard] = await readdir(objects);
    const [name] = await readdir(path.join(objects, shard));
    await writeFile(path.join(objects, shard, name, 'orphan'), 'x');
    await writeFile(path.join(first.root, 'scratch', 'half'), 'x');

    const second = await startS3(first.root);
    expect(await readdir(path.join(objects, shard, name))).toHaveLength(2);
    expect(await second.scratchFiles()).toEqual([]);
    await second.destroy();
  });
});
