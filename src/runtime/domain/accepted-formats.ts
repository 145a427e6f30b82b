import { AUDIO_CODECS, VIDEO_CODECS } from './media-policy';
import { SourceContainer } from './source-facts';
import { ACCEPTED_TYPES } from '../contract/upload-policy';

/** What others say of the format: their own words where they take only some of it. */
type Stated = 'yes' | 'no' | 'not stated' | `only ${string}`;

export interface AcceptedFormat {
  readonly name: string;
  readonly container: SourceContainer;
  readonly endings: readonly string[];
  readonly mediaConvert: Stated;
  readonly cloudflare: Stated;
  readonly mux: Stated;
  readonly peerTube: Stated;
}

/** Where each column was read. */
const SOURCES = {
  MediaConvert: 'https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html',
  'Cloudflare Stream': 'https://developers.cloudflare.com/stream/faq/',
  Mux: 'https://www.mux.com/docs/guides/minimize-processing-time',
  PeerTube: 'https://github.com/Chocobozzz/PeerTube/blob/develop/server/core/initializers/constants.ts',
};

const ALL = { mediaConvert: 'yes', cloudflare: 'yes', mux: 'not stated', peerTube: 'yes' } as const;

export const ACCEPTED_FORMATS: readonly AcceptedFormat[] = [
  { name: 'MP4', container: 'mov', endings: ['mp4', 'm4v', 'f4v'], ...ALL, cloudflare: 'only MP4' },
  { name: 'QuickTime', container: 'mov', endings: ['mov', 'qt'], ...ALL },
  { name: '3GPP', container: 'mov', endings: ['3gp', '3g2'], ...ALL, cloudflare: 'only 3GP' },
  { name: 'Matroska', container: 'matroska', endings: ['mkv'], ...ALL },
  { name: 'WebM', container: 'matroska', endings: ['webm'], ...ALL },
  { name: 'AVI', container: 'avi', endings: ['avi', 'divx'], ...ALL, peerTube: 'only `.avi`' },
  { name: 'Flash', container: 'flv', endings: ['flv'], ...ALL },
  { name: 'Windows Media', container: 'asf', endings: ['wmv', 'asf'], ...ALL, mediaConvert: 'only VC-1', cloudflare: 'not stated', peerTube: 'only `.wmv`' },
  { name: 'MPEG-TS, AVCHD', container: 'mpegts', endings: ['ts', 'mts', 'm2ts'], ...ALL, peerTube: 'only `.mts` `.m2ts`' },
  { name: 'MPEG-PS, DVD', container: 'mpeg', endings: ['mpg', 'mpeg', 'vob'], ...ALL },
  { name: 'MXF', container: 'mxf', endings: ['mxf'], ...ALL },
];

const code = (names: Iterable<string>) => [...names].map(name => `\`${name}\``).join(' ');

/** The page docs/accepted-formats.md. */
export function acceptedFormats(): string {
  const heads = Object.entries(SOURCES).map(([name, url]) => `[${name}](${url})`);
  const rows = ACCEPTED_FORMATS.map(({ name, endings, mediaConvert, cloudflare, mux, peerTube }) => {
    const known = endings.filter(ending => ending in ACCEPTED_TYPES).map(ending => `.${ending}`);
    return `| ${[name, code(known), mediaConvert, cloudflare, mux, peerTube].join(' | ')} |`;
  });
  return [
    '# Accepted formats', '',
    'Made from the code. The first bytes of a file decide what it is; the ending only decides whether an upload may begin.', '',
    `| format | endings | ${heads.join(' | ')} |`, '|---|---|---|---|---|---|', ...rows, '',
    'A column says what the page behind its name says. Mux accepts "most modern video formats and codecs" and publishes no list; PeerTube takes',
    'most endings only where its operator allows more of them.', '',
    `Video: ${code(VIDEO_CODECS)}`, '',
    `Audio: ${code(AUDIO_CODECS)}. Other audio is left out, with a warning.`, '',
    'Not accepted here, but elsewhere: by MediaConvert GIF, HLS playlists, IMF, files without a container, JPEG 2000, H.261 and Canopus HQ; by',
    'Cloudflare Stream LXF and GXF; by PeerTube Ogg, NUT and MPEG video without a container.', '',
  ].join('\n');
}
