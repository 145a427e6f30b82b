import { ServerResponse } from 'node:http';
import { WorkerCall } from './call-points';
import { namedObjects } from './playlists';
import { BUCKET, VISIBILITY_SECONDS, World } from './world';
import { comparableSequencer, metadataKey } from '../../../src/runtime/contract';
import { isFinal, VideoStatus } from '../../../src/runtime/domain/video';
import { parseJobMessage } from '../../../src/runtime/worker/message/parse-job-message';

const READS_AFTER_FLIP = 2;
/** From here on the SDK takes any refusal for the fault of its clock: it corrects it, and asks again. */
const CLOCK_OFF_MS = 240_000;

/** A message that a worker has, and what was read while it had it. */
interface Receipt {
  readonly worker: number;
  readonly body: string;
  /** The video, if it was READY already. */
  readonly ready?: string;
  readonly reads: string[];
  /** No other message of the worker may have been the reason of a read. */
  alone: boolean;
}

/** Watches every call of every worker while faults rage, and notes what must never be seen. */
export class Monitor {
  readonly violations: string[] = [];
  private readonly stored = new Set<string>();
  private readonly flips = new Map<string, number>();
  private readonly ready = new Set<string>();
  private readonly deleted = new Set<string>();
  private readonly checks = new Set<Promise<void>>();
  /** Messages that a worker keeps invisible, by receipt handle. */
  private readonly held = new Map<string, number>();
  private readonly messageIds = new Map<string, string>();
  private readonly receipts = new Map<string, Receipt>();

  /** `bodies` are those of received messages by receipt handle; a long poll may begin in one schedule and end in the next. */
  constructor(
    private readonly world: World,
    private readonly bodies: Map<string, string>,
    /** Calls are made to fail, so that workers repeat them. */
    private readonly repeats: boolean,
    /** By how much each worker's clock is off, milliseconds. */
    private readonly clockShifts: readonly number[],
  ) {}

  /** A call is about to reach its service. */
  async before(call: WorkerCall): Promise<void> {
    if (call.point === 'delete') await this.checkDelete(call);
  }

  /** What stood in the bucket when this call set out: a playlist may name nothing else. */
  snapshot(): ReadonlySet<string> {
    return new Set(this.stored);
  }

  /** A service has done what a call asked for; its answer may yet be lost. */
  after(call: WorkerCall, response: ServerResponse, text: string, snapshot: ReadonlySet<string>): void {
    this.countReads(call, response.statusCode);
    if (response.statusCode >= 300) return;
    if (call.operation === 'ReceiveMessage') this.rememberReceived(call.worker, text);
    if (call.operation === 'ChangeMessageVisibility' || call.operation === 'DeleteMessage') this.noteHold(call);
    if (call.operation === 'PutObject' && call.key) this.stored.add(call.key);
    if (call.operation === 'PutObject' && call.key?.endsWith('.m3u8')) this.later(this.checkPlaylist(call.key, snapshot));
    if (call.operation === 'UpdateItem') this.noteWrite(call);
  }

  /** A worker ended. Given its log when it did so as it was told to, with time to spare: then it had nothing left. */
  ended(worker: number, orderlyLog?: readonly string[]): void {
    for (const [handle, receipt] of this.receipts) if (receipt.worker === worker) this.receipts.delete(handle);
    for (const [handle, holder] of this.held) {
      if (holder !== worker) continue;
      this.held.delete(handle);
      if (orderlyLog && !this.postponed(handle, orderlyLog)) this.note(`worker ${worker} stopped in good order, but kept a message`);
    }
  }

  /** The viewer's deletion: from now on the video must stay deleted. */
  noteDeleted(videoId: string): void {
    this.deleted.add(videoId);
  }

  async settled(): Promise<void> {
    while (this.checks.size > 0) await Promise.all(this.checks);
  }

  private later(check: Promise<void>): void {
    const tracked: Promise<void> = check.catch(error => this.note(`a check failed: ${String(error)}`)).finally(() => this.checks.delete(tracked));
    this.checks.add(tracked);
  }

  private note(violation: string): void {
    this.violations.push(violation);
  }

  private rememberReceived(worker: number, text: string): void {
    const { Messages = [] } = JSON.parse(text || '{}') as { Messages?: Array<{ MessageId: string; ReceiptHandle: string; Body: string }> };
    for (const { MessageId, ReceiptHandle, Body } of Messages) {
      this.bodies.set(ReceiptHandle, Body);
      this.messageIds.set(ReceiptHandle, MessageId);
      const ready = [...this.ready].find(each => Body.includes(each));
      this.noteReceipt(ReceiptHandle, { worker, body: Body, ready, reads: [], alone: true });
    }
  }

  /** Whose reads are whose cannot be told of messages that one worker has for one video at a time, waiting ones included. */
  private noteReceipt(handle: string, receipt: Receipt): void {
    const { worker, ready } = receipt;
    for (const other of this.receipts.values()) {
      if (ready && other.worker === worker && other.body.includes(ready)) other.alone = receipt.alone = false;
    }
    this.receipts.set(handle, receipt);
  }

  private noteHold({ operation, worker, body }: WorkerCall): void {
    const handle = body?.ReceiptHandle as string;
    const extended = operation === 'ChangeMessageVisibility' && body?.VisibilityTimeout === VISIBILITY_SECONDS;
    if (extended && this.messageIds.has(handle)) this.held.set(handle, worker);
    else this.held.delete(handle);
    if (operation === 'DeleteMessage') this.judgeReads(handle);
    if (!extended) this.receipts.delete(handle);
  }

  /** A job to be tried again later may ask for just as long as a heartbeat does: then it was given up before the worker was to stop. */
  private postponed(handle: string, log: readonly string[]): boolean {
    const running = log.slice(0, log.findIndex(line => line.includes('told to stop')));
    return running.some(line => line.includes('The message is done') && line.includes(this.messageIds.get(handle)!));
  }

  private countReads({ worker, operation, key, body }: WorkerCall, status: number): void {
    if (!['GetItem', 'HeadObject', 'GetObject'].includes(operation)) return;
    const about = key ?? String(body?.Key?.pk?.S);
    const read = `${operation} ${status}`;
    // The service did not answer, or the worker did not wait for it: it asks again, and that is no read too many.
    if (status >= 499) return;
    const askedAgain = (reads: readonly string[]) => status >= 400 && this.isClockOff(worker) && reads.at(-1) === read;
    for (const { worker: holder, ready, reads } of this.receipts.values()) {
      if (holder === worker && ready && about.includes(ready) && !askedAgain(reads)) reads.push(read);
    }
  }

  private isClockOff(worker: number): boolean {
    return Math.abs(this.clockShifts[worker] ?? 0) >= CLOCK_OFF_MS;
  }

  /** Once a video is published, another message for it costs its worker two reads, unless something makes it ask again. */
  private judgeReads(handle: string): void {
    const { ready, alone, reads = [] } = this.receipts.get(handle) ?? {};
    if (!ready || !alone || this.repeats) return;
    if (reads.length > READS_AFTER_FLIP) this.note(`a message for READY video ${ready} cost ${reads.length} reads: ${reads.join(', ')}`);
  }

  private noteWrite(call: WorkerCall): void {
    const videoId = String(call.body?.Key?.pk?.S).replace('VIDEO#', '');
    if (call.point === 'flip') {
      this.flips.set(videoId, (this.flips.get(videoId) ?? 0) + 1);
      if (this.flips.get(videoId)! > 1) this.note(`I2: video ${videoId} was published twice`);
    }
    this.later(this.checkStatus(videoId));
  }

  private async checkStatus(videoId: string): Promise<void> {
    // Judged by what had been seen before the look: what comes during it may be newer than its answer.
    const [wasDeleted, wasReady] = [this.deleted.has(videoId), this.ready.has(videoId)];
    const status = (await this.world.item(videoId))?.video.status;
    if (wasDeleted && status !== VideoStatus.DELETED) this.note(`I7: deleted video ${videoId} is ${status} again`);
    if (wasReady && status !== VideoStatus.READY && status !== VideoStatus.DELETED) {
      this.note(`I6: video ${videoId} was READY and is ${status} now`);
    }
    if (status === VideoStatus.READY) this.ready.add(videoId);
  }

  private async checkPlaylist(key: string, snapshot: ReadonlySet<string>): Promise<void> {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const missing = namedObjects(await this.world.text(key)).filter(name => !snapshot.has(folder + name));
    if (missing.length > 0) this.note(`I3: ${key} was written while ${missing.join(', ')} did not exist`);
  }

  private async checkDelete(call: WorkerCall): Promise<void> {
    const body = this.bodies.get(call.body?.ReceiptHandle as string);
    if (body === undefined) return this.note('I4: a message was deleted that nobody had received');
    const { videoId, event } = parseJobMessage(body, BUCKET);
    const item = await this.world.item(videoId);
    const superseded = item?.sequencer !== undefined && item.sequencer > comparableSequencer(event.detail.object.sequencer);
    if (!item || !(isFinal(item.video.status) || superseded)) {
      return this.note(`I4: the message of video ${videoId} was deleted while it is ${item?.video.status}`);
    }
    if (item.video.status === VideoStatus.READY && !superseded && !(await this.world.keys(metadataKey(videoId))).length) {
      this.note(`I4: the message of READY video ${videoId} was deleted before its metadata document was there`);
    }
  }
}
