import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { S3ObjectStore } from '../../../../src/runtime/adapters/aws/s3-object-store';
import { PermanentError, TransientError } from '../../../../src/runtime/domain/errors';
import { ObjectFacts } from '../../../../src/runtime/ports/object-store';
import { BUCKET, startWorld, World } from '../../../faults/support/world';

const KEY = 'uploads/one/source';
const BYTES = randomBytes(3_000_000);
let world: World;
let store: S3ObjectStore;
let facts: ObjectFacts;
const MEBIBYTE = 1024 * 1024;
/** With the smallest parts that S3 takes. */
const inParts = () => new S3ObjectStore(world.s3, BUCKET, { singlePutBytes: MEBIBYTE, partBytes: 5 * MEBIBYTE });
const file = (name: string) => path.join(world.directory, name);

beforeAll(async () => {
  world = await startWorld();
  store = new S3ObjectStore(world.s3, BUCKET);
});
afterAll(() => world.close());
beforeEach(async () => {
  world.hooks = {};
  await world.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: BYTES, Metadata: { 'correlation-id': 'c-1' } }));
  facts = (await store.head({ key: KEY }))!;
});

/** The object's body is spoilt on its way to the reader. */
function spoil(spoiler: (chunk: Buffer, response: import('node:http').ServerResponse) => void): void {
  world.hooks = {
    intercept: async ({ operation, response }) => {
      if (operation !== 'GetObject') return false;
      const write = response.write.bind(response) as (chunk: Buffer) => boolean;
      response.write = ((chunk: Buffer) => {
        spoiler(chunk, response);
        return response.destroyed || write(chunk);
      }) as unknown as typeof response.write;
      return false;
    },
  };
}

describe('reading', () => {
  test('head tells size, version and the metadata of the upload', () => {
    expect(facts).toMatchObject({ sizeBytes: BYTES.length, metadata: { 'correlation-id': 'c-1' } });
    expect(facts.versionId).toBeTruthy();
  });

  test('head of an object, or of a version, that is not there is undefined', async () => {
    expect(await store.head({ key: 'uploads/none/source' })).toBeUndefined();
    expect(await store.head({ key: 'uploads/none/source', versionId: facts.versionId })).toBeUndefined();
  });

  test('download writes the bytes, says their hash and counts them', async () => {
    let last = 0;
    const { sha256 } = await store.download({ key: KEY }, facts, file('down'), { onProgress: bytes => { last = bytes; } });
    expect(fs.readFileSync(file('down')).equals(BYTES)).toBe(true);
    expect(sha256).toBe(createHash('sha256').update(BYTES).digest('hex'));
    expect(last).toBe(BYTES.length);
  });

  test('a version stays readable after it was replaced', async () => {
    await world.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: 'other' }));
    await store.download({ key: KEY }, facts, file('old-version'));
    expect(fs.statSync(file('old-version')).size).toBe(BYTES.length);
  });

  test('a source that was replaced where nothing keeps versions is refused, and leaves no file', async () => {
    await world.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: 'other' }));
    const unversioned = { ...facts, versionId: undefined };
    await expect(store.download({ key: KEY }, unversioned, file('replaced'))).rejects.toMatchObject({ code: 'SOURCE_CHANGED', retryable: true });
    expect(fs.existsSync(file('replaced'))).toBe(false);
  });

  test('a body of another length than the head said is refused', async () => {
    await expect(store.download({ key: KEY }, { ...facts, sizeBytes: facts.sizeBytes + 1 }, file('short')))
      .rejects.toMatchObject({ code: 'SOURCE_SHORT', retryable: true });
    expect(fs.existsSync(file('short'))).toBe(false);
  });

  test('a connection reset in the middle leaves no file', async () => {
    let seen = 0;
    spoil((chunk, response) => {
      seen += chunk.length;
      if (seen > 1_000_000) response.destroy();
    });
    await expect(store.download({ key: KEY }, facts, file('reset'))).rejects.toThrow(TransientError);
    expect(fs.existsSync(file('reset'))).toBe(false);
  });

  test('a flipped bit fails the checksum', async () => {
    spoil(chunk => { chunk[0] = 255 - chunk[0]; });
    await expect(store.download({ key: KEY }, facts, file('flipped'))).rejects.toThrow(TransientError);
    expect(fs.existsSync(file('flipped'))).toBe(false);
  });

  test('an aborted download stops and leaves no file', async () => {
    const abort = new AbortController();
    await expect(store.download({ key: KEY }, facts, file('aborted'), { signal: abort.signal, onProgress: () => abort.abort() })).rejects.toThrow();
    expect(fs.existsSync(file('aborted'))).toBe(false);
  });

  test('a full disk is told from a failing service', async () => {
    // A link, since a failed download removes its file, and as root that would be the device.
    fs.symlinkSync('/dev/full', file('full'));
    await expect(store.download({ key: KEY }, facts, file('full'))).rejects.toMatchObject({ code: 'SCRATCH_FULL' });
  });
});

describe('writing', () => {
  const head = (key: string) => world.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }));

  test('a file streams up with its type and cache rule', async () => {
    fs.writeFileSync(file('up'), BYTES);
    let last = 0;
    await store.uploadFile('media/v/1/120p.mp4', file('up'), {
      contentType: 'video/mp4', cacheControl: 'immutable', onProgress: bytes => { last = bytes; },
    });
    expect(await head('media/v/1/120p.mp4')).toMatchObject({ ContentLength: BYTES.length, ContentType: 'video/mp4', CacheControl: 'immutable' });
    expect(last).toBe(BYTES.length);
    await store.download({ key: 'media/v/1/120p.mp4' }, (await store.head({ key: 'media/v/1/120p.mp4' }))!, file('back'));
    expect(fs.readFileSync(file('back')).equals(BYTES)).toBe(true);
  });

  test('a large file goes up in parts that arrive whole', async () => {
    const size = 22 * MEBIBYTE;
    fs.closeSync(fs.openSync(file('large'), 'w'));
    fs.truncateSync(file('large'), size);
    fs.writeSync(fs.openSync(file('large'), 'r+'), 'end', size - 3);
    const operations: string[] = [];
    world.hooks = { onCall: ({ operation }) => operations.push(operation) };
    await inParts().uploadFile('media/v/1/large.mp4', file('large'), { contentType: 'video/mp4' });
    expect(operations.filter(operation => operation === 'UploadPart')).toHaveLength(5);
    expect(await head('media/v/1/large.mp4')).toMatchObject({ ContentLength: size, ContentType: 'video/mp4' });
  });

  test('a part that failed is sent again, and an upload that cannot end is aborted', async () => {
    const operations: string[] = [];
    let failures = 1;
    world.hooks = {
      onCall: ({ operation }) => operations.push(operation),
      intercept: async ({ operation, response }) => {
        if (operation !== 'UploadPart' || failures-- <= 0) return false;
        response.destroy();
        return true;
      },
    };
    await inParts().uploadFile('media/v/1/again.mp4', file('large'), { contentType: 'video/mp4' });
    failures = Infinity;
    await expect(inParts().uploadFile('media/v/1/never.mp4', file('large'), { contentType: 'video/mp4' })).rejects.toThrow(TransientError);
    expect(operations).toContain('AbortMultipartUpload');
    expect(await store.head({ key: 'media/v/1/never.mp4' })).toBeUndefined();
  });

  test('a text is put and copied', async () => {
    await store.put('metadata/v/1.json', '{"a":1}', { contentType: 'application/json' });
    await store.copy('metadata/v/1.json', 'metadata/v.json');
    expect(await world.text('metadata/v.json')).toBe('{"a":1}');
  });

  test('a refused permission is permanent, a failing service is not', async () => {
    const answer = (status: number) => {
      world.hooks = {
        intercept: async ({ service, response }) => {
          if (service !== 's3') return false;
          response.writeHead(status, { 'content-type': 'application/xml' });
          response.end(`<Error><Code>${status === 403 ? 'AccessDenied' : 'SlowDown'}</Code><Message>injected</Message></Error>`);
          return true;
        },
      };
    };
    answer(403);
    await expect(store.put('media/x', 'x', { contentType: 'text/plain' })).rejects.toThrow(PermanentError);
    answer(503);
    await expect(store.put('media/x', 'x', { contentType: 'text/plain' })).rejects.toThrow(TransientError);
  });
});
