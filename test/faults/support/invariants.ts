import { isDeepStrictEqual } from 'node:util';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { Clip } from './clips';
import { namedObjects } from './playlists';
import { BUCKET, World } from './world';
import { mediaPrefix, metadataKey } from '../../../src/runtime/contract';
import { PublishedMedia, VideoStatus } from '../../../src/runtime/domain/video';
import { parseMetadataDocument, videoFromMetadata } from '../../../src/runtime/worker/job/metadata-document';

/** What an undisturbed encode of a clip makes: object names below the epoch, and their ETags. */
export type Reference = Map<string, ReadonlyMap<string, string>>;

/** How a video ended, against what may be. `clips` are all sources it ever had. */
export async function finalViolations(world: World, videoId: string, clips: readonly Clip[], reference: Reference): Promise<string[]> {
  const { video } = (await world.item(videoId))!;
  switch (video.status) {
    case VideoStatus.DELETED:
      return [];
    case VideoStatus.REJECTED:
      return clips.some(({ seconds }) => seconds === 0) ? [] : [`video ${videoId} is a good one, and REJECTED: ${video.failure?.code} ${video.failure?.message}`];
    case VideoStatus.READY:
      return readyViolations(world, videoId, video.published!, clips, reference);
    default:
      return [`I1: video ${videoId} ended ${video.status}`];
  }
}

async function readyViolations(
  world: World, videoId: string, published: PublishedMedia, clips: readonly Clip[], reference: Reference,
): Promise<string[]> {
  const violations: string[] = [];
  const note = (problem: string) => violations.push(`video ${videoId} at epoch ${published.epoch}: ${problem}`);
  const clip = clips.find(({ sha256 }) => sha256 === published.sourceSha256);
  if (!clip) return [`video ${videoId} was made of bytes that were never uploaded`];
  if (Math.abs(published.durationSeconds - clip.seconds) > 0.1) note(`lasts ${published.durationSeconds} s, its source ${clip.seconds} s`);

  const objects = await objectsOf(world, mediaPrefix(videoId, published.epoch));
  for (const playlist of [published.masterPlaylist, ...published.playlists]) {
    if (!objects.has(playlist)) {note(`I3: ${playlist} is missing`);} else {
      const text = await world.text(`${mediaPrefix(videoId, published.epoch)}${playlist}`);
      for (const name of namedObjects(text)) if (!objects.has(name)) note(`I3: ${playlist} names ${name}, which is missing`);
    }
  }
  const expected = reference.get(clip.sha256);
  if (!expected) reference.set(clip.sha256, objects);
  else if (serialize(expected) !== serialize(objects)) note(`its files differ from those of another run: ${serialize(objects)} against ${serialize(expected)}`);

  if (!(await world.keys(metadataKey(videoId))).length) {note('its metadata document is missing');} else {
    const rebuilt = videoFromMetadata(parseMetadataDocument(await world.text(metadataKey(videoId))));
    if (!isDeepStrictEqual(rebuilt.published, published)) note('its metadata document does not rebuild the catalog item');
  }
  return violations;
}

async function objectsOf(world: World, prefix: string): Promise<ReadonlyMap<string, string>> {
  const keys = await world.keys(prefix);
  const entries = await Promise.all(keys.map(async key => {
    const { ETag } = await world.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }));
    return [key.slice(prefix.length), ETag!] as const;
  }));
  return new Map(entries);
}

function serialize(objects: ReadonlyMap<string, string>): string {
  return [...objects].sort(([one], [other]) => one.localeCompare(other)).map(entry => entry.join(' ')).join(', ');
}
