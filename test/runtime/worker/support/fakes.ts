/** The worker's surroundings in memory. Each fake holds what a test arranges, and records what the worker did. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { BUCKET, objectCreated, VIDEO_ID } from './events';
import { SystemClock } from '../../../../src/runtime/adapters/system-clock';
import { STANDARD_LADDER } from '../../../../src/runtime/contract';
import { LeaseLostError } from '../../../../src/runtime/domain/errors';
import { SourceFacts } from '../../../../src/runtime/domain/source-facts';
import { isFinal, Video, VideoStatus } from '../../../../src/runtime/domain/video';
import { JobQueue, QueueMessage } from '../../../../src/runtime/ports/job-queue';
import { ObjectFacts, ObjectStore, ObjectVersion, WriteOptions } from '../../../../src/runtime/ports/object-store';
import { Lease, LeaseObservation, LeaseOutcome, LeaseView, ProcessingCatalog, Work } from '../../../../src/runtime/ports/processing-catalog';
import { Logger, Metrics } from '../../../../src/runtime/ports/telemetry';
import { EncodedMedia, EncodeOptions, Transcoder } from '../../../../src/runtime/ports/transcoder';
import { WorkerSettings } from '../../../../src/runtime/worker/settings';
import { WorkerDependencies } from '../../../../src/runtime/worker/worker-dependencies';
import { sourceFacts, videoFacts } from '../../../support/source-facts';

export const FACTS = sourceFacts({
  sizeBytes: 6, durationSeconds: 1, video: videoFacts({ frames: 30, endSeconds: 1, lastPictureSeconds: 0.967 }),
});

export function aVideo(changes: Partial<Video> = {}): Video {
  return {
    videoId: VIDEO_ID,
    ownerId: 'owner-1',
    title: 'A clip',
    fileName: 'clip.mp4',
    contentType: 'video/mp4',
    visibility: 'private',
    status: VideoStatus.QUEUED,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    correlationId: 'correlation-1',
    sizeBytes: 6,
    views: 0,
    likes: 0,
    ...changes,
  };
}

export class FakeQueue implements JobQueue {
  readonly deleted: string[] = [];
  /** Seconds by message, in order, without the heartbeat's. */
  readonly returned: number[] = [];
  beats = 0;
  failure?: Error;
  private readonly waiting: QueueMessage[] = [];
  private wake?: () => void;

  constructor(private readonly visibilitySeconds: number) {}

  push(sent: QueueMessage): void {
    this.waiting.push(sent);
    this.wake?.();
  }

  async receive(max: number, signal: AbortSignal): Promise<readonly QueueMessage[]> {
    if (this.waiting.length === 0 && !signal.aborted) {
      await new Promise<void>(resolve => {
        this.wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return signal.aborted ? [] : this.waiting.splice(0, max);
  }

  async changeVisibility(_message: QueueMessage, seconds: number): Promise<void> {
    if (this.failure) throw this.failure;
    if (seconds === this.visibilitySeconds) this.beats++;
    else this.returned.push(seconds);
  }

  async delete({ messageId }: QueueMessage): Promise<void> {
    if (this.failure) throw this.failure;
    this.deleted.push(messageId);
  }
}

/** The lease's rules in a dozen lines; the real ones are tested against the table itself. */
class FakeCatalog implements ProcessingCatalog {
  readonly videos = new Map<string, Video>();
  readonly progress: string[] = [];
  owner?: string;
  epoch = 0;
  renewals = 0;
  sequencer = '';
  publishes = 0;

  get video(): Video {
    return this.videos.get(VIDEO_ID)!;
  }

  set(changes: Partial<Video>): void {
    this.videos.set(VIDEO_ID, { ...aVideo(), ...this.videos.get(VIDEO_ID), ...changes });
  }

  async get(videoId: string): Promise<Video | undefined> {
    return this.videos.get(videoId);
  }

  async observe(work: Work): Promise<LeaseView> {
    const video = this.videos.get(work.videoId);
    if (!video) return { kind: 'unknown' };
    if (isFinal(video.status)) return { kind: 'finished', video };
    if (work.sequencer < this.sequencer) return { kind: 'superseded' };
    return this.owner === undefined || work.sequencer > this.sequencer ? { kind: 'free' } : { kind: 'held', observation: this.seen() };
  }

  async acquire(work: Work, owner: string, stale?: LeaseObservation): Promise<LeaseOutcome> {
    const view = await this.observe(work);
    const dead = view.kind === 'held' && stale?.epoch === this.epoch && stale.renewals === this.renewals;
    if (view.kind !== 'free' && !dead) return view;
    Object.assign(this, { owner, epoch: this.epoch + 1, renewals: 0, sequencer: work.sequencer });
    this.set({ status: VideoStatus.PROCESSING });
    return { kind: 'acquired', lease: { videoId: work.videoId, workId: work.workId, owner, epoch: this.epoch }, video: this.video };
  }

  async renew(lease: Lease): Promise<void> {
    this.assertHeld(lease);
    this.renewals++;
  }

  async reportProgress(lease: Lease, { stage }: { stage: string }): Promise<void> {
    this.assertHeld(lease);
    this.progress.push(stage);
  }

  async publish(lease: Lease, published: Video['published'], sizeBytes: number): Promise<void> {
    this.assertHeld(lease);
    this.publishes++;
    this.owner = undefined;
    this.set({ status: VideoStatus.READY, published, sizeBytes });
  }

  async finish(lease: Lease, status: VideoStatus, failure: Video['failure']): Promise<void> {
    this.assertHeld(lease);
    this.owner = undefined;
    this.set({ status, failure });
  }

  async release(lease: Lease): Promise<void> {
    this.assertHeld(lease);
    this.owner = undefined;
    this.set({ status: VideoStatus.QUEUED });
  }

  private seen(): LeaseObservation {
    return { epoch: this.epoch, renewals: this.renewals };
  }

  private assertHeld({ owner, epoch }: Lease): void {
    if (this.owner !== owner || this.epoch !== epoch || this.video.status !== VideoStatus.PROCESSING) throw new LeaseLostError('refused');
  }
}

class FakeStore implements ObjectStore {
  readonly objects = new Map<string, string>();
  readonly reads: string[] = [];
  /** Keys whose writing began. */
  readonly started: string[] = [];
  readonly writes: string[] = [];
  facts: ObjectFacts | undefined = { sizeBytes: 6, etag: 'e1', versionId: 'v1', metadata: {} };
  /** Of the current version, when the one asked for is missing. */
  current?: ObjectFacts;
  onDownload: (signal?: AbortSignal) => Promise<void> = async () => undefined;
  onUpload: (key: string, signal?: AbortSignal) => Promise<void> = async () => undefined;

  async head({ key, versionId }: ObjectVersion): Promise<ObjectFacts | undefined> {
    this.reads.push(`head ${key}`);
    if (!key.startsWith('uploads/')) return this.objects.has(key) ? { sizeBytes: 1, etag: 'e', metadata: {} } : undefined;
    return versionId === undefined ? this.current : this.facts;
  }

  async download(
    _object: ObjectVersion, _facts: ObjectFacts, file: string, options?: { signal?: AbortSignal },
  ): Promise<{ sha256: string }> {
    await this.onDownload(options?.signal);
    fs.writeFileSync(file, 'source');
    return { sha256: 'abc' };
  }

  async uploadFile(key: string, file: string, { signal }: WriteOptions): Promise<void> {
    this.started.push(key);
    await this.onUpload(key, signal);
    this.writes.push(key);
    this.objects.set(key, fs.readFileSync(file, 'utf8'));
  }

  async put(key: string, body: string | Uint8Array): Promise<void> {
    await this.onUpload(key);
    this.writes.push(key);
    this.objects.set(key, String(body));
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    this.writes.push(toKey);
    this.objects.set(toKey, this.objects.get(fromKey)!);
  }
}

class FakeTranscoder implements Transcoder {
  encodes = 0;
  onInspect: (signal: AbortSignal) => Promise<SourceFacts> = async () => FACTS;
  onEncode: (options: EncodeOptions) => Promise<void> = async () => undefined;
  onImages: (signal: AbortSignal) => Promise<void> = async () => undefined;

  inspect(_file: string, signal: AbortSignal): Promise<SourceFacts> {
    return this.onInspect(signal);
  }

  async encode(_plan: unknown, _file: string, folder: string, options: EncodeOptions): Promise<EncodedMedia> {
    this.encodes++;
    await this.onEncode(options);
    options.signal.throwIfAborted();
    const file = (name: string, contentType: string) => {
      fs.writeFileSync(path.join(folder, name), name);
      return { file: name, contentType, sizeBytes: name.length };
    };
    return {
      mediaFiles: [file('360p.mp4', 'video/mp4'), file('audio.mp4', 'audio/mp4')],
      playlists: [file('360p.m3u8', 'application/vnd.apple.mpegurl'), file('master.m3u8', 'application/vnd.apple.mpegurl')],
      masterPlaylist: 'master.m3u8',
      renditions: [{
        name: '360p',
        width: 640,
        height: 360,
        frameRate: 25,
        bandwidth: 1,
        averageBandwidth: 1,
        codecs: 'avc1',
        playlist: '360p.m3u8',
        sizeBytes: 8,
      }],
      durationSeconds: 1,
      encodeSeconds: 0.5,
    };
  }

  async images(_plan: unknown, folder: string, signal: AbortSignal) {
    await this.onImages(signal);
    fs.writeFileSync(path.join(folder, 'poster.jpg'), 'poster');
    return { posters: [{ file: 'poster.jpg', contentType: 'image/jpeg', sizeBytes: 6 }], storyboard: [] };
  }

  async versions(): Promise<Record<string, string>> {
    return { ffmpeg: '7.1' };
  }
}

class FakeTelemetry implements Logger, Metrics {
  readonly lines: string[] = [];
  readonly counts: Record<string, number> = {};

  debug(line: string): void {
    this.lines.push(line);
  }

  info(line: string): void {
    this.lines.push(line);
  }

  warn(line: string): void {
    this.lines.push(line);
  }

  error(line: string): void {
    this.lines.push(line);
  }

  flush(): void {
    this.lines.push('flush');
  }

  child(): Logger {
    return this;
  }

  count(name: string): void {
    this.add(name, 1);
  }

  add(name: string, value: number): void {
    this.counts[name] = (this.counts[name] ?? 0) + value;
  }
}

/** A worker's parts and settings, with times in milliseconds where production has minutes. */
export class Bench {
  readonly scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'worker-test-'));
  readonly settings: WorkerSettings;
  readonly queue: FakeQueue;
  readonly catalog = new FakeCatalog();
  readonly store = new FakeStore();
  readonly transcoder = new FakeTranscoder();
  readonly telemetry = new FakeTelemetry();
  readonly protections: boolean[] = [];
  readonly parts: WorkerDependencies;

  constructor(changes: Partial<WorkerSettings> = {}) {
    this.settings = {
      bucket: BUCKET,
      maxUploadBytes: 1_000,
      maxReceiveCount: 3,
      visibilitySeconds: 0.3,
      heartbeatMs: 30,
      leaseMs: 60,
      maxJobMs: 5_000,
      stopTimeoutMs: 3_000,
      protectionMs: 5_000,
      unprotectedMs: 1_000,
      concurrency: 1,
      scratchDir: this.scratch,
      scratchBytes: 100 * 1024 * 1024,
      profile: STANDARD_LADDER,
      ...changes,
    };
    this.queue = new FakeQueue(this.settings.visibilitySeconds);
    this.catalog.set({});
    this.parts = {
      clock: new SystemClock(),
      queue: this.queue,
      catalog: this.catalog,
      store: this.store,
      transcoder: this.transcoder,
      protection: { protect: async () => void this.protections.push(true), release: async () => void this.protections.push(false) },
      logger: this.telemetry,
      metrics: this.telemetry,
      random: () => 0.5,
    };
  }

  /** Folders that jobs have left. */
  get leftovers(): string[] {
    const jobs = path.join(this.scratch, 'jobs');
    return fs.existsSync(jobs) ? fs.readdirSync(jobs) : [];
  }

  close(): void {
    fs.rmSync(this.scratch, { recursive: true, force: true });
  }
}

let messages = 0;

export function message(changes: Partial<QueueMessage> = {}): QueueMessage {
  messages++;
  return { messageId: `m${messages}`, receiptHandle: `r${messages}`, body: JSON.stringify(objectCreated()), receiveCount: 1, ...changes };
}
