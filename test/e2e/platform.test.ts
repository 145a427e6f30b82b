import * as fs from 'node:fs';
import * as path from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { makeClip, Operator, synthesize, Viewer } from './support';
import { RunningPlatform, temporaryFolder, waitFor } from '../local/support/running-platform';
import { checkHls } from '../support/hls-checker';

jest.setTimeout(180_000);

describe('a platform booted from the example\'s template', () => {
  let folder: string;
  let platform: RunningPlatform;
  let ann: Viewer;
  let operator: Operator;
  let clip: Buffer;

  beforeAll(async () => {
    folder = temporaryFolder('e2e');
    const assemblyDir = synthesize('minimal', path.join(folder, 'cdk.out'));
    clip = fs.readFileSync(makeClip(path.join(folder, 'clip.mp4')));
    platform = await RunningPlatform.start({ assemblyDir, stateDir: path.join(folder, 'state') });
    ann = await Viewer.signIn(platform, 'ann');
    operator = await Operator.of(platform);
  });

  afterAll(async () => {
    operator?.close();
    await platform?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Messages that are waiting or being worked on. */
  async function messages(queueUrl = operator.queueUrl): Promise<number> {
    const { Attributes } = await operator.sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }));
    return Number(Attributes!.ApproximateNumberOfMessages) + Number(Attributes!.ApproximateNumberOfMessagesNotVisible);
  }

  describe('a real upload', () => {
    let videoId: string;

    beforeAll(async () => {
      videoId = await ann.upload(clip, { title: 'First' });
      await ann.outcome(videoId);
    });

    test('becomes READY, as long as its source, never larger than it', async () => {
      const video = await ann.video(videoId);
      expect(video.status).toBe('READY');
      expect(Math.abs(video.durationSeconds! - 2.5)).toBeLessThanOrEqual(0.1);
      expect(video.renditions!.map(({ name }) => name)).toEqual(['360p']);
    });

    test('is published as HLS that an independent checker finds right, every segment decoded', async () => {
      const published = path.join(folder, 'published');
      await operator.download(`media/${videoId}/1/`, published);
      const checked = await checkHls(published);
      expect(checked.problems).toEqual([]);
      expect(Math.abs(checked.seconds - 2.5)).toBeLessThanOrEqual(0.1);
    });

    test('plays from the URL in its detail: a token in the path opens playlists and media', async () => {
      const { playback } = await ann.video(videoId);
      const master = await (await fetch(platform.api + playback!.hlsUrl)).text();
      const variant = master.split('\n').find(line => line.endsWith('.m3u8'))!;
      const beside = (name: string) => platform.api + playback!.hlsUrl.replace(/[^/]+$/, name);
      const playlist = await (await fetch(beside(variant))).text();
      const file = playlist.split('\n').find(line => line !== '' && !line.startsWith('#'))!;
      expect((await fetch(beside(file), { headers: { range: 'bytes=0-99' } })).status).toBe(206);
      expect((await fetch(beside(file).replace(/\/t\/[^/]+/, ''))).status).toBe(403);
    });

    test('leaves nothing in the queue, and nothing in the scratch folder', async () => {
      await waitFor(async () => await messages() === 0 ? true : undefined);
      const scratch = path.join(folder, 'state', 'worker', platform.started.workerEnvironment.SCRATCH_DIR);
      expect(fs.readdirSync(path.join(scratch, 'jobs'))).toEqual([]);
    });

    test('is not there for anybody else, in the same words as a video that does not exist', async () => {
      const bob = await Viewer.signIn(platform, 'bob');
      const others = await bob.call(`/api/analytics/video/${videoId}`);
      const missing = await bob.call('/api/analytics/video/00000000-0000-4000-8000-000000000000');
      const body = async (answer: Response) => ({ ...await answer.json() as object, correlationId: '' });
      expect([others.status, missing.status]).toEqual([404, 404]);
      expect(await body(others)).toEqual(await body(missing));
      expect((await bob.call(`/api/analytics/video/${videoId}/hls/master.m3u8`)).status).toBe(404);
    });

    test('reported again by the same message has no further effect', async () => {
      const before = await ann.video(videoId);
      const objects = await operator.keys('');
      await operator.sqs.send(new SendMessageCommand({
        QueueUrl: operator.queueUrl,
        MessageBody: JSON.stringify({
          version: '0',
          id: '11111111-2222-4333-8444-555555555555',
          source: 'aws.s3',
          'detail-type': 'Object Created',
          time: new Date().toISOString(),
          detail: {
            version: '0',
            bucket: { name: platform.started.workerEnvironment.VIDEO_BUCKET },
            object: { key: `uploads/${videoId}/source`, size: clip.length, sequencer: '00' },
          },
        }),
      }));
      await waitFor(async () => await messages() === 0 ? true : undefined, 30_000);
      expect(await ann.video(videoId)).toEqual({ ...before, playback: expect.anything() });
      expect(await operator.keys('')).toEqual(objects);
    });

    test('carries one correlation id through object, logs and catalog', async () => {
      const { correlationId } = await ann.video(videoId) as unknown as { correlationId: string };
      const logs = fs.readdirSync(platform.started.logDirectory).map(name => fs.readFileSync(path.join(platform.started.logDirectory, name), 'utf8'));
      expect(logs.filter(log => log.includes(correlationId)).length).toBeGreaterThanOrEqual(2);
    });
  });

  test('a file that is no video is REJECTED, and the same worker takes the next one', async () => {
    const pid = await platform.call('workerPid');
    const page = await ann.upload(Buffer.from('<!doctype html><title>not a video</title>'), { title: 'Page' });
    expect(await ann.outcome(page)).toMatchObject({ status: 'REJECTED', failure: { code: 'UNSUPPORTED_FORMAT' } });
    const next = await ann.upload(clip, { title: 'Next' });
    expect((await ann.outcome(next)).status).toBe('READY');
    expect(await platform.call('workerPid')).toBe(pid);
  });

  test('a form with another key is refused by the bucket', async () => {
    const { upload } = await ann.createUpload(clip.length);
    const form = new FormData();
    for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
    form.set('key', upload.fields.key.replace('source', 'other'));
    form.append('file', new Blob([clip]));
    expect((await fetch(upload.url, { method: 'POST', body: form })).status).toBe(403);
  });

  test('the worker has exactly the variables of the template and those that ECS sets', async () => {
    const pid = await platform.call('workerPid');
    const actual = await environmentOf(pid!);
    // Only Linux shows another process's environment.
    if (!actual) return expect(process.platform).not.toBe('linux');
    const surroundings = [
      'PATH', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_EXECUTION_ENV', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_ENDPOINT_URL', 'ECS_AGENT_URI',
    ];
    expect(Object.keys(actual).sort()).toEqual([...surroundings, ...Object.keys(platform.started.workerEnvironment)].sort());
    expect(actual).toMatchObject(platform.started.workerEnvironment);
  });
});

async function environmentOf(pid: number): Promise<Record<string, string> | undefined> {
  const file = `/proc/${pid}/environ`;
  if (!fs.existsSync(file)) return undefined;
  const variables = fs.readFileSync(file, 'utf8').split('\0').filter(line => line !== '');
  return Object.fromEntries(variables.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
