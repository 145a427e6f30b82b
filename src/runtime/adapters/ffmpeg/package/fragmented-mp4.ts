/* eslint-disable no-bitwise -- box fields are packed bits */
import { open } from 'node:fs/promises';
import { codecString } from './codec-string';
import { childBoxes, findBox, readBox, topLevelBoxes } from './mp4-boxes';
import { MediaTrack, Segment } from '../../../domain/hls/media-track';

const TFHD_BASE_DATA_OFFSET = 0x01;
const TFHD_DESCRIPTION_INDEX = 0x02;
const TFHD_DEFAULT_DURATION = 0x08;
const TFHD_DEFAULT_SIZE = 0x10;
const TRUN_DATA_OFFSET = 0x01;
const TRUN_FIRST_FLAGS = 0x04;
/** Per-sample fields, in the order in which they are stored. */
const TRUN_DURATION = 0x100;
const TRUN_SIZE = 0x200;
const TRUN_FLAGS = 0x400;
const TRUN_OFFSET = 0x800;

/**
 * Reads a one-track fragmented MP4 back into what playlists state: where each fragment lies, when it starts, how long
 * it is, and the codec by its own configuration record. Nothing of it comes from what we asked the encoder for.
 */
export async function readFragmentedMp4(path: string): Promise<MediaTrack> {
  const file = await open(path, 'r');
  try {
    const segments: Segment[] = [];
    let track: InitFacts | undefined;
    let initBytes = 0;
    let segmentStart = 0;
    let fragment: FragmentFacts | undefined;
    for await (const box of topLevelBoxes(file)) {
      if (box.type === 'moov') {
        track = readMoov(await readBox(file, box));
        initBytes = segmentStart = box.offset + box.size;
      } else if (box.type === 'moof') {
        if (!track) throw new RangeError('A fragment stands before the movie header.');
        fragment = { ...readMoof(await readBox(file, box), track), moofOffset: box.offset };
      } else if (box.type === 'mdat' && fragment && track) {
        const end = box.offset + box.size;
        const timescale = track.timescale;
        segments.push({
          offset: segmentStart,
          bytes: end - segmentStart,
          start: fragment.start / timescale,
          duration: fragment.duration / timescale,
          samples: fragment.samples,
          keyFrameBytes: fragment.moofOffset + fragment.firstSampleEnd - segmentStart,
        });
        segmentStart = end;
        fragment = undefined;
      }
    }
    if (!track || segments.length === 0) throw new RangeError('The file holds no fragments.');
    const sizeBytes = segmentStart;
    return { codec: track.codec, initBytes, segments, sizeBytes };
  } finally {
    await file.close();
  }
}

interface InitFacts {
  readonly timescale: number;
  readonly codec: string;
  readonly defaultDuration: number;
  readonly defaultSize: number;
}

interface FragmentFacts {
  readonly start: number;
  readonly duration: number;
  readonly samples: number;
  /** End of the first sample, from the start of the moof. */
  readonly firstSampleEnd: number;
  readonly moofOffset: number;
}

function readMoov(moov: Buffer): InitFacts {
  const mdhd = findBox(moov, ['trak', 'mdia', 'mdhd'])!;
  const version = moov[mdhd.offset + mdhd.headerSize];
  const timescale = moov.readUInt32BE(mdhd.offset + mdhd.headerSize + (version === 1 ? 20 : 12));
  const trex = findBox(moov, ['mvex', 'trex'])!;
  const fields = trex.offset + trex.headerSize + 4;
  return {
    timescale,
    codec: codecString(moov, findBox(moov, ['trak', 'mdia', 'minf', 'stbl', 'stsd'])!),
    defaultDuration: moov.readUInt32BE(fields + 8),
    defaultSize: moov.readUInt32BE(fields + 12),
  };
}

function readMoof(moof: Buffer, init: InitFacts): Omit<FragmentFacts, 'moofOffset'> {
  const traf = findBox(moof, ['traf'])!;
  const boxes = childBoxes(moof, traf.offset + traf.headerSize, traf.offset + traf.size);
  const payload = (type: string) => {
    const box = boxes.find(candidate => candidate.type === type);
    if (!box) throw new RangeError(`A fragment lacks its '${type}' box.`);
    return moof.subarray(box.offset + box.headerSize, box.offset + box.size);
  };
  const tfdt = payload('tfdt');
  const start = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
  const defaults = readTfhd(payload('tfhd'), init);
  const runs = boxes.filter(({ type }) => type === 'trun')
    .map(box => readTrun(moof.subarray(box.offset + box.headerSize, box.offset + box.size), defaults));
  return {
    start,
    duration: runs.reduce((sum, run) => sum + run.duration, 0),
    samples: runs.reduce((sum, run) => sum + run.samples, 0),
    firstSampleEnd: runs[0].dataOffset + runs[0].firstSize,
  };
}

interface SampleDefaults {
  readonly duration: number;
  readonly size: number;
}

function readTfhd(tfhd: Buffer, init: InitFacts): SampleDefaults {
  const flags = tfhd.readUIntBE(1, 3);
  let at = 8;
  if (flags & TFHD_BASE_DATA_OFFSET) at += 8;
  if (flags & TFHD_DESCRIPTION_INDEX) at += 4;
  let { defaultDuration: duration, defaultSize: size } = init;
  if (flags & TFHD_DEFAULT_DURATION) { duration = tfhd.readUInt32BE(at); at += 4; }
  if (flags & TFHD_DEFAULT_SIZE) size = tfhd.readUInt32BE(at);
  return { duration, size };
}

function readTrun(trun: Buffer, defaults: SampleDefaults): { samples: number; duration: number; firstSize: number; dataOffset: number } {
  const flags = trun.readUIntBE(1, 3);
  const samples = trun.readUInt32BE(4);
  let at = 8;
  let dataOffset = 0;
  if (flags & TRUN_DATA_OFFSET) { dataOffset = trun.readInt32BE(at); at += 4; }
  if (flags & TRUN_FIRST_FLAGS) at += 4;
  let duration = 0;
  let firstSize = defaults.size;
  for (let sample = 0; sample < samples; sample += 1) {
    if (flags & TRUN_DURATION) { duration += trun.readUInt32BE(at); at += 4; } else {duration += defaults.duration;}
    if (flags & TRUN_SIZE) { if (sample === 0) firstSize = trun.readUInt32BE(at); at += 4; }
    if (flags & TRUN_FLAGS) at += 4;
    if (flags & TRUN_OFFSET) at += 4;
  }
  return { samples, duration, firstSize, dataOffset };
}
