import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { checkStructure } from './container-structure';
import { FfprobeHeader, seconds } from './ffprobe-output';
import { assertSilenceFits, assertTimesAdvance } from './packet-rules';
import { PacketFacts, PacketScan } from './packet-scan';
import { ChosenStreams, chooseStreams, headerSubject, mapSource } from './source-mapping';
import { RejectedError, RejectionCode } from '../../../domain/errors';
import { applyPolicy, mediaPolicy, streamPolicy } from '../../../domain/media-policy';
import { SourceContainer, SourceFacts } from '../../../domain/source-facts';
import { SNIFF_BYTES, sniffContainer } from '../../../domain/source-format';
import { UNTRUSTED_GLOBAL_OPTIONS, untrustedInputOptions } from '../command/untrusted-input';
import { inputPath } from '../tools/launcher';
import { LineSplitter } from '../tools/line-splitter';
import { silentFailure, toolFailure } from '../tools/tool-failure';
import { captureTool, runTool } from '../tools/tool-process';
import { TranscoderLimits } from '../tools/transcoder-limits';

/** Only what we read: tags are a stranger's text of any length. */
const HEADER_ENTRIES = [
  'format=format_name,start_time,duration',
  'stream=index,codec_type,codec_name,codec_tag_string,width,height,sample_aspect_ratio,pix_fmt,field_order,color_range,color_space,'
  + 'color_transfer,color_primaries,r_frame_rate,avg_frame_rate,start_time,duration,nb_frames,channels,sample_rate',
  'stream_disposition=default,attached_pic',
  'stream_side_data=side_data_type,displaymatrix',
].join(':');

/** One thread: a header needs no more, and on a large machine their stacks alone would pass the memory limit. */
function probeOptions(container: SourceContainer): readonly string[] {
  return ['-v', 'error', ...UNTRUSTED_GLOBAL_OPTIONS, '-threads', '1', ...untrustedInputOptions(container)];
}

/** Part of the probe's limits that the header gets: it takes no hundredth of it, except where it was made to take long. */
const HEADER_SHARE = 1 / 4;
const HEADER_OUTPUT_BYTES = 1024 * 1024;
/** A packet's line has some 40 bytes: this is 12 hours at 60 video and 50 audio packets per second, four times over. */
const PACKETS_OUTPUT_BYTES = 1024 * 1024 * 1024;

/** Seconds of content that a header may promise beyond the last packet before the file counts as cut off. */
const MISSING_SECONDS = 0.5;

interface PacketScans {
  readonly video: PacketScan;
  readonly audio?: PacketScan;
  /** End of the last packet of any stream, those that are ignored included. */
  end: number;
}

/** From a file of unknown bytes to facts, each step only after the one before has passed. */
export class SourceInspector {
  constructor(private readonly launcher: string, private readonly limits: TranscoderLimits) {}

  async inspect(sourceFile: string, signal: AbortSignal): Promise<SourceFacts> {
    const file = path.resolve(sourceFile);
    const { container, sizeBytes } = await identify(file);
    await checkStructure(file, container);
    const header = await this.readHeader(file, container, signal);
    streamPolicy(header.streams?.length ?? 0, this.limits.media);
    const chosen = chooseStreams(header);
    applyPolicy(headerSubject(header, chosen), this.limits.media);
    const scans = await this.scanPackets(file, container, chosen, signal);
    const [videoPackets, audioPackets] = [scans.video.facts(), scans.audio?.facts()];
    const facts = mapSource({ container, sizeBytes, header, chosen, videoPackets, audioPackets });
    mediaPolicy(facts, this.limits.media);
    const origin = seconds(header.format?.start_time) ?? 0;
    assertComplete(header, chosen, facts, scans.end - origin);
    assertPlayable(origin, videoPackets, audioPackets);
    return facts;
  }

  private async readHeader(file: string, container: SourceContainer, signal: AbortSignal): Promise<FfprobeHeader> {
    const run = await captureTool({
      ...this.probe(signal, HEADER_SHARE),
      arguments: [...probeOptions(container), '-show_entries', HEADER_ENTRIES, '-of', 'json', '-i', inputPath(file)],
      outputLimitBytes: HEADER_OUTPUT_BYTES,
    });
    const failure = toolFailure('ffprobe', run) ?? silentFailure(run);
    if (failure) throw failure;
    return JSON.parse(run.stdout.toString()) as FfprobeHeader;
  }

  private async scanPackets(
    file: string, container: SourceContainer, chosen: ChosenStreams, signal: AbortSignal,
  ): Promise<PacketScans> {
    const scans: PacketScans = { video: new PacketScan(), audio: chosen.audio && new PacketScan(), end: -Infinity };
    const lines = new LineSplitter(line => {
      const [index, pts, dts, duration, flags] = line.split(',');
      // Packets that the edit list drops are never shown.
      if (flags === undefined || flags.includes('D')) return;
      const time = seconds(pts) ?? seconds(dts);
      if (time !== undefined) scans.end = Math.max(scans.end, time + (seconds(duration) ?? 0));
      const scan = Number(index) === chosen.video.index ? scans.video : Number(index) === chosen.audio?.index ? scans.audio : undefined;
      scan?.add(time, seconds(duration));
    });
    const run = await runTool({
      ...this.probe(signal),
      arguments: [
        ...probeOptions(container),
        '-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,flags', '-of', 'csv=p=0', '-i', inputPath(file),
      ],
      outputLimitBytes: PACKETS_OUTPUT_BYTES,
      onOutput: chunk => lines.push(chunk.toString('latin1')),
    });
    const failure = toolFailure('ffprobe', run);
    if (failure) throw failure;
    return scans;
  }

  private probe(signal: AbortSignal, share = 1) {
    const cpuSeconds = this.limits.probeSeconds * share;
    return {
      launcher: this.launcher,
      tool: 'ffprobe' as const,
      limits: { cpuSeconds, memoryBytes: this.limits.probeMemoryBytes, fileBytes: 0 },
      timeLimitSeconds: cpuSeconds * 2,
      signal,
    };
  }
}

async function identify(file: string): Promise<{ container: SourceContainer; sizeBytes: number }> {
  const handle = await open(file, 'r');
  try {
    const { size: sizeBytes } = await handle.stat();
    if (sizeBytes === 0) throw new RejectedError(RejectionCode.SOURCE_EMPTY, 'The file is empty.');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const container = sniffContainer(buffer.subarray(0, bytesRead));
    if (!container) {
      throw new RejectedError(RejectionCode.UNSUPPORTED_FORMAT,
        'The first bytes are not those of MP4, MOV, M4V, AVI, WebM, MKV, FLV or WMV.');
    }
    return { container, sizeBytes };
  } finally {
    await handle.close();
  }
}

function assertPlayable(origin: number, video?: PacketFacts, audio?: PacketFacts): void {
  if (video) assertTimesAdvance('video', video, origin);
  if (!audio) return;
  assertTimesAdvance('audio', audio, origin);
  assertSilenceFits(audio, origin);
}

/**
 * A header that promises more than the packets hold: the rest was cut off. Headers that speak of the file alone speak of all its
 * streams: a subtitle may well stand, and a second language play, beyond the last frame.
 */
function assertComplete(header: FfprobeHeader, { video, audio }: ChosenStreams, facts: SourceFacts, endOfAll: number): void {
  const ofStreams = [seconds(video.duration), seconds(audio?.duration)].filter(value => value !== undefined);
  // The header of a whole file counts from zero in some containers, and from the first packet in others.
  const offset = Math.max(0, seconds(header.format?.start_time) ?? 0);
  const promised = ofStreams.length > 0 ? Math.max(...ofStreams) : (seconds(header.format?.duration) ?? 0) - offset;
  const held = ofStreams.length > 0 ? facts.durationSeconds : Math.max(facts.durationSeconds, endOfAll);
  if (promised > held + MISSING_SECONDS) {
    throw new RejectedError(RejectionCode.TRUNCATED,
      `The header promises ${promised.toFixed(1)} s, but the content ends after ${held.toFixed(1)} s.`);
  }
}
