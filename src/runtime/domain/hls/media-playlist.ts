import { MediaTrack, Segment, statedSeconds } from './media-track';

/** Byte-range map and fMP4 outside I-frame playlists need 6; 7 is what players test CMAF with. */
export const HLS_VERSION = 7;

/**
 * One target for all playlists of a presentation, as RFC 8216 §6.2.4 demands: no segment, unrounded, is longer.
 */
export function targetDuration(tracks: readonly MediaTrack[]): number {
  const longest = Math.max(...tracks.flatMap(({ segments }) => segments.map(({ duration }) => duration)));
  return Math.max(1, Math.ceil(Number(statedSeconds(longest))));
}

function head(track: MediaTrack, file: string, target: number, extra: readonly string[]): readonly string[] {
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${HLS_VERSION}`,
    `#EXT-X-TARGETDURATION:${target}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...extra,
    `#EXT-X-MAP:URI="${file}",BYTERANGE="${track.initBytes}@0"`,
  ];
}

function entry({ duration, offset }: Segment, bytes: number, file: string): readonly string[] {
  return [`#EXTINF:${statedSeconds(duration)},`, `#EXT-X-BYTERANGE:${bytes}@${offset}`, file];
}

/** Playlist of one media file whose segments are byte ranges. */
export function mediaPlaylist(track: MediaTrack, file: string, target: number): string {
  return [
    ...head(track, file, target, ['#EXT-X-INDEPENDENT-SEGMENTS']),
    ...track.segments.flatMap(segment => entry(segment, segment.bytes, file)),
    '#EXT-X-ENDLIST', '',
  ].join('\n');
}

/** The first frame of each segment alone, for scrubbing and fast forward. */
export function iFramePlaylist(track: MediaTrack, file: string, target: number): string {
  return [
    ...head(track, file, target, ['#EXT-X-I-FRAMES-ONLY']),
    ...track.segments.flatMap(segment => entry(segment, segment.keyFrameBytes, file)),
    '#EXT-X-ENDLIST', '',
  ].join('\n');
}
