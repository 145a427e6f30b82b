import { Rational, toNumber } from '../rational';
import { HLS_VERSION } from './media-playlist';
import { BitRates } from './media-track';

export interface VariantEntry {
  readonly playlist: string;
  readonly iFramePlaylist: string;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  readonly rates: BitRates;
  readonly iFrameRates: BitRates;
}

export interface AudioEntry {
  readonly playlist: string;
  readonly codec: string;
  readonly rates: BitRates;
  readonly audioOnlyVariant: boolean;
}

const AUDIO_GROUP = 'audio';

/** Attributes in the order given; undefined ones are left out. */
function tag(name: string, attributes: ReadonlyArray<readonly [string, string | number | undefined]>): string {
  return `#${name}:${attributes.filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${value}`).join(',')}`;
}

function quoted(value: string): string {
  return `"${value}"`;
}

/** What a player receives with this variant: its own video and, beside it, the audio of the group. */
export function withAudio(video: BitRates, audio?: AudioEntry): BitRates {
  return { peak: video.peak + (audio?.rates.peak ?? 0), average: video.average + (audio?.rates.average ?? 0) };
}

export function variantCodecs(video: string, audio?: AudioEntry): string {
  return audio ? `${video},${audio.codec}` : video;
}

function variant(entry: VariantEntry, frameRate: Rational, audio?: AudioEntry): readonly string[] {
  const rates = withAudio(entry.rates, audio);
  return [
    tag('EXT-X-STREAM-INF', [
      ['BANDWIDTH', rates.peak], ['AVERAGE-BANDWIDTH', rates.average], ['CODECS', quoted(variantCodecs(entry.codec, audio))],
      ['RESOLUTION', `${entry.width}x${entry.height}`], ['FRAME-RATE', toNumber(frameRate).toFixed(3)],
      ['AUDIO', audio && quoted(AUDIO_GROUP)], ['CLOSED-CAPTIONS', 'NONE'],
    ]),
    entry.playlist,
  ];
}

function iFrameVariant(entry: VariantEntry): string {
  return tag('EXT-X-I-FRAME-STREAM-INF', [
    ['BANDWIDTH', entry.iFrameRates.peak], ['AVERAGE-BANDWIDTH', entry.iFrameRates.average], ['CODECS', quoted(entry.codec)],
    ['RESOLUTION', `${entry.width}x${entry.height}`], ['URI', quoted(entry.iFramePlaylist)],
  ]);
}

/** The playlist of playlists. Players start with the first variant: the caller decides the order. */
export function masterPlaylist(variants: readonly VariantEntry[], frameRate: Rational, audio?: AudioEntry): string {
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${HLS_VERSION}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(audio ? [tag('EXT-X-MEDIA', [
      ['TYPE', 'AUDIO'], ['GROUP-ID', quoted(AUDIO_GROUP)], ['NAME', quoted('Stereo')], ['DEFAULT', 'YES'], ['AUTOSELECT', 'YES'],
      ['CHANNELS', quoted('2')], ['URI', quoted(audio.playlist)],
    ])] : []),
    ...variants.flatMap(entry => variant(entry, frameRate, audio)),
    ...(audio?.audioOnlyVariant ? [
      tag('EXT-X-STREAM-INF', [
        ['BANDWIDTH', audio.rates.peak], ['AVERAGE-BANDWIDTH', audio.rates.average], ['CODECS', quoted(audio.codec)],
        ['AUDIO', quoted(AUDIO_GROUP)], ['CLOSED-CAPTIONS', 'NONE'],
      ]),
      audio.playlist,
    ] : []),
    ...variants.map(iFrameVariant),
    '',
  ].join('\n');
}
