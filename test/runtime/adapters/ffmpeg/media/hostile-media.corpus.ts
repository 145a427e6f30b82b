import { aviWithSubtitles, box, EBML_HEADER, ebml, FTYP, noise, patched, payloadOf, u32, withFlvTimes } from './byte-builders';
import { AAC, MP4, picture, sound, X264 } from './corpus';
import { Bait } from './hostile-text.corpus';
import { RejectionCode } from '../../../../../src/runtime/domain/errors';

export interface HostileMedia {
  readonly name: string;
  /** How ffmpeg makes the honest file. */
  readonly make?: readonly string[];
  readonly pieces?: ReadonlyArray<readonly string[]>;
  /** What is then done to it. */
  readonly corrupt?: (honest: Buffer, bait: Bait) => Buffer;
  readonly codes: readonly RejectionCode[];
}

const AV = [...picture(), ...sound()];
const MP4_AV = [...AV, ...X264, '-g', '15', ...AAC, ...MP4];
const FAST_AV = [...AV, ...X264, '-g', '15', ...AAC, '-movflags', '+faststart', ...MP4];
const MKV_AV = [...AV, ...X264, '-g', '15', ...AAC, '-f', 'matroska'];

const FLV = [...AV, ...X264, '-g', '15', ...AAC, '-f', 'flv'];
const WEBM = [...AV, '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-f', 'webm'];

const cut = (part: number) => (file: Buffer) => file.subarray(0, Math.floor(file.length * part));
const { TRUNCATED, UNREADABLE, RESOURCE_LIMIT } = RejectionCode;

function truncations(container: string, make: readonly string[]): HostileMedia[] {
  return [0.1, 0.5, 0.99].map(part => ({
    name: `${container} cut off at ${part * 100} %`, make, corrupt: cut(part), codes: [TRUNCATED, UNREADABLE],
  }));
}

/** Points the first data reference at a file of its own. */
function withExternalReference(type: 'url ' | 'alis', target: string): (file: Buffer) => Buffer {
  // The honest entry has no room for a name: the table is rebuilt, and every box around it grows.
  return file => {
    const dref = file.indexOf('dref', 0, 'latin1') - 4;
    const replacement = box('dref', u32(0, 1), box(type, u32(0), Buffer.from(`${target}\0`)));
    const growth = replacement.length - file.readUInt32BE(dref);
    const result = Buffer.concat([file.subarray(0, dref), replacement, file.subarray(dref + file.readUInt32BE(dref))]);
    for (const parent of ['moov', 'trak', 'mdia', 'minf', 'dinf']) {
      const at = result.lastIndexOf(parent, dref, 'latin1') - 4;
      result.writeUInt32BE(result.readUInt32BE(at) + growth, at);
    }
    return result;
  };
}

/** Every sample lasts so many ticks: the same pictures, spread over days. */
function stretched(ticks: number): (file: Buffer) => Buffer {
  return file => patched(file, copy => {
    const stts = payloadOf(copy, 'stts');
    stts.writeUInt32BE(ticks, 12);
  });
}

function manyStreams(count: number): readonly string[] {
  const inputs = Array.from({ length: count }, () => ['-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono:d=0.1']).flat();
  const maps = Array.from({ length: count }, (_, index) => ['-map', `${index + 1}`]).flat();
  return [...picture({ seconds: 0.1, size: '64x64' }), ...inputs, '-map', '0', ...maps, ...X264, '-c:a', 'pcm_mulaw', '-f', 'mov'];
}

export const TRUNCATED_MEDIA: readonly HostileMedia[] = [
  ...truncations('MP4 with its index last', MP4_AV),
  ...truncations('MP4 with its index first', FAST_AV),
  ...truncations('MKV', MKV_AV),
  ...truncations('AVI', [...AV, '-c:v', 'mpeg4', '-c:a', 'mp3', '-f', 'avi']),
  ...truncations('WMV', [...AV, '-c:v', 'wmv2', '-c:a', 'wmav2', '-f', 'asf']),
];

export const HOSTILE_MEDIA: readonly HostileMedia[] = [
  { name: 'MOV with media behind a web address', make: MP4_AV, corrupt: withExternalReference('url ', 'http://127.0.0.1:9/x.mov'), codes: [RejectionCode.EXTERNAL_REFERENCE] },
  { name: 'MOV with media in a local file', make: MP4_AV, corrupt: withExternalReference('url ', 'file:///etc/passwd'), codes: [RejectionCode.EXTERNAL_REFERENCE] },
  { name: 'MOV with an alias', make: MP4_AV, corrupt: withExternalReference('alis', '/etc/passwd'), codes: [RejectionCode.EXTERNAL_REFERENCE] },
  {
    name: 'QuickTime reference movie',
    codes: [RejectionCode.EXTERNAL_REFERENCE],
    corrupt: () => Buffer.concat([FTYP, box('moov', box('rmra', box('rmda', box('rdrf', u32(0), Buffer.from('url '), u32(22), Buffer.from('http://127.0.0.1:9/\0')))))]),
  },
  { name: 'no index', make: FAST_AV, corrupt: file => patched(file, copy => copy.write('free', copy.indexOf('moov', 0, 'latin1'), 'latin1')), codes: [TRUNCATED] },
  { name: 'an index of nothing', corrupt: () => Buffer.concat([FTYP, box('moov')]), codes: [TRUNCATED, UNREADABLE, RejectionCode.NO_VIDEO_STREAM] },
  { name: 'sound alone', make: [...sound(), ...AAC, ...MP4], codes: [RejectionCode.NO_VIDEO_STREAM] },
  { name: 'sound alone in WebM', make: [...sound(), '-c:a', 'libopus', '-f', 'webm'], codes: [RejectionCode.NO_VIDEO_STREAM] },
  {
    name: 'sound with cover art',
    codes: [RejectionCode.NO_VIDEO_STREAM],
    make: [...picture({ size: '64x64', rate: '1', seconds: 1 }), ...sound(), '-c:v', 'png', '-disposition:v:0', 'attached_pic', ...AAC, ...MP4],
  },
  {
    name: '15000 × 8000 pictures',
    codes: [RejectionCode.DIMENSIONS_TOO_LARGE],
    make: ['-f', 'lavfi', '-i', 'color=s=15000x8000:r=1:d=1', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-threads', '1', '-f', 'avi'],
  },
  { name: '20000 × 64 pictures', make: ['-f', 'lavfi', '-i', 'color=s=20000x64:r=1:d=1', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-f', 'avi'], codes: [RejectionCode.DIMENSIONS_TOO_LARGE] },
  { name: '100 hours in half a megabyte', make: ['-f', 'lavfi', '-i', 'color=s=16x16:r=1/10:d=360000', ...X264, ...MP4], codes: [RejectionCode.DURATION_TOO_LONG] },
  { name: 'two seconds that one line of a table makes into 100 hours', make: [...picture({ rate: '25' }), ...X264, '-bf', '0', '-use_editlist', '0', ...MP4], corrupt: stretched(12800 * 6000), codes: [RejectionCode.DURATION_TOO_LONG] },
  { name: '100 hours of silence beside two seconds', make: ['-f', 'lavfi', '-i', 'color=s=64x64:r=1/40000:d=400000', ...X264, '-f', 'matroska'], codes: [RejectionCode.DURATION_TOO_LONG] },
  { name: '1000 pictures a second', make: ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=1000:d=1', ...X264, ...MP4], codes: [RejectionCode.FRAME_RATE_TOO_HIGH] },
  { name: '18 streams', make: manyStreams(17), codes: [RejectionCode.TOO_MANY_STREAMS] },
  { name: '17 streams', make: manyStreams(16), codes: [RejectionCode.TOO_MANY_STREAMS] },
  {
    name: '1,000 streams',
    codes: [RejectionCode.TOO_MANY_STREAMS],
    corrupt: () => Buffer.concat([EBML_HEADER, ebml('18538067', ebml('1549a966', ebml('2ad7b1', u32(1_000_000))), ebml('1654ae6b',
      ...Array.from({ length: 1000 }, (_, index) => ebml('ae', ebml('d7', u32(index + 1)), ebml('73c5', u32(index + 1)), ebml('83', Buffer.from([2])), ebml('86', Buffer.from('A_PCM/INT/LIT')), ebml('e1', ebml('9f', Buffer.from([1]))))),
    ), ebml('1f43b675', ebml('e7', u32(0)), ebml('a3', Buffer.from([0x81, 0, 0, 0x80, 0, 0]))))]),
  },
  {
    name: 'a duration that is not a number',
    make: MKV_AV,
    codes: [RejectionCode.INVALID_DURATION],
    corrupt: file => patched(file, copy => copy.writeDoubleBE(NaN, copy.indexOf(Buffer.from('448988', 'hex')) + 3)),
  },
  {
    name: 'an infinite duration',
    make: MKV_AV,
    codes: [RejectionCode.INVALID_DURATION],
    corrupt: file => patched(file, copy => copy.writeDoubleBE(Infinity, copy.indexOf(Buffer.from('448988', 'hex')) + 3)),
  },
  { name: 'a codec we do not decode', make: [...picture(), '-c:v', 'huffyuv', '-f', 'avi'], codes: [RejectionCode.UNSUPPORTED_CODEC] },
  { name: 'an unknown codec', make: MKV_AV, corrupt: file => patched(file, copy => copy.write('V_EVIL_CODEC/AVC'.slice(0, 15), copy.indexOf('V_MPEG4/ISO/AVC', 0, 'latin1'), 'latin1')), codes: [RejectionCode.UNSUPPORTED_CODEC, RejectionCode.UNREADABLE] },
  { name: 'a sample table of four thousand million entries', make: FAST_AV, corrupt: file => patched(file, copy => { const stsz = payloadOf(copy, 'stsz'); stsz.writeUInt32BE(1, 4); stsz.writeUInt32BE(0xfffffff0, 8); }), codes: [RESOURCE_LIMIT, UNREADABLE, TRUNCATED, RejectionCode.NO_VIDEO_STREAM] },
  { name: 'pictures without a picture', make: FAST_AV, corrupt: file => patched(file, copy => { const mdat = copy.indexOf('mdat', 0, 'latin1') + 4; copy.fill(0, mdat); }), codes: [UNREADABLE, TRUNCATED] },
  { name: 'noise where the media should be', make: FAST_AV, corrupt: file => patched(file, copy => { const mdat = copy.indexOf('mdat', 0, 'latin1') + 4; noise(copy.length - mdat, 7).copy(copy, mdat); }), codes: [UNREADABLE, TRUNCATED] },
  { name: 'boxes in boxes without end', corrupt: () => Buffer.concat([FTYP, Array.from({ length: 4000 }).reduce<Buffer>(inner => box('moov', inner), box('trak'))]), codes: [UNREADABLE, TRUNCATED, RejectionCode.NO_VIDEO_STREAM] },
  {
    name: 'AVI with a playlist for subtitles',
    codes: [RejectionCode.NO_VIDEO_STREAM],
    corrupt: (_, { url }) => aviWithSubtitles(`#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n${url}\n#EXT-X-ENDLIST\n`),
  },
  { name: 'two recordings joined byte by byte', make: WEBM, corrupt: file => Buffer.concat([file, file]), codes: [UNREADABLE] },
  { name: 'times that run backwards', make: FLV, corrupt: file => withFlvTimes(file, time => 2000 - time), codes: [UNREADABLE] },
  { name: 'four hours of silence in one hole', make: FLV, corrupt: file => withFlvTimes(file, time => (time < 1000 ? time : time + 4 * 3600_000)), codes: [RESOURCE_LIMIT] },
  { name: 'a box larger than the file', corrupt: () => Buffer.concat([FTYP, u32(0x7fffffff), Buffer.from('moov'), Buffer.alloc(64)]), codes: [TRUNCATED] },
  { name: 'a million empty boxes', corrupt: () => Buffer.concat([FTYP, ...Array.from({ length: 200 }, () => Buffer.concat(Array.from({ length: 5000 }, () => box('free'))))]), codes: [TRUNCATED, UNREADABLE] },
  { name: 'a segment larger than the file', make: MKV_AV, corrupt: file => patched(file, copy => { const at = copy.indexOf(Buffer.from('18538067', 'hex')) + 4; copy[at + 1] = 0x7f; }), codes: [TRUNCATED] },
];
