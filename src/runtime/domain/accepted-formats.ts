import { AUDIO_CODECS, VIDEO_CODECS } from './media-policy';
import { SourceContainer } from './source-facts';
import { ACCEPTED_TYPES } from '../contract/upload-policy';

interface Row {
  readonly name: string;
  readonly endings: readonly string[];
  /**
   * AWS Elemental MediaConvert (user guide, supported input containers), Cloudflare Stream (FAQ, supported formats), PeerTube 7
   * (server settings, additional extensions). Mux publishes no closed list.
   */
  readonly others: readonly [mediaConvert: boolean, cloudflare: boolean, peerTube: boolean];
}

const ROWS: Readonly<Record<SourceContainer, Row>> = {
  mov: { name: 'MP4, MOV, 3GP', endings: ['mp4', 'm4v', 'mov', 'qt', 'f4v', '3gp', '3g2'], others: [true, true, true] },
  matroska: { name: 'MKV, WebM', endings: ['mkv', 'webm'], others: [true, true, true] },
  avi: { name: 'AVI', endings: ['avi', 'divx'], others: [true, true, true] },
  flv: { name: 'FLV', endings: ['flv'], others: [true, true, true] },
  asf: { name: 'WMV, ASF', endings: ['wmv', 'asf'], others: [true, false, true] },
  mpegts: { name: 'MPEG-TS, AVCHD', endings: ['ts', 'mts', 'm2ts'], others: [true, true, true] },
  mpeg: { name: 'MPEG-PS', endings: ['mpg', 'mpeg', 'vob'], others: [true, true, true] },
  mxf: { name: 'MXF', endings: ['mxf'], others: [true, true, true] },
};

const yes = (value: boolean) => (value ? 'yes' : 'no');

/** The page docs/accepted-formats.md. */
export function acceptedFormats(): string {
  const rows = Object.values(ROWS).map(({ name, endings, others }) => {
    const known = endings.filter(ending => ending in ACCEPTED_TYPES);
    return `| ${name} | ${known.map(ending => `\`.${ending}\``).join(' ')} | ${others.map(yes).join(' | ')} |`;
  });
  return [
    '# Accepted formats', '',
    'Made from the code. The first bytes of a file decide what it is; the ending only decides whether an upload may begin.', '',
    '| container | endings | MediaConvert | Cloudflare Stream | PeerTube |', '|---|---|---|---|---|', ...rows, '',
    'Mux converts whatever it can read and publishes no list.', '',
    `Video: ${[...VIDEO_CODECS].map(codec => `\`${codec}\``).join(' ')}`, '',
    `Audio: ${AUDIO_CODECS.map(({ source }) => `\`${source}\``).join(' ')}. Other audio is left out, with a warning.`, '',
  ].join('\n');
}
