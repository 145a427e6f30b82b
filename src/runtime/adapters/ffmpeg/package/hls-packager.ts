import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { readFragmentedMp4 } from './fragmented-mp4';
import { MASTER_PLAYLIST } from '../../../contract/object-keys';
import { EncodePlan, PlannedAudio, PlannedRendition } from '../../../domain/encode-plan';
import { RejectedError, RejectionCode } from '../../../domain/errors';
import { AudioEntry, masterPlaylist, VariantEntry, variantCodecs, withAudio } from '../../../domain/hls/master-playlist';
import { iFramePlaylist, mediaPlaylist, targetDuration } from '../../../domain/hls/media-playlist';
import { bitRates, MediaTrack, trackDuration } from '../../../domain/hls/media-track';
import { toNumber } from '../../../domain/rational';
import { Rendition } from '../../../domain/video';
import { EncodedMedia } from '../../../ports/transcoder';
import { describeFiles } from '../encoded-file';

const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';
const VIDEO_TYPE = 'video/mp4';
const AUDIO_TYPE = 'audio/mp4';

/** Seconds by which the duration of an output may differ from the plan. */
const DURATION_TOLERANCE = 0.1;

interface ReadRendition {
  readonly planned: PlannedRendition;
  readonly track: MediaTrack;
}

interface ReadAudio {
  readonly planned: PlannedAudio;
  readonly track: MediaTrack;
}

/** Checks what the encoder wrote and writes the playlists that describe it. */
export async function packageHls(plan: EncodePlan, folder: string, encodeSeconds: number): Promise<EncodedMedia> {
  const renditions: ReadRendition[] = [];
  for (const planned of plan.renditions) renditions.push({ planned, track: await readTrack(folder, planned.file) });
  const audio = plan.audio && { planned: plan.audio, track: await readTrack(folder, plan.audio.file) };
  assertWhole(plan, renditions, audio);

  const tracks = [...renditions, ...(audio ? [audio] : [])];
  const target = targetDuration(tracks.map(({ track }) => track));
  const audioEntry = audio && describeAudio(audio);
  const variants = renditions.map(describeVariant);
  const texts: Array<readonly [string, string]> = [
    ...tracks.map(({ planned, track }) => [planned.playlist, mediaPlaylist(track, planned.file, target)] as const),
    ...renditions.map(({ planned, track }) => [planned.iFramePlaylist, iFramePlaylist(track, planned.file, target)] as const),
    [MASTER_PLAYLIST, masterPlaylist(variants, plan.frameRate, audioEntry)],
  ];
  for (const [name, text] of texts) await writeFile(path.join(folder, name), text);
  return {
    mediaFiles: [
      ...await describeFiles(folder, renditions.map(({ planned }) => planned.file), VIDEO_TYPE),
      ...await describeFiles(folder, audio ? [audio.planned.file] : [], AUDIO_TYPE),
      ...await describeFiles(folder, plan.progressive ? [plan.progressive.file] : [], VIDEO_TYPE),
    ],
    playlists: await describeFiles(folder, texts.map(([name]) => name), PLAYLIST_TYPE),
    masterPlaylist: MASTER_PLAYLIST,
    renditions: [
      ...renditions.map(({ planned, track }, index) => rendition(plan, planned, track, variants[index], audioEntry)),
      ...(audio?.planned.audioOnlyVariant ? [audioOnly(audio, audioEntry!)] : []),
    ],
    durationSeconds: Math.max(...tracks.map(({ track }) => trackDuration(track))),
    encodeSeconds,
  };
}

/** ffmpeg may exit with 0 without having decoded anything; it then leaves a file without fragments. */
async function readTrack(folder: string, file: string): Promise<MediaTrack> {
  try {
    return await readFragmentedMp4(path.join(folder, file));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RejectedError(RejectionCode.UNREADABLE, 'No frame of the file could be decoded.', { cause });
  }
}

/**
 * ffmpeg exits with 0 on a file that stops halfway. Its output is therefore compared with what the packets of
 * the source promised, and with itself: every rendition must start its segments at the same frames.
 */
function assertWhole(plan: EncodePlan, renditions: readonly ReadRendition[], audio?: ReadAudio): void {
  for (const { planned, track } of [...renditions, ...(audio ? [audio] : [])]) {
    const duration = trackDuration(track);
    if (Math.abs(duration - plan.durationSeconds) > DURATION_TOLERANCE) {
      throw new RejectedError(RejectionCode.TRUNCATED,
        `Only ${duration.toFixed(1)} s of the ${plan.durationSeconds.toFixed(1)} s that the file promises could be decoded.`, { cause: new Error(`${planned.file} is too short`) });
    }
  }
  const cuts = renditions.map(({ track }) => track.segments.map(({ samples }) => samples).join());
  if (cuts.some(cut => cut !== cuts[0])) throw new RangeError(`Renditions are not cut alike: ${cuts.join(' | ')}`);
}

function describeVariant({ planned, track }: ReadRendition): VariantEntry {
  return {
    playlist: planned.playlist,
    iFramePlaylist: planned.iFramePlaylist,
    width: planned.width,
    height: planned.height,
    codec: track.codec,
    rates: bitRates(track.segments),
    iFrameRates: bitRates(track.segments.map(({ keyFrameBytes, duration }) => ({ bytes: keyFrameBytes, duration }))),
  };
}

function describeAudio({ planned, track }: ReadAudio): AudioEntry {
  return { playlist: planned.playlist, codec: track.codec, rates: bitRates(track.segments), audioOnlyVariant: planned.audioOnlyVariant };
}

function rendition(
  plan: EncodePlan, planned: PlannedRendition, track: MediaTrack, entry: VariantEntry, audio?: AudioEntry,
): Rendition {
  const rates = withAudio(entry.rates, audio);
  return {
    name: planned.name,
    width: planned.width,
    height: planned.height,
    frameRate: Number(toNumber(plan.frameRate).toFixed(3)),
    bandwidth: rates.peak,
    averageBandwidth: rates.average,
    codecs: variantCodecs(entry.codec, audio),
    playlist: planned.playlist,
    sizeBytes: track.sizeBytes,
  };
}

function audioOnly({ planned, track }: ReadAudio, entry: AudioEntry): Rendition {
  return {
    name: 'audio',
    width: 0,
    height: 0,
    frameRate: 0,
    bandwidth: entry.rates.peak,
    averageBandwidth: entry.rates.average,
    codecs: entry.codec,
    playlist: planned.playlist,
    sizeBytes: track.sizeBytes,
  };
}
