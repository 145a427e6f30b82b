import { randomBytes, randomUUID } from 'crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'fs';
import { mkdir, rename, rm, rmdir } from 'fs/promises';
import * as path from 'path';
import { Now } from '../types';
import { FileLeases } from './file-leases';
import { hashedName, linkOrCopy, readJsonSync, ScratchDirectory } from './files';
import { KeyedLock } from './keyed-lock';
import { ObjectIndex } from './object-index';
import { Sequencer } from './sequencer';
import { DeleteMarker, NULL_VERSION, ObjectRecord, ObjectVersion, Segment, Version } from './types';

/** A file that is to become part of an object: moved there, or linked when it must also stay where it is. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
  readonly keep?: boolean;
}

export interface Draft extends Pick<ObjectVersion, 'etag' | 'attributes' | 'checksum'> {
  readonly files: readonly SourceFile[];
}

/** Throws when a write must not happen on top of what is there now. */
export type Precondition = (current: Version | undefined) => void;

export interface ObjectStoreOptions {
  readonly directory: string;
  readonly versioned: boolean;
  readonly scratch: ScratchDirectory;
  readonly sequencer: Sequencer;
  readonly now: Now;
}

const RECORD_FILE = 'object.json';

/**
 * The objects of one bucket. Each key has a directory, named by the key's hash, with one immutable file for each run of
 * bytes and a record that names them. The rename of the record is the commit; files that no record names are swept when
 * the store opens.
 */
export class ObjectStore {
  readonly index = new ObjectIndex();
  private readonly locks = new KeyedLock();
  private readonly leases = new FileLeases();

  constructor(private readonly options: ObjectStoreOptions) {
    mkdirSync(options.directory, { recursive: true });
    for (const shard of readdirSync(options.directory)) {
      for (const name of readdirSync(path.join(options.directory, shard))) this.load(path.join(options.directory, shard, name));
    }
  }

  /** The newest version, which may be a delete marker. */
  current(key: string): Version | undefined {
    return this.index.get(key)?.versions[0];
  }

  version(key: string, versionId: string): Version | undefined {
    return this.index.get(key)?.versions.find(version => version.versionId === versionId);
  }

  /** Holds the files of an object, so that it can be read to its end even when it is replaced meanwhile. */
  open(key: string, object: ObjectVersion): OpenObject {
    const segments = object.segments.map(segment => ({ ...segment, file: path.join(this.directoryOf(key), segment.file) }));
    return new OpenObject(segments, this.leases.hold(segments.map(segment => segment.file)));
  }

  /** Commits a new version; of concurrent writers under a precondition, those that come after the first see its work. */
  async put(key: string, draft: Draft, precondition: Precondition): Promise<ObjectVersion> {
    return this.locks.run(key, async () => {
      precondition(this.current(key));
      await mkdir(this.directoryOf(key), { recursive: true });
      const segments = await Promise.all(draft.files.map(async file => this.adopt(key, file)));
      const version: ObjectVersion = {
        ...this.stamp(),
        deleteMarker: false,
        etag: draft.etag,
        size: segments.reduce((sum, segment) => sum + segment.size, 0),
        segments,
        attributes: draft.attributes,
        checksum: draft.checksum,
      };
      await this.commit(key, [version, ...this.kept(key)]);
      return version;
    });
  }

  /** What a DELETE without a version id does: a marker on top, or, without versioning, removal. */
  async delete(key: string, precondition: Precondition): Promise<DeleteMarker | undefined> {
    return this.locks.run(key, async () => {
      precondition(this.current(key));
      const kept = this.kept(key);
      if (!this.options.versioned && kept.length === 0) {
        await this.commit(key, []);
        return undefined;
      }
      const marker: DeleteMarker = { ...this.stamp(), deleteMarker: true };
      // A key that never was gets a marker too.
      await mkdir(this.directoryOf(key), { recursive: true });
      await this.commit(key, [marker, ...kept]);
      return marker;
    });
  }

  async deleteVersion(key: string, versionId: string, precondition: Precondition): Promise<Version | undefined> {
    return this.locks.run(key, async () => {
      const version = this.version(key, versionId);
      precondition(version);
      if (version) await this.commit(key, this.versions(key).filter(other => other !== version));
      return version;
    });
  }

  private versions(key: string): readonly Version[] {
    return this.index.get(key)?.versions ?? [];
  }

  /** Versions that a new one goes on top of; without versioning it replaces the `null` one. */
  private kept(key: string): readonly Version[] {
    return this.options.versioned ? this.versions(key) : this.versions(key).filter(version => version.versionId !== NULL_VERSION);
  }

  private stamp(): Pick<Version, 'versionId' | 'lastModified' | 'sequencer'> {
    return {
      versionId: this.options.versioned ? randomBytes(24).toString('base64url') : NULL_VERSION,
      lastModified: this.options.now().toISOString().replace(/\.\d+Z$/, '.000Z'),
      sequencer: this.options.sequencer.take(),
    };
  }

  private async adopt(key: string, source: SourceFile): Promise<Segment> {
    const file = randomUUID();
    const target = path.join(this.directoryOf(key), file);
    await (source.keep ? linkOrCopy(source.path, target) : rename(source.path, target));
    return { file, size: source.size };
  }

  private async commit(key: string, versions: readonly Version[]): Promise<void> {
    const directory = this.directoryOf(key);
    const obsolete = this.versions(key)
      .filter(version => !versions.includes(version))
      .flatMap(filesOf)
      .map(file => path.join(directory, file));
    if (versions.length === 0) {
      this.index.delete(key);
      // The record goes first: a crash in between leaves files that no record names.
      await rm(path.join(directory, RECORD_FILE), { force: true });
      await this.leases.remove(obsolete);
      // Fails while a reader still holds a file; the next start sweeps what is left.
      await rmdir(directory).catch(() => undefined);
      return;
    }
    const record: ObjectRecord = { key, versions };
    await this.options.scratch.writeJson(path.join(directory, RECORD_FILE), record);
    this.index.set(record);
    await this.leases.remove(obsolete);
  }

  private load(directory: string): void {
    const record = readJsonSync<ObjectRecord>(path.join(directory, RECORD_FILE));
    if (!record) return rmSync(directory, { recursive: true, force: true });
    const named = new Set([RECORD_FILE, ...record.versions.flatMap(filesOf)]);
    readdirSync(directory).filter(file => !named.has(file)).forEach(file => rmSync(path.join(directory, file), { force: true }));
    this.index.set(record);
  }

  private directoryOf(key: string): string {
    const name = hashedName(key);
    return path.join(this.options.directory, name.slice(0, 2), name);
  }
}

/** An object whose files are held: what is read no longer depends on what happens to the key. */
export class OpenObject {
  constructor(private readonly segments: readonly Segment[], readonly close: () => Promise<void>) {}

  /** Bytes `start` to `end`, both included, over all files. */
  async* read(start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { file, size } of this.segments) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, size - 1);
      if (from <= to) yield* createReadStream(file, { start: from, end: to });
      offset += size;
    }
  }
}

function filesOf(version: Version): string[] {
  return version.deleteMarker ? [] : version.segments.map(segment => segment.file);
}
