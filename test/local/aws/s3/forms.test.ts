import { createHash } from 'crypto';
import { request } from 'http';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, PresignedPost, PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { bodyOf, BUCKETS, bytes, codeOf, IDENTITY, LocalS3, refusalOf, startS3 } from './support';
import { until } from '../../../support/until';

const Bucket = BUCKETS.versioned.name;
const Key = 'uploads/0190/source';
let s3: LocalS3;
beforeAll(async () => { s3 = await startS3(); });
afterAll(() => s3.destroy());
beforeEach(() => {
  s3.clock.offsetMs = 0;
  s3.authorizer.denied.clear();
  s3.events.splice(0);
});
afterEach(async () => expect(await s3.scratchFiles()).toEqual([]));

const form = (options: Partial<PresignedPostOptions> = {}) => createPresignedPost(s3.client, {
  Bucket,
  Key,
  Expires: 900,
  Fields: { 'Content-Type': 'video/mp4', 'x-amz-meta-correlation-id': 'abc' },
  Conditions: [['content-length-range', 1, 100_000]],
  ...options,
});

/** Sends a form as a browser does. */
function post({ url, fields }: PresignedPost, file: Buffer | undefined, filename = 'holiday.mp4', init: RequestInit = {}): Promise<Response> {
  const data = new FormData();
  Object.entries(fields).forEach(([name, value]) => data.append(name, value));
  if (file) data.append('file', new Blob([file]), filename);
  return fetch(url, { method: 'POST', body: data, ...init });
}

const stored = async (key = Key) => s3.client.send(new GetObjectCommand({ Bucket, Key: key }));

describe('a presigned form', () => {
  test('stores the file with the fields as its headers and metadata', async () => {
    const data = bytes(90_000);
    const response = await post(await form(), data);
    expect([response.status, await response.text()]).toEqual([204, '']);
    const got = await stored();
    expect(got).toMatchObject({
      ContentType: 'video/mp4', Metadata: { 'correlation-id': 'abc' }, ETag: response.headers.get('etag'), VersionId: response.headers.get('x-amz-version-id'),
    });
    expect((await bodyOf(got)).equals(data)).toBe(true);
    expect(s3.events).toMatchObject([{ bucket: Bucket, key: Key, reason: 'POST Object', size: 90_000, requestId: response.headers.get('x-amz-request-id') }]);
  });

  test('answers 201 with a document when asked to', async () => {
    const response = await post(await form({ Fields: { 'Content-Type': 'a/b', success_action_status: '201' } }), Buffer.from('x'));
    expect(response.status).toBe(201);
    expect(await response.text()).toContain(`<Key>${Key}</Key>`);
    expect((await post(await form({ Fields: { success_action_status: '200' } }), Buffer.from('x'))).status).toBe(200);
  });

  test('may take the name of the file into a key under a prefix', async () => {
    const response = await post(await form({ Key: 'user/eric/${filename}' }), Buffer.from('x'), 'été.mp4');
    expect(response.status).toBe(204);
    expect((await stored('user/eric/été.mp4')).ContentLength).toBe(1);
  });

  test('may leave a field open by prefix', async () => {
    const signed = await form({ Fields: {}, Conditions: [['starts-with', '$Content-Type', 'video/']] });
    expect((await post({ ...signed, fields: { ...signed.fields, 'Content-Type': 'video/webm' } }, Buffer.from('x'))).status).toBe(204);
    expect(await refusalOf(post({ ...signed, fields: { ...signed.fields, 'Content-Type': 'text/html' } }, Buffer.from('x')))).toBe('403 AccessDenied');
    expect(await refusalOf(post(signed, Buffer.from('x')))).toBe('403 AccessDenied');
  });

  test('verifies a checksum that it carries', async () => {
    const withChecksum = (value: string) => form({ Fields: { 'x-amz-checksum-sha256': value } });
    const right = createHash('sha256').update('x').digest('base64');
    expect((await post(await withChecksum(right), Buffer.from('x'))).status).toBe(204);
    expect((await stored()).ChecksumSHA256).toBe(right);
    expect(await refusalOf(post(await withChecksum('AAAA'), Buffer.from('x')))).toBe('400 BadDigest');
  });
});

describe('a form is refused', () => {
  type Fields = Record<string, string>;

  async function altered(change: (fields: Fields) => Fields, options: Partial<PresignedPostOptions> = {}): Promise<string> {
    const signed = await form(options);
    const before = s3.events.length;
    const refusal = await refusalOf(post({ ...signed, fields: change({ ...signed.fields }) }, bytes(1000)));
    expect(s3.events).toHaveLength(before);
    return refusal;
  }

  test('when its key, type, metadata or bucket was altered', async () => {
    expect(await altered(fields => ({ ...fields, key: 'uploads/other/source' }))).toBe('403 AccessDenied');
    expect(await altered(fields => ({ ...fields, 'Content-Type': 'text/html' }))).toBe('403 AccessDenied');
    expect(await altered(fields => ({ ...fields, 'x-amz-meta-correlation-id': 'other' }))).toBe('403 AccessDenied');
    expect(await altered(fields => ({ ...fields, bucket: BUCKETS.plain.name }))).toBe('403 AccessDenied');
    const { url, fields } = await form();
    expect(await refusalOf(post({ url: url.replace(Bucket, BUCKETS.plain.name), fields }, Buffer.from('x')))).toBe('403 AccessDenied');
  });

  test('when it holds a field that the policy does not cover', async () => {
    expect(await altered(fields => ({ ...fields, 'x-amz-meta-extra': '1' }))).toBe('403 AccessDenied');
    expect(await altered(fields => ({ ...fields, acl: 'public-read' }))).toBe('403 AccessDenied');
    const { url, fields } = await form();
    expect(await refusalOf(post({ url, fields: { ...fields, 'x-ignore-this': '1' } }, Buffer.from('x')))).toBe('204');
  });

  test('when a covered field means something that is not implemented', async () => {
    expect(await altered(fields => fields, { Fields: { acl: 'private' } })).toBe('501 NotImplemented');
    expect(await altered(fields => fields, { Fields: { 'If-None-Match': '*' } })).toBe('501 NotImplemented');
  });

  test('when its policy or signature was altered', async () => {
    const lenient = Buffer.from(JSON.stringify({ expiration: '2999-01-01T00:00:00Z', conditions: [] })).toString('base64');
    expect(await altered(fields => ({ ...fields, Policy: lenient }))).toBe('403 SignatureDoesNotMatch');
    expect(await altered(fields => ({ ...fields, 'X-Amz-Signature': '0'.repeat(64) }))).toBe('403 SignatureDoesNotMatch');
    expect(await altered(({ Policy: _policy, ...fields }) => fields)).toBe('403 AccessDenied');
    expect(await altered(fields => ({ ...fields, 'X-Amz-Security-Token': 'other' }))).toBe('400 InvalidToken');
    expect(await altered(fields => ({ ...fields, 'X-Amz-Credential': fields['X-Amz-Credential'].replace(IDENTITY.accessKeyId, 'AKIDOTHER') })))
      .toBe('403 InvalidAccessKeyId');
    expect(await altered(fields => ({ ...fields, 'X-Amz-Credential': fields['X-Amz-Credential'].replace('eu-central-1', 'us-east-1') })))
      .toBe('400 AuthorizationHeaderMalformed');
    expect(await altered(fields => ({ ...fields, 'X-Amz-Algorithm': 'none' }))).toBe('501 NotImplemented');
  });

  test('after its expiry', async () => {
    const signed = await form({ Expires: 60 });
    s3.clock.offsetMs = 61_000;
    const response = await post(signed, Buffer.from('x'));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Policy expired');
  });

  test('when its file is too large or too small', async () => {
    const range = { Conditions: [['content-length-range', 10, 20]] } as Partial<PresignedPostOptions>;
    expect(await refusalOf(post(await form(range), bytes(21)))).toBe('400 EntityTooLarge');
    expect(await refusalOf(post(await form(range), bytes(5_000_000)))).toBe('400 EntityTooLarge');
    expect(await refusalOf(post(await form(range), bytes(9)))).toBe('400 EntityTooSmall');
    expect(await refusalOf(post(await form(range), bytes(20)))).toBe('204');
    expect(await refusalOf(post(await form(range), bytes(10)))).toBe('204');
  });

  test('when its signer may not put', async () => {
    s3.authorizer.denied.add('s3:PutObject');
    expect(await refusalOf(post(await form(), Buffer.from('x')))).toBe('403 AccessDenied');
  });

  test('when it is no form, has no file, no key, or too much before the file', async () => {
    const { url, fields } = await form();
    const { key: _key, ...keyless } = fields;
    expect(await refusalOf(post({ url, fields }, undefined))).toBe('400 InvalidArgument');
    expect(await refusalOf(post({ url, fields: keyless }, Buffer.from('x')))).toBe('400 InvalidArgument');
    expect(await refusalOf(post({ url, fields: { ...fields, 'x-ignore-a': 'x'.repeat(21_000) } }, Buffer.from('x')))).toBe('400 MaxPostPreDataLengthExceeded');
    expect(await refusalOf(fetch(url, { method: 'POST', body: 'x', headers: { 'content-type': 'multipart/form-data' } }))).toBe('400 MalformedPOSTRequest');
    const cut = { method: 'POST', body: '--b\r\ncontent-disposition: form-data; name="key"\r\n\r\nk', headers: { 'content-type': 'multipart/form-data; boundary=b' } };
    expect(await refusalOf(fetch(url, cut))).toBe('400 MalformedPOSTRequest');
    expect(await refusalOf(fetch(url, { method: 'POST', body: '{}' }))).toBe('403 AccessDenied');
  });
});

describe('a browser that leaves', () => {
  test('in the middle of the file stores nothing', async () => {
    const { url, fields } = await form({ Key: 'left' });
    const parts = Object.entries(fields).map(([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('');
    const sending = request(url, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 90_000 } });
    sending.on('error', () => undefined);
    sending.write(`${parts}--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`);
    sending.write(bytes(20_000));
    await until(async () => (await s3.scratchFiles()).length === 1);
    sending.destroy();
    await until(async () => (await s3.scratchFiles()).length === 0);
    expect(await codeOf(stored('left'))).toBe('NoSuchKey');
  });
});
