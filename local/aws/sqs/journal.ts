import * as fs from 'fs';
import * as path from 'path';
import { MessageProgress, StoredMessage } from './message';

type JournalRecord =
  | { readonly put: StoredMessage }
  | { readonly set: string; readonly progress: MessageProgress }
  | { readonly delete: string };

/** Rewriting pays off once dead records outnumber live messages by this many. */
const COMPACT_AFTER = 5000;

/**
 * The state of one queue on disk: one JSON line for each change, replayed at start. Writes are synchronous, so that what
 * a caller was told survives a kill of the process; they are not flushed to the disk, as this guards no one's power cut.
 */
export class Journal {
  static open(file: string): { journal: Journal; messages: Map<string, StoredMessage> } {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const messages = replay(file);
    const journal = new Journal(file);
    journal.rewrite(messages.values());
    return { journal, messages };
  }

  private descriptor: number;
  private records = 0;

  private constructor(private readonly file: string) {
    this.descriptor = fs.openSync(file, 'a');
  }

  put(message: StoredMessage): void {
    this.append({ put: message });
  }

  progress({ id, visibleAt, receiveCount, firstReceivedAt, lastReceivedAt, receiptHandle }: StoredMessage): void {
    this.append({ set: id, progress: { visibleAt, receiveCount, firstReceivedAt, lastReceivedAt, receiptHandle } });
  }

  delete(id: string): void {
    this.append({ delete: id });
  }

  compactWhenWorthIt(live: ReadonlyMap<string, StoredMessage>): void {
    if (this.records > live.size + COMPACT_AFTER) this.rewrite(live.values());
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }

  private append(record: JournalRecord): void {
    fs.writeSync(this.descriptor, `${JSON.stringify(record)}\n`);
    this.records++;
  }

  /** Replaces the file in one step: a kill leaves the old state or the new one. */
  private rewrite(messages: Iterable<StoredMessage>): void {
    const lines = [...messages].map(message => `${JSON.stringify({ put: message })}\n`);
    const next = `${this.file}.next`;
    fs.writeFileSync(next, lines.join(''));
    fs.renameSync(next, this.file);
    fs.closeSync(this.descriptor);
    this.descriptor = fs.openSync(this.file, 'a');
    this.records = lines.length;
  }
}

function replay(file: string): Map<string, StoredMessage> {
  const messages = new Map<string, StoredMessage>();
  if (!fs.existsSync(file)) return messages;
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  // What follows the last line feed is a write that a kill cut short: its caller was never answered.
  lines.slice(0, -1).forEach((line, index) => apply(parse(line, `${file}:${index + 1}`), messages));
  return messages;
}

function parse(line: string, where: string): JournalRecord {
  try {
    return JSON.parse(line) as JournalRecord;
  } catch {
    throw new Error(`${where}: the queue journal is damaged; remove the file, or start with an empty state directory`);
  }
}

function apply(record: JournalRecord, messages: Map<string, StoredMessage>): void {
  if ('put' in record) messages.set(record.put.id, record.put);
  else if ('delete' in record) messages.delete(record.delete);
  else Object.assign(messages.get(record.set) ?? {}, record.progress);
}
