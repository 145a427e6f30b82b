/**
 * An HLS checker that shares no code with the packager: it reads what a player would read, fetches the byte ranges, and
 * decodes each segment on its own. Problems come back as sentences; none means that the presentation is right.
 */
import { open, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { DecodedFrames, decodeFrames } from './decode';
import { Attributes, ParsedPlaylist, parseMaster, parsePlaylist } from './hls-playlist';

export interface CheckedPlaylist {
  readonly uri: string;
  readonly seconds: number;
  readonly starts: readonly number[];
  readonly peakBitrate: number;
  readonly averageBitrate: number;
  readonly segments: readonly DecodedFrames[];
}

export interface CheckedPresentation {
  readonly problems: readonly string[];
  readonly variants: ReadonlyArray<CheckedPlaylist & { readonly attributes: Attributes }>;
  readonly audio?: CheckedPlaylist;
  readonly seconds: number;
}

/** Rounding of six decimals, a time base of 1/90000 and one sound frame of 1024 samples. */
const TIME_TOLERANCE = 0.003;
const AUDIO_FRAME_SECONDS = 0.0465;
const LONGEST_SEGMENT = 4.0;

class Checker {
  readonly problems: string[] = [];
  readonly targets = new Set<number>();

  constructor(private readonly folder: string) {}

  expect(condition: boolean, problem: string): void {
    if (!condition) this.problems.push(problem);
  }

  async text(uri: string): Promise<string> {
    return readFile(path.join(this.folder, uri), 'utf8');
  }

  async bytes(uri: string, { offset, length }: { offset: number; length: number }): Promise<Buffer> {
    const file = await open(path.join(this.folder, uri), 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
      this.expect(bytesRead === length, `${uri}: range ${length}@${offset} reaches beyond the file`);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async playlist(uri: string, kind: 'v' | 'a'): Promise<CheckedPlaylist> {
    const playlist = parsePlaylist(await this.text(uri));
    this.form(uri, playlist);
    this.expect(playlist.independent, `${uri}: EXT-X-INDEPENDENT-SEGMENTS is missing`);
    const init = await this.bytes(playlist.map!.uri, playlist.map!);
    const segments: DecodedFrames[] = [];
    const starts: number[] = [];
    let expectedStart = 0;
    for (const [index, segment] of playlist.segments.entries()) {
      const frames = await decodeFrames(Buffer.concat([init, await this.bytes(segment.uri, segment)]), kind);
      const tolerance = kind === 'a' ? AUDIO_FRAME_SECONDS : TIME_TOLERANCE;
      this.expect(frames.firstIsKey, `${uri}: segment ${index} does not start with a key frame`);
      this.expect(Math.abs(frames.seconds - segment.duration) <= tolerance,
        `${uri}: segment ${index} decodes to ${frames.seconds} s, EXTINF says ${segment.duration}`);
      this.expect(Math.abs(frames.times[0] - expectedStart) <= tolerance,
        `${uri}: segment ${index} starts at ${frames.times[0]} s, the playlist says ${expectedStart}`);
      this.expect(segment.duration <= playlist.targetDuration, `${uri}: segment ${index} is longer than EXT-X-TARGETDURATION`);
      if (kind === 'v') this.expect(segment.duration <= LONGEST_SEGMENT + 1e-6, `${uri}: segment ${index} is longer than 4 s`);
      starts.push(expectedStart);
      expectedStart += segment.duration;
      segments.push(frames);
    }
    const bits = playlist.segments.reduce((sum, { length }) => sum + length * 8, 0);
    return {
      uri,
      seconds: expectedStart,
      starts,
      segments,
      peakBitrate: Math.max(...playlist.segments.map(({ length, duration }) => length * 8 / duration)),
      averageBitrate: bits / expectedStart,
    };
  }

  async iFrames(uri: string, starts: readonly number[]): Promise<{ peakBitrate: number }> {
    const playlist = parsePlaylist(await this.text(uri));
    this.form(uri, playlist);
    this.expect(playlist.iFramesOnly, `${uri}: EXT-X-I-FRAMES-ONLY is missing`);
    this.expect(playlist.segments.length === starts.length, `${uri}: ${playlist.segments.length} I-frames for ${starts.length} segments`);
    const init = await this.bytes(playlist.map!.uri, playlist.map!);
    for (const [index, segment] of playlist.segments.entries()) {
      const frames = await decodeFrames(Buffer.concat([init, await this.bytes(segment.uri, segment)]), 'v');
      this.expect(frames.times.length === 1 && frames.firstIsKey, `${uri}: range ${index} is not exactly one key frame (${frames.times.length})`);
    }
    return { peakBitrate: Math.max(...playlist.segments.map(({ length, duration }) => length * 8 / duration)) };
  }

  private form(uri: string, playlist: ParsedPlaylist): void {
    this.targets.add(playlist.targetDuration);
    this.expect(playlist.version >= 6, `${uri}: EXT-X-MAP needs version 6, got ${playlist.version}`);
    this.expect(playlist.vod && playlist.ended, `${uri}: not a finished VOD playlist`);
    this.expect(playlist.map !== undefined, `${uri}: no EXT-X-MAP`);
    this.expect(playlist.segments.length > 0, `${uri}: no segments`);
    this.expect(Number.isInteger(playlist.targetDuration), `${uri}: EXT-X-TARGETDURATION is not an integer`);
  }
}

function within(value: number, actual: number): boolean {
  return value >= Math.floor(actual) && value <= Math.ceil(actual) + 2;
}

/** Checks the presentation in a folder, from its master playlist down to every decoded picture. */
export async function checkHls(folder: string, master = 'master.m3u8'): Promise<CheckedPresentation> {
  const checker = new Checker(folder);
  const parsed = parseMaster(await checker.text(master));
  checker.expect(parsed.independent, 'master: EXT-X-INDEPENDENT-SEGMENTS is missing');
  const group = parsed.media.find(media => media.TYPE === 'AUDIO');
  const audio = group && await checker.playlist(group.URI, 'a');
  const pictures = parsed.variants.filter(({ attributes }) => attributes.RESOLUTION !== undefined);
  const variants = [];
  for (const { uri, attributes } of pictures) variants.push({ ...await checker.playlist(uri, 'v'), attributes });

  for (const variant of variants) {
    const { attributes, uri } = variant;
    const first = variant.segments[0];
    checker.expect(attributes.RESOLUTION === `${first.width}x${first.height}`,
      `${uri}: RESOLUTION ${attributes.RESOLUTION}, decoded ${first.width}x${first.height}`);
    checker.expect(first.pixelShape === '1:1', `${uri}: pixels of ${first.pixelShape}`);
    checker.expect(attributes.AUDIO === group?.['GROUP-ID'], `${uri}: names audio group ${attributes.AUDIO}`);
    checker.expect(within(Number(attributes.BANDWIDTH), variant.peakBitrate + (audio?.peakBitrate ?? 0)),
      `${uri}: BANDWIDTH ${attributes.BANDWIDTH}, true peak ${variant.peakBitrate + (audio?.peakBitrate ?? 0)}`);
    checker.expect(within(Number(attributes['AVERAGE-BANDWIDTH']), variant.averageBitrate + (audio?.averageBitrate ?? 0)),
      `${uri}: AVERAGE-BANDWIDTH ${attributes['AVERAGE-BANDWIDTH']}, true average ${variant.averageBitrate + (audio?.averageBitrate ?? 0)}`);
    checkFrameRate(checker, variant);
    const cuts = variant.segments.map(segment => segment.times.length).join();
    checker.expect(cuts === variants[0].segments.map(segment => segment.times.length).join(), `${uri}: not cut like ${variants[0].uri}: ${cuts}`);
    checker.expect((audio !== undefined) === /mp4a/.test(attributes.CODECS), `${uri}: CODECS '${attributes.CODECS}' with${audio ? '' : 'out'} sound`);
  }
  for (const attributes of parsed.iFrameVariants) {
    const { peakBitrate } = await checker.iFrames(attributes.URI, variants[0].starts);
    checker.expect(within(Number(attributes.BANDWIDTH), peakBitrate), `${attributes.URI}: BANDWIDTH ${attributes.BANDWIDTH}, true peak ${peakBitrate}`);
  }
  checker.expect(parsed.iFrameVariants.length === variants.length, 'master: an I-frame playlist for every rung');
  checker.expect(checker.targets.size === 1, `target durations differ: ${[...checker.targets].join()}`);
  if (audio) checkAudioAlignment(checker, audio, variants[0]);
  const seconds = Math.max(...[...variants, ...(audio ? [audio] : [])].map(playlist => playlist.seconds));
  return { problems: checker.problems, variants, audio, seconds };
}

function checkFrameRate(checker: Checker, variant: CheckedPlaylist & { attributes: Attributes }): void {
  const times = variant.segments.flatMap(segment => segment.times);
  const stated = Number(variant.attributes['FRAME-RATE']);
  checker.expect(/^\d+\.\d{3}$/.test(variant.attributes['FRAME-RATE'] ?? ''), `${variant.uri}: FRAME-RATE '${variant.attributes['FRAME-RATE']}'`);
  times.slice(1).forEach((time, index) => checker.expect(Math.abs(time - times[index] - 1 / stated) <= TIME_TOLERANCE,
    `${variant.uri}: picture ${index + 1} comes ${time - times[index]} s after the last, FRAME-RATE says ${1 / stated}`));
}

/** Sound cannot be cut between its frames, but it must not drift from the pictures either. */
function checkAudioAlignment(checker: Checker, audio: CheckedPlaylist, video: CheckedPlaylist): void {
  checker.expect(audio.starts.length === video.starts.length, `audio has ${audio.starts.length} segments, video ${video.starts.length}`);
  audio.starts.forEach((start, index) => checker.expect(Math.abs(start - video.starts[index]) <= AUDIO_FRAME_SECONDS,
    `audio segment ${index} starts at ${start}, the pictures' at ${video.starts[index]}`));
}
