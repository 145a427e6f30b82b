import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { synthesizeExample } from '../../local/demo/synthesize';
import { RunningPlatform, waitFor } from '../local/support/running-platform';

export const REPOSITORY = path.resolve(__dirname, '..', '..');

/** What the API says about a video, as far as these tests look. */
export interface VideoAnswer {
  readonly videoId: string;
  readonly status: string;
  readonly durationSeconds?: number;
  readonly failure?: { readonly code: string };
  readonly renditions?: ReadonlyArray<{ readonly name: string; readonly width: number; readonly height: number }>;
  readonly playback?: { readonly hlsUrl: string };
}

/** Where the bytes of a video go. */
export interface Ticket {
  readonly videoId: string;
  readonly upload: { readonly url: string; readonly fields: Record<string, string> };
}

/** Synthesizes an example once for a whole test file. */
export function synthesize(example: string, outdir: string): string {
  synthesizeExample(REPOSITORY, example, outdir);
  return outdir;
}

/** A short video that encodes in a moment: 2.5 s, so that the last segment is not a whole one. */
export function makeClip(file: string, options: { seconds?: number; size?: string; sound?: boolean } = {}): string {
  const { seconds = 2.5, size = '640x360', sound = true } = options;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  execFileSync('ffmpeg', [
    '-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=24:duration=${seconds}`,
    ...sound ? ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`, '-c:a', 'aac'] : [],
    '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', file,
  ]);
  return file;
}

/** A user of the platform, with nothing but what a browser has. */
export class Viewer {
  static async signIn(platform: RunningPlatform, user: string): Promise<Viewer> {
    return new Viewer(platform, (await platform.call('issueTokens', user)).accessToken);
  }

  private constructor(private readonly platform: RunningPlatform, private readonly accessToken: string) {}

  call(route: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.platform.api + route, { ...init, headers: { ...init.headers, authorization: `Bearer ${this.accessToken}` } });
  }

  async createUpload(sizeBytes: number, more: object = {}): Promise<Ticket> {
    const answer = await this.call('/api/uploader/upload', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fileName: 'clip.mp4', contentType: 'video/mp4', sizeBytes, ...more }),
    });
    if (!answer.ok) throw new Error(`the uploader answered ${answer.status}: ${await answer.text()}`);
    return await answer.json() as Ticket;
  }

  /** Creates and fills an upload; returns the video's id. */
  async upload(content: Buffer, more: object = {}): Promise<string> {
    const { videoId, upload } = await this.createUpload(content.length, more);
    const form = new FormData();
    for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
    form.append('file', new Blob([content]));
    const answer = await fetch(upload.url, { method: 'POST', body: form });
    if (!answer.ok) throw new Error(`the bucket answered ${answer.status}: ${await answer.text()}`);
    return videoId;
  }

  async video(videoId: string): Promise<VideoAnswer> {
    return await (await this.call(`/api/analytics/video/${videoId}`)).json() as VideoAnswer;
  }

  /** The video once nothing more will happen to it. */
  async outcome(videoId: string, timeoutMs = 90_000): Promise<VideoAnswer> {
    return waitFor(async () => {
      const video = await this.video(videoId);
      return ['READY', 'REJECTED', 'FAILED'].includes(video.status) ? video : undefined;
    }, timeoutMs);
  }
}

/** Looks behind the API, with keys that no policy binds. */
export class Operator {
  static async of(platform: RunningPlatform): Promise<Operator> {
    const { endpoints, resources } = platform.started;
    const settings = { endpoint: endpoints.aws, region: resources.region, credentials: await platform.call('operatorCredential') };
    return new Operator(platform, new S3Client({ ...settings, forcePathStyle: true }), new SQSClient(settings));
  }

  private constructor(private readonly platform: RunningPlatform, private readonly s3: S3Client, readonly sqs: SQSClient) {}

  get queueUrl(): string {
    return this.platform.started.workerEnvironment.JOB_QUEUE_URL;
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix }));
    return Contents.map(({ Key }) => Key!);
  }

  /** Copies every object below a prefix into a folder. */
  async download(prefix: string, folder: string): Promise<void> {
    for (const key of await this.keys(prefix)) {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      const file = path.join(folder, key.slice(prefix.length));
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, await Body!.transformToByteArray());
    }
  }

  close(): void {
    this.s3.destroy();
    this.sqs.destroy();
  }

  private get bucket(): string {
    return this.platform.started.workerEnvironment.VIDEO_BUCKET;
  }
}
