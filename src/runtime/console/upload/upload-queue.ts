import { computed, signal } from '@preact/signals';
import { checkFile } from './file-policy';
import { UploadItem, UploadPhase } from './upload-item';
import { forget, isSameFile, recall } from './upload-store';
import type { Api } from '../data/api';

export interface UploadQueueOptions {
  readonly api: Api;
  readonly maxBytes: number;
  readonly onVideoChanged: (videoId: string) => void;
}

/** Files at a time; the rest of the line waits, so that the first ones finish. */
const PARALLEL_FILES = 2;
const RUNNING: ReadonlySet<UploadPhase> = new Set(['preparing', 'sending', 'offline', 'finishing']);
const ENDED: ReadonlySet<UploadPhase> = new Set(['ready', 'refused', 'failed']);

/** Every upload of this page, from the choice of a file until its video plays. */
export class UploadQueue {
  readonly items = signal<readonly UploadItem[]>([]);
  /** Those whose bytes are not all there yet. */
  readonly sending = computed(() => this.items.value.filter(({ state }) => RUNNING.has(state.value.phase) || state.value.phase === 'waiting'));
  readonly percent = computed(() => {
    const total = this.sending.value.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const sent = this.sending.value.reduce((sum, { state }) => sum + state.value.sentBytes, 0);
    return total === 0 ? 0 : Math.floor(sent / total * 100);
  });

  constructor(private readonly options: UploadQueueOptions) {
    window.addEventListener('beforeunload', event => {
      if (this.sending.value.length > 0) event.preventDefault();
    });
  }

  /** Uploads that a reload interrupted come back, each waiting for its file. */
  async restore(): Promise<void> {
    const known = new Set(this.items.value.map(({ key }) => key));
    const remembered = (await recall()).filter(({ key }) => !known.has(key));
    const free = await Promise.all(remembered.map(async upload => await isFree(upload.key) ? upload : undefined));
    this.append(free.flatMap(upload => upload ? [UploadItem.restored(upload, this.options)] : []));
  }

  add(files: Iterable<File>): void {
    const items: UploadItem[] = [];
    for (const file of files) {
      const waiting = this.items.value.find(item => item.state.value.phase === 'needs-file' && isSameFile(item.remembered, file));
      if (waiting) {
        waiting.giveFile(file);
        continue;
      }
      const checked = checkFile(file, this.options.maxBytes);
      items.push('refusal' in checked ? UploadItem.refused(file, checked.refusal, this.options) : UploadItem.of(file, checked.contentType, this.options));
    }
    this.append(items);
    this.pump();
  }

  /** @returns false when this is not the file that the upload waits for */
  giveFile(item: UploadItem, file: File): boolean {
    if (!isSameFile(item.remembered, file)) return false;
    item.giveFile(file);
    this.pump();
    return true;
  }

  pause(item: UploadItem): void {
    item.pause();
    this.pump();
  }

  resume(item: UploadItem): void {
    item.wait();
    this.pump();
  }

  cancel(item: UploadItem): void {
    item.cancel();
    this.remove(item);
  }

  remove(item: UploadItem): void {
    item.dispose();
    forget(item.key);
    this.items.value = this.items.value.filter(each => each !== item);
    this.pump();
  }

  clearEnded(): void {
    this.items.value.filter(({ state }) => ENDED.has(state.value.phase)).forEach(item => this.remove(item));
  }

  get hasEnded(): boolean {
    return this.items.value.some(({ state }) => ENDED.has(state.value.phase));
  }

  private append(items: readonly UploadItem[]): void {
    this.items.value = [...this.items.value, ...items];
  }

  /** Starts as many as may run. */
  private pump(): void {
    const running = this.items.value.filter(({ state }) => RUNNING.has(state.value.phase)).length;
    const next = this.items.value.filter(({ state }) => state.value.phase === 'waiting').slice(0, PARALLEL_FILES - running);
    for (const item of next) void item.run().finally(() => this.pump());
  }
}

async function isFree(key: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return !held.some(({ name }) => name === lockName(key));
}

function lockName(key: string): string {
  return `upload:${key}`;
}
