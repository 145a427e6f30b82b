import { mkdir } from 'node:fs/promises';
import { Job } from './job';
import { metadataDocument, StageTimings } from './metadata-document';
import { WorkerDependencies } from '../worker-dependencies';
import { publishMetadata } from './publish-metadata';
import { withRetries } from './retry';
import { ScratchFolder } from './scratch-space';
import { UploadAll, uploadAll } from './upload-media';
import { EncodePlan, planEncode } from '../../domain/encode-plan';
import { RejectedError, RejectionCode, TransientError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { SourceFacts } from '../../domain/source-facts';
import { ProcessingStage, PublishedMedia } from '../../domain/video';
import { stageStallMs, WorkerSettings } from '../settings';
import { StageWatchdog } from './stage-watchdog';
import { epochMetadataKey, MASTER_PLAYLIST, mediaPrefix, reservedOutputBytes } from '../../contract';
import { ObjectFacts, ObjectVersion } from '../../ports/object-store';
import { EncodedImages, EncodedMedia } from '../../ports/transcoder';

type TimedStage = ProcessingStage & keyof StageTimings;

interface Fetched {
  readonly facts: ObjectFacts;
  readonly sha256: string;
}

interface Made {
  readonly source: SourceFacts;
  readonly plan: EncodePlan;
  readonly encoded: EncodedMedia;
}

/** From a leased message to a published video. Everything before the one conditional write can be thrown away. */
export class Pipeline {
  private readonly timings: Record<string, number> = {};

  constructor(
    private readonly parts: WorkerDependencies,
    private readonly settings: WorkerSettings,
    private readonly job: Job,
    private readonly scratch: ScratchFolder,
    private readonly toolVersions: () => Promise<Readonly<Record<string, string>>>,
  ) {}

  async run(): Promise<void> {
    const fetched = await this.fetch();
    const made = await this.make(fetched);
    const media = await this.upload(fetched, made);
    await this.publish(media, made);
  }

  private async fetch(): Promise<Fetched> {
    const { store } = this.parts;
    const facts = await this.findSource();
    await this.scratch.reserve(facts.sizeBytes);
    return this.stage('download', async alive => {
      const report = this.progressOf('download', facts.sizeBytes, alive);
      const { sha256 } = await this.retrying(() => store.download(this.job.source, facts, this.scratch.source, {
        signal: this.job.signal, onProgress: report,
      }));
      return { facts, sha256 };
    });
  }

  /** The object itself says how large it is; the message's word counts for nothing. */
  private async findSource(): Promise<ObjectFacts> {
    const { key, versionId } = this.job.source;
    const head = (object: ObjectVersion) => this.retrying(() => this.parts.store.head(object));
    const facts = await head({ key, versionId });
    if (!facts) {
      if (versionId && await head({ key })) {
        throw new TransientError(FailureCode.SOURCE_VERSION_MISSING, `${key} exists, but not at the version that the message names.`);
      }
      throw new RejectedError(RejectionCode.SOURCE_MISSING, 'The file is no longer there.');
    }
    if (facts.sizeBytes === 0) throw new RejectedError(RejectionCode.SOURCE_EMPTY, 'The file is empty.');
    if (facts.sizeBytes > this.settings.maxUploadBytes) {
      throw new RejectedError(RejectionCode.SOURCE_TOO_LARGE,
        `The file has ${facts.sizeBytes} bytes; at most ${this.settings.maxUploadBytes} are accepted.`);
    }
    return facts;
  }

  private async make({ facts }: Fetched): Promise<Made> {
    const source = await this.stage('probe', () => this.parts.transcoder.inspect(this.scratch.source, this.job.signal));
    const plan = planEncode(source, this.settings.profile);
    await this.scratch.reserve(reservedOutputBytes(plan.estimatedOutputBytes, facts.sizeBytes, plan.renditions.length));
    await mkdir(this.scratch.output, { recursive: true });
    return { source, plan, encoded: await this.encode(plan) };
  }

  /** Under the transcoder's own watch: it sees every frame, where percents of a long video stand still for minutes. */
  private encode(plan: EncodePlan): Promise<EncodedMedia> {
    return this.timed('encode', () => this.parts.transcoder.encode(plan, this.scratch.source, this.scratch.output, {
      signal: this.job.signal, onProgress: percent => this.job.progress.report('encode', percent),
    }));
  }

  /** The renditions are on their way while the images are made: neither needs the other. */
  private async upload(fetched: Fetched, { source, plan, encoded }: Made): Promise<PublishedMedia> {
    const imaging = this.images(plan);
    const imageFiles = imaging.then(({ posters, storyboard }) => [...posters, ...storyboard]);
    const imagesEnd = imageFiles.catch(() => undefined);
    try {
      // Whatever a playlist names is there before the playlist is.
      await this.send([encoded.mediaFiles, imageFiles, encoded.playlists]);
    } finally {
      // Nothing may still write into the folder when it is removed.
      await imagesEnd;
    }
    const media = this.published(fetched, { source, plan, encoded }, await imaging);
    await this.writeDocument(fetched, source, media);
    return media;
  }

  private async images(plan: EncodePlan): Promise<EncodedImages> {
    try {
      return await this.stage('thumbnails', () => this.parts.transcoder.images(plan, this.scratch.output, this.job.signal));
    } catch (error) {
      // What is being sent is of no use without them.
      this.job.abort(error as Error);
      throw error;
    }
  }

  private send(groups: UploadAll['groups']): Promise<void> {
    const { lease, video, signal, progress } = this.job;
    return this.stage('upload', alive => uploadAll({
      store: this.parts.store,
      groups,
      folder: this.scratch.output,
      prefix: mediaPrefix(video.videoId, lease.epoch),
      signal,
      retrying: step => this.retrying(step),
      onProgress: percent => {
        alive();
        progress.report('upload', percent);
      },
    }));
  }

  private published({ sha256 }: Fetched, { source, plan, encoded }: Made, images: EncodedImages): PublishedMedia {
    const { epoch, workId } = this.job.lease;
    const warnings = [...source.warnings, ...encoded.warnings ?? []];
    return {
      epoch,
      workId,
      masterPlaylist: encoded.masterPlaylist,
      playlists: encoded.playlists.map(({ file }) => file).filter(file => file !== MASTER_PLAYLIST),
      renditions: encoded.renditions,
      posters: images.posters.map(({ file }) => file),
      storyboard: images.storyboard.map(({ file }) => file),
      ...(plan.progressive ? { progressive: plan.progressive.file } : {}),
      durationSeconds: encoded.durationSeconds,
      encodeSeconds: encoded.encodeSeconds,
      sourceSha256: sha256,
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  }

  /** Written under its epoch before the video is visible, so that the worker that finishes the publication can copy it. */
  private async writeDocument({ facts, sha256 }: Fetched, source: SourceFacts, media: PublishedMedia): Promise<void> {
    const { video, lease, signal } = this.job;
    const tools = await this.retrying(this.toolVersions);
    const { name, version } = this.settings.profile;
    const document = metadataDocument({
      video,
      source: { ...source, sizeBytes: facts.sizeBytes, sha256, key: this.job.source.key, versionId: facts.versionId },
      profile: { name, version },
      media,
      timings: this.timings as StageTimings,
      tools,
      publishedAt: this.parts.clock.now().toISOString(),
    });
    await this.retrying(() => this.parts.store.put(epochMetadataKey(video.videoId, lease.epoch),
      JSON.stringify(document), { contentType: 'application/json', signal }));
  }

  /** From here on nothing is interrupted: either the flip is refused, or what follows it is quick. */
  private async publish(media: PublishedMedia, { source }: Made): Promise<void> {
    const { lease, progress, signal } = this.job;
    progress.report('publish', 0);
    await progress.close();
    signal.throwIfAborted();
    await this.finishing(() => this.parts.catalog.publish(lease, media, source.sizeBytes));
    this.job.published = media;
    await publishMetadata(this.parts, lease.videoId, media.epoch, step => this.finishing(step));
  }

  private stage<T>(stage: TimedStage, run: (alive: () => void) => Promise<T>): Promise<T> {
    const watchdog = new StageWatchdog(this.parts.clock, stageStallMs(this.settings), this.job.abort);
    return this.timed(stage, () => watchdog.watch(stage, run));
  }

  private async timed<T>(stage: TimedStage, run: () => Promise<T>): Promise<T> {
    const { clock } = this.parts;
    this.job.signal.throwIfAborted();
    this.job.progress.report(stage, 0);
    const startedAt = clock.monotonic();
    const result = await run();
    this.timings[stage] = Math.round(clock.monotonic() - startedAt) / 1000;
    return result;
  }

  private progressOf(stage: ProcessingStage, total: number, alive: () => void): (done: number) => void {
    return done => {
      alive();
      this.job.progress.report(stage, 100 * done / total);
    };
  }

  /** Repeats a step until the job is aborted. */
  private retrying<T>(step: () => Promise<T>): Promise<T> {
    return this.finishing(step, this.job.signal);
  }

  private finishing<T>(step: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { clock, random } = this.parts;
    return withRetries(step, {
      clock, random, signal, onRetry: (error, attempt) => this.job.logger.warn('A step is tried again', { error, attempt }),
    });
  }
}
