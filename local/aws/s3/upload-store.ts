import { randomBytes, randomUUID } from 'crypto';
import { mkdirSync, readdirSync, rmSync } from 'fs';
import { mkdir, rename, rm } from 'fs/promises';
import * as path from 'path';
import { readJsonSync, ScratchDirectory } from './files';
import { KeyedLock } from './keyed-lock';
import { Checksum, ChecksumAlgorithm, ChecksumType, ObjectAttributes } from './types';

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly initiated: string;
  readonly attributes: ObjectAttributes;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
  /** Set once the object is made, so that a client that lost the answer gets it again. */
  readonly completed?: CompletedUpload;
}

export interface CompletedUpload {
  readonly versionId: string;
  readonly etag: string;
  readonly checksum?: Checksum;
}

export interface Part {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: string;
  /** Name within the upload's directory. */
  readonly file: string;
  readonly checksum?: Checksum;
}

const UPLOAD_FILE = 'upload.json';

/** The multipart uploads of one bucket: a directory for each, with a document and a file for each part. */
export class UploadStore {
  private readonly uploads = new Map<string, { upload: Upload; parts: Map<number, Part> }>();
  private readonly locks = new KeyedLock();

  constructor(private readonly directory: string, private readonly scratch: ScratchDirectory) {
    mkdirSync(directory, { recursive: true });
    for (const id of readdirSync(directory)) this.load(id);
  }

  /** Uploads in progress, by key and then by age. */
  list(): Upload[] {
    return [...this.uploads.values()]
      .map(({ upload }) => upload)
      .filter(upload => !upload.completed)
      .sort((left, right) => Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)) || compare(left.initiated, right.initiated)
        || compare(left.id, right.id));
  }

  find(id: string): Upload | undefined {
    return this.uploads.get(id)?.upload;
  }

  /** Parts by number. */
  parts(id: string): Part[] {
    return [...this.uploads.get(id)?.parts.values() ?? []].sort((left, right) => left.number - right.number);
  }

  pathOf(id: string, part: Part): string {
    return path.join(this.directory, id, part.file);
  }

  async create(draft: Omit<Upload, 'id'>): Promise<Upload> {
    const upload: Upload = { ...draft, id: randomBytes(32).toString('hex') };
    await mkdir(path.join(this.directory, upload.id));
    await this.scratch.writeJson(path.join(this.directory, upload.id, UPLOAD_FILE), upload);
    this.uploads.set(upload.id, { upload, parts: new Map() });
    return upload;
  }

  /** Takes over a received file as a part. False when the upload ended meanwhile; the file is then gone. */
  async putPart(id: string, received: string, draft: Omit<Part, 'file'>): Promise<boolean> {
    return this.exclusively(id, async () => {
      const entry = this.uploads.get(id);
      if (!entry || entry.upload.completed) {
        await rm(received, { force: true });
        return false;
      }
      const part: Part = { ...draft, file: randomUUID() };
      const replaced = entry.parts.get(part.number);
      await rename(received, this.pathOf(id, part));
      await this.scratch.writeJson(path.join(this.directory, id, partDocument(part.number)), part);
      entry.parts.set(part.number, part);
      if (replaced) await rm(this.pathOf(id, replaced), { force: true });
      return true;
    });
  }

  /** Marks an upload as done and frees its parts. Call it within {@link exclusively}. */
  async complete(id: string, completed: CompletedUpload): Promise<void> {
    const entry = this.uploads.get(id);
    if (!entry) return;
    const upload = { ...entry.upload, completed };
    await this.scratch.writeJson(path.join(this.directory, id, UPLOAD_FILE), upload);
    const files = [...entry.parts.values()].flatMap(part => [part.file, partDocument(part.number)]);
    this.uploads.set(id, { upload, parts: new Map() });
    await Promise.all(files.map(file => rm(path.join(this.directory, id, file), { force: true })));
  }

  async abort(id: string): Promise<void> {
    await this.exclusively(id, async () => {
      this.uploads.delete(id);
      await rm(path.join(this.directory, id, UPLOAD_FILE), { force: true });
      await rm(path.join(this.directory, id), { recursive: true, force: true });
    });
  }

  /** Runs alone among the calls that change one upload. */
  exclusively<T>(id: string, section: () => Promise<T>): Promise<T> {
    return this.locks.run(id, section);
  }

  private load(id: string): void {
    const directory = path.join(this.directory, id);
    const upload = readJsonSync<Upload>(path.join(directory, UPLOAD_FILE));
    if (!upload) return rmSync(directory, { recursive: true, force: true });
    const parts = readdirSync(directory)
      .filter(file => file.startsWith('part-'))
      .map(file => readJsonSync<Part>(path.join(directory, file)) as Part);
    this.uploads.set(id, { upload, parts: new Map(parts.map(part => [part.number, part])) });
  }
}

function partDocument(number: number): string {
  return `part-${String(number).padStart(5, '0')}.json`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
