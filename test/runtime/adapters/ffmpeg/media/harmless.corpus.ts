/* eslint-disable no-bitwise -- bytes are packed bits */
import { patched, payloadOf, pseudoRandom, withFlvTimes } from './byte-builders';
import { AAC, MP4, PIECES, picture, sound, withMatrix, X264 } from './corpus';
import { HostileMedia } from './hostile-media.corpus';

/** Text that a source carries and that no output may. */
export const MARKER = '<script>marker</script>';

const AV = [...picture(), ...sound()];
const H264_AAC = [...X264, '-g', '15', ...AAC];

export interface HarmlessMedia extends Omit<HostileMedia, 'codes'> {
  readonly seconds: number;
}

/** Strange, but every picture is there: these must come out right, or at least within the promise of the product. */
export const HARMLESS_MEDIA: readonly HarmlessMedia[] = [
  { name: 'a script in the metadata', seconds: 2, make: [...AV, ...H264_AAC, '-metadata', `title=${MARKER}`, '-metadata:s:v', `handler_name=${MARKER}`, ...MP4] },
  {
    name: 'a subtitle track with a script',
    seconds: 2,
    make: [...AV, '-f', 'srt', '-i', `data:text/plain,1%0A00:00:00,000 --> 00:00:01,000%0A${encodeURIComponent(MARKER)}%0A%0A`, ...H264_AAC, '-c:s', 'srt', '-f', 'matroska'],
  },
  { name: 'a pixel shape of 1:65535', seconds: 2, make: [...AV, '-vf', 'setsar=1/65535', ...H264_AAC, ...MP4] },
  { name: 'a display matrix of zeros', seconds: 2, make: [...AV, ...H264_AAC, ...MP4], corrupt: withMatrix([0, 0, 0, 0]) },
  { name: 'a display matrix at 45°', seconds: 2, make: [...AV, ...H264_AAC, ...MP4], corrupt: withMatrix([0.7, 0.7, -0.7, 0.7]) },
  { name: 'stray bytes behind the last box', seconds: 2, make: [...AV, ...H264_AAC, ...MP4], corrupt: file => Buffer.concat([file, Buffer.from('00010203040506070809', 'hex')]) },
  { name: 'a ZIP archive behind the last box', seconds: 2, make: [...AV, ...H264_AAC, ...MP4], corrupt: file => Buffer.concat([file, Buffer.from('PK\x03\x04payload'.repeat(100), 'latin1')]) },
  { name: 'a time table with too many entries', seconds: 2, make: [...AV, ...H264_AAC, '-movflags', '+faststart', ...MP4], corrupt: file => patched(file, copy => payloadOf(copy, 'stts').writeUInt32BE(0xffffffff, 8)) },
  { name: 'times that jump 20 s ahead', seconds: 21.033, make: [...picture({ seconds: 1 }), ...X264, '-bf', '0', '-f', 'flv'], corrupt: file => withFlvTimes(file, time => (time > 500 ? time + 20_033 : time)) },
  {
    name: 'a picture that grows to eight times its size',
    seconds: 2,
    pieces: ['212x120', '1696x960'].map(size => [...picture({ size, seconds: 1 }), '-c:v', 'mjpeg', '-f', 'mjpeg']),
    make: ['-f', 'mjpeg', '-framerate', '30', '-i', PIECES, '-c', 'copy', '-f', 'matroska'],
  },
];

const HONEST: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['MP4', [...AV, ...H264_AAC, ...MP4]],
  ['MKV', [...AV, ...H264_AAC, '-f', 'matroska']],
  ['AVI', [...AV, '-c:v', 'mpeg4', '-c:a', 'mp3', '-f', 'avi']],
  ['FLV', [...AV, ...H264_AAC, '-f', 'flv']],
  ['WMV', [...AV, '-c:v', 'wmv2', '-c:a', 'wmav2', '-f', 'asf']],
  ['WebM', [...AV, '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-f', 'webm']],
];

function flipped(seed: number, share: number): (file: Buffer) => Buffer {
  return file => patched(file, copy => {
    const next = pseudoRandom(seed);
    const flips = Math.max(3, Math.floor(copy.length * share));
    // The signature stays: without it the file would be refused before anything is tried.
    for (let flip = 0; flip < flips; flip += 1) copy[32 + Math.floor(next() * (copy.length - 32))] ^= 1 << Math.floor(next() * 8);
  });
}

export const FLIPPED_MEDIA: ReadonlyArray<Omit<HostileMedia, 'codes'>> = HONEST.flatMap(([container, make]) =>
  [[1, 0.00001], [2, 0.001], [3, 0.01]].map(([seed, share]) => ({
    name: `${container}, seed ${seed}, ${share * 100} % of the bytes`, make, corrupt: flipped(seed, share),
  })));
