import { signal } from '@preact/signals';
import { browserTransport, pause } from './browser-transport';
import { FileChangedError } from './checksums';
import { follow } from './follow-processing';
import { sendForm } from './send-form';
import { TransferRate } from './transfer-rate';
import { forget, remember, RememberedUpload } from './upload-store';
import { delayBefore, MOST_ATTEMPTS } from '../../upload-client/backoff';
import { PartsUpload } from '../../upload-client/parts-upload';
import type { UploadTicket } from '../../upload-client/ticket';
import { TransferInterrupted, TransferRefused } from '../../upload-client/transfer-error';
import { Api, ApiProblem } from '../data/api';
import type { VideoDetail } from '../data/library';
import { SignedOutError } from '../session/session';
import { strings } from '../strings';

export type UploadPhase =
  'waiting' | 'preparing' | 'sending' | 'offline' | 'finishing' | 'processing' | 'ready' | 'paused' | 'needs-file' | 'refused' | 'failed';

export interface UploadState {
  readonly phase: UploadPhase;
  readonly sentBytes: number;
  readonly bytesPerSecond: number;
  readonly videoId?: string;
  /** Once the bytes are there. */
  readonly video?: VideoDetail;
  /** Why it stopped. */
  readonly problem?: string;
  /** Trying again may help. */
  readonly retryable?: boolean;
}

export interface UploadItemOptions {
  readonly api: Api;
  readonly onVideoChanged: (videoId: string) => void;
}

const REPORT_EVERY_MS = 250;

class Paused extends Error {}

/** One file on its way to being a video. */
export class UploadItem {
  static of(file: File, contentType: string, options: UploadItemOptions): UploadItem {
    return new UploadItem(options, describe(file), { phase: 'waiting', sentBytes: 0, bytesPerSecond: 0 }, file, contentType);
  }

  static refused(file: File, problem: string, options: UploadItemOptions): UploadItem {
    return new UploadItem(options, describe(file), { phase: 'refused', sentBytes: 0, bytesPerSecond: 0, problem });
  }

  static restored(upload: RememberedUpload, options: UploadItemOptions): UploadItem {
    const sentBytes = Math.round(upload.sizeBytes * upload.percent / 100);
    return new UploadItem(options, upload, { phase: 'needs-file', sentBytes, bytesPerSecond: 0, videoId: upload.videoId });
  }

  readonly state;
  private readonly rate = new TransferRate();
  private stop = new AbortController();
  private lastReport = 0;

  private constructor(
    private readonly options: UploadItemOptions,
    public remembered: RememberedUpload,
    state: UploadState,
    private file?: File,
    private contentType = '',
  ) {
    this.state = signal(state);
  }

  get key(): string {
    return this.remembered.key;
  }

  get title(): string {
    return this.remembered.title;
  }

  get sizeBytes(): number {
    return this.remembered.sizeBytes;
  }

  giveFile(file: File): void {
    this.file = file;
    this.contentType = file.type;
    this.wait();
  }

  wait(): void {
    this.set({ phase: 'waiting', problem: undefined });
  }

  pause(): void {
    this.stop.abort(new Paused());
    this.set({ phase: 'paused', bytesPerSecond: 0 });
  }

  cancel(): void {
    this.stop.abort(new Paused());
  }

  dispose(): void {
    this.stop.abort(new Paused());
  }

  /** Sends what is missing, then follows the video until its end. Never throws: what happened is in the state. */
  async run(): Promise<void> {
    this.stop = new AbortController();
    const { signal: stopped } = this.stop;
    await navigator.locks.request(`upload:${this.key}`, { ifAvailable: true }, async lock => {
      if (!lock) return this.set({ phase: 'failed', problem: strings.upload.otherTab, retryable: true });
      try {
        await this.deliver(stopped);
      } catch (error) {
        if (!(error instanceof Paused)) this.fail(error);
        return undefined;
      }
      forget(this.key);
      // The line moves on: following a video takes no place in it.
      void this.followVideo(stopped);
      return undefined;
    });
  }

  private async deliver(stopped: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.set({ phase: 'preparing' });
        const ticket = await this.ticket(stopped);
        this.set({ phase: 'sending', videoId: ticket.videoId });
        this.save({ videoId: ticket.videoId });
        this.options.onVideoChanged(ticket.videoId);
        const hooks = {
          signal: stopped,
          onSent: (bytes: number) => this.report(bytes),
          onInterrupted: () => this.set({ phase: 'offline', bytesPerSecond: 0 }),
        };
        if (ticket.method === 'multipart') await new PartsUpload(browserTransport(this.options.api), this.file!, ticket, hooks).run();
        else await sendForm(this.file!, ticket.upload, hooks);
        return this.set({ phase: 'processing', sentBytes: this.sizeBytes, bytesPerSecond: 0 });
      } catch (error) {
        if (stopped.aborted) throw stopped.reason;
        if (!isPassing(error) || attempt === MOST_ATTEMPTS) throw error;
        this.set({ phase: 'offline', bytesPerSecond: 0 });
        await pause(delayBefore(attempt), stopped);
      }
    }
  }

  private ticket(stopped: AbortSignal): Promise<UploadTicket> {
    return this.options.api.call('createUpload', {
      body: { fileName: this.remembered.fileName, contentType: this.contentType, sizeBytes: this.sizeBytes },
      headers: { 'Idempotency-Key': this.key },
      signal: stopped,
    });
  }

  private async followVideo(stopped: AbortSignal): Promise<void> {
    const { api, onVideoChanged } = this.options;
    const videoId = this.state.value.videoId!;
    onVideoChanged(videoId);
    await follow(api, videoId, stopped, video => {
      this.set({ video });
      if (video.status === 'READY') this.set({ phase: 'ready' });
      if (video.status === 'REJECTED' || video.status === 'FAILED') this.set({ phase: 'failed', problem: video.failure?.message ?? '' });
    });
    if (!stopped.aborted) onVideoChanged(videoId);
  }

  private report(sentBytes: number): void {
    this.rate.add(sentBytes);
    const now = performance.now();
    if (now - this.lastReport < REPORT_EVERY_MS && sentBytes < this.sizeBytes) return;
    this.lastReport = now;
    const phase = sentBytes >= this.sizeBytes ? 'finishing' : 'sending';
    this.set({ phase, sentBytes, bytesPerSecond: this.rate.bytesPerSecond });
    this.save({ percent: sentBytes / this.sizeBytes * 100 });
  }

  private fail(error: unknown): void {
    const refused = error instanceof ApiProblem && !error.retryable ? error.detail : undefined;
    const problem = refused ?? problemOf(error);
    this.set({ phase: 'failed', problem, bytesPerSecond: 0, retryable: refused === undefined });
  }

  private save(changes: Partial<RememberedUpload>): void {
    this.remembered = { ...this.remembered, ...changes, savedAt: Date.now() };
    remember(this.remembered);
  }

  private set(changes: Partial<UploadState>): void {
    this.state.value = { ...this.state.value, ...changes };
  }
}

function problemOf(error: unknown): string {
  if (error instanceof FileChangedError) return strings.upload.fileChanged;
  return error instanceof TransferRefused ? error.message : strings.upload.failed;
}

function describe({ name, size, lastModified }: File): RememberedUpload {
  const title = name.replace(/(?<=[^.])\.[A-Za-z0-9]{1,8}$/, '');
  return { key: crypto.randomUUID(), fileName: name, sizeBytes: size, lastModified, title, percent: 0, savedAt: Date.now() };
}

/** Worth another attempt: the network, an expired signature, a service that is overloaded, a session to be renewed. */
function isPassing(error: unknown): boolean {
  return error instanceof TransferInterrupted || error instanceof SignedOutError || (error instanceof ApiProblem && error.retryable);
}
