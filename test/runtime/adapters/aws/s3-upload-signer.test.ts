import { CREDENTIALS } from './catalog-fixture';
import { createS3Client } from '../../../../src/runtime/adapters/aws/clients';
import { S3UploadSigner } from '../../../../src/runtime/adapters/aws/s3-upload-signer';
import { PermanentError, TransientError } from '../../../../src/runtime/domain/errors';
import { UploadFormRequest } from '../../../../src/runtime/ports/upload-signer';

const client = createS3Client({ region: 'eu-central-1', credentials: { ...CREDENTIALS, sessionToken: 'session' } });
const REQUEST: UploadFormRequest = {
  key: 'uploads/id/source', contentType: 'video/mp4', sizeBytes: 500, seconds: 900, metadata: { 'correlation-id': 'c1', 'video-id': 'id' },
};

interface Policy {
  readonly expiration: string;
  readonly conditions: unknown[];
}

function policyOf(fields: Readonly<Record<string, string>>): Policy {
  return JSON.parse(Buffer.from(fields.Policy, 'base64').toString()) as Policy;
}

describe('an upload form', () => {
  test('fixes key, bucket, type and metadata exactly, and the size to the declared one', async () => {
    const { fields } = await new S3UploadSigner(client, 'videos').signForm(REQUEST);
    const { conditions } = policyOf(fields);
    expect(conditions).toEqual(expect.arrayContaining([
      { key: 'uploads/id/source' }, { bucket: 'videos' }, { 'Content-Type': 'video/mp4' },
      { 'x-amz-meta-correlation-id': 'c1' }, { 'x-amz-meta-video-id': 'id' }, ['content-length-range', 500, 500],
    ]));
    expect(JSON.stringify(conditions)).not.toContain('starts-with');
  });

  test('hands out every field that its policy names, and the session that signed it', async () => {
    const { fields, url } = await new S3UploadSigner(client, 'videos').signForm(REQUEST);
    const named = policyOf(fields).conditions.flatMap(condition => Array.isArray(condition) ? [] : Object.keys(condition as object));
    expect(Object.keys(fields)).toEqual(expect.arrayContaining(named));
    expect(fields['X-Amz-Security-Token']).toBe('session');
    expect(url).toBe('https://videos.s3.eu-central-1.amazonaws.com/');
  });

  test('says of its expiry exactly what its policy says', async () => {
    const { fields, expiresAt } = await new S3UploadSigner(client, 'videos').signForm({ ...REQUEST, seconds: 60 });
    expect(expiresAt).toEqual(new Date(policyOf(fields).expiration));
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(60_000);
  });

  test.each([0, -1, 901, 1.5, NaN])('is refused for a life of %p seconds', async seconds => {
    await expect(new S3UploadSigner(client, 'videos').signForm({ ...REQUEST, seconds })).rejects.toThrow(/1 to 900 seconds/);
  });

  test('is refused for a key that would let the browser choose the name', async () => {
    await expect(new S3UploadSigner(client, 'videos').signForm({ ...REQUEST, key: 'uploads/${filename}' })).rejects.toThrow(PermanentError);
  });

  test('a failure to get credentials is worth a retry', async () => {
    const broken = createS3Client({
      region: 'eu-central-1',
      credentials: () => Promise.reject(Object.assign(new Error('no'), { name: 'CredentialsProviderError' })),
    });
    await expect(new S3UploadSigner(broken, 'videos').signForm(REQUEST)).rejects.toThrow(TransientError);
  });
});
