import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { checkStructure } from './container-structure';
import { FfprobeHeader, FfprobeStream, seconds } from './ffprobe-output';
import { FieldSample, mayHoldFields, SAMPLED_PACKETS } from './field-packets';
import { assertSilenceFits, assertTimesAdvance } from './packet-rules';
import { PacketFacts, PacketScan } from './packet-scan';
import { ChosenStreams, chooseStreams, headerSubject, mapSource } from './source-mapping';
import { RejectedError, RejectionCode } from '../../../domain/errors';
import { applyPolicy, mediaPolicy, streamPolicy } from '../../../domain/media-policy';
import { SourceContainer, SourceFacts } from '../../../domain/source-facts';
import { SNIFF_BYTES, sniffContainer } from '../../../domain/source-format';
import { SourceWarning, WarningCode } from '../../../domain/source-warning';
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
  + 'color_transfer,color_primaries,r_frame_rate,avg_frame_rate,start_time,duration,nb_frames,channels,channel_layout,sample_rate',
  'stream_disposition=default,attached_pic',
  'stream_side_data=side_data_type,displaymatrix,dv_profile,dv_bl_signal_compatibility_id,max_luminance,max_content',
  'stream_tags=language,enc_key_id',
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

/** Seconds that a header may promise beyond the last packet. */
const MISSING_SECONDS = 0.5;

interface PacketScans {
  readonly byStream: ReadonlyMap<number, PacketScan>;
  /** ffprobe came to a packet that the file does not hold to its end. */
  readonly incomplete: boolean;
}

/** From a file of unknown bytes to facts, each step only after the one before has passed. */
export class SourceInspector {
  constructor(private readonly launcher: string, private readonly limits: TranscoderLimits) {}

  async inspect(sourceFile: string, signal: AbortSignal): Promise<SourceFacts> {
    const file = path.resolve(sourceFile);
    const { container, sizeBytes } = await identify(file);
    const structure = await checkStructure(file, container);
    const header = await this.readHeader(file, container, signal);
    streamPolicy(playedStreams(header), this.limits.media);
    assertNotEncrypted(header);
    applyPolicy(headerSubject(chooseStreams(header)), this.limits.media);
    const { byStream, incomplete } = await this.scanPackets(file, container, signal);
    const packets = packetFacts(byStream);
    const chosen = chooseStreams(header, new Map([...packets].map(([index, facts]) => [index, facts.packets])));
    applyPolicy(headerSubject(chosen), this.limits.media);
    const videoPackets = await this.inFrames(file, container, chosen.video, packets.get(chosen.video.index), signal);
    const audioPackets = chosen.audio && packets.get(chosen.audio.index);
    const facts = mapSource({ container, sizeBytes, header, chosen, videoPackets, audioPackets });
    mediaPolicy(facts, this.limits.media);
    const origin = seconds(header.format?.start_time) ?? 0;
    if (structure.overlong) assertComplete(structure.overlong, chosen, facts, incomplete);
    assertPlayable(origin, videoPackets, facts.audio?.ignoreTimes ? undefined : audioPackets);
    return structure.cut ? { ...facts, warnings: [cutAt(facts.durationSeconds), ...facts.warnings] } : facts;
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

  private async scanPackets(file: string, container: SourceContainer, signal: AbortSignal): Promise<PacketScans> {
    const byStream = new Map<number, PacketScan>();
    const lines = new LineSplitter(line => {
      const [index, pts, dts, duration, flags] = line.split(',');
      // Packets that the edit list drops are never shown.
      if (flags === undefined || flags.includes('D')) return;
      const scan = byStream.get(Number(index)) ?? new PacketScan();
      byStream.set(Number(index), scan);
      scan.add(seconds(pts) ?? seconds(dts), seconds(duration));
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
    return { byStream, incomplete: /partial file/.test(run.stderr) };
  }

  /** Facts of the video track counted in frames, where packets may be fields. */
  private async inFrames(
    file: string, container: SourceContainer, stream: FfprobeStream, track: PacketFacts | undefined, signal: AbortSignal,
  ): Promise<PacketFacts | undefined> {
    if (!track || !mayHoldFields(stream)) return track;
    const sample = new FieldSample();
    const lines = new LineSplitter(line => sample.add(line));
    const run = await runTool({
      ...this.probe(signal, HEADER_SHARE),
      arguments: [
        ...probeOptions(container), '-select_streams', `${stream.index}`, '-read_intervals', `%+#${SAMPLED_PACKETS}`,
        '-show_entries', 'packet=pts_time:frame=best_effort_timestamp_time', '-of', 'csv', '-i', inputPath(file),
      ],
      outputLimitBytes: HEADER_OUTPUT_BYTES,
      onOutput: chunk => lines.push(chunk.toString('latin1')),
    });
    const failure = toolFailure('ffprobe', run);
    if (failure) throw failure;
    return sample.joined(track);
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
        'The file is no video of a format that is accepted: MP4, MOV, AVI, MKV, WebM, MPEG-TS, MPEG, MXF, FLV or WMV.');
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
 * A size that reaches beyond the end is a slip of the writer's, unless media is missing: then ffprobe came to a packet that breaks
 * off, or the last one ends before the header's time.
 */
function assertComplete(overlong: RejectedError, { video, audio }: ChosenStreams, facts: SourceFacts, incomplete: boolean): void {
  const promised = Math.max(0, ...[seconds(video.duration), seconds(audio?.duration)].filter(value => value !== undefined));
  if (incomplete || promised > facts.durationSeconds + MISSING_SECONDS) throw overlong;
}

function packetFacts(scans: ReadonlyMap<number, PacketScan>): ReadonlyMap<number, PacketFacts> {
  const facts = new Map<number, PacketFacts>();
  for (const [index, scan] of scans) {
    const found = scan.facts();
    if (found) facts.set(index, found);
  }
  return facts;
}

/** Fonts, subtitles and chapters cost nothing: they are never decoded. */
function playedStreams({ streams = [] }: FfprobeHeader): number {
  return streams.filter(({ codec_type: type }) => type === 'video' || type === 'audio').length;
}

/** MP4's own mark is found in its structure. */
function assertNotEncrypted({ streams = [] }: FfprobeHeader): void {
  if (!streams.some(({ tags }) => tags?.enc_key_id !== undefined)) return;
  throw new RejectedError(RejectionCode.UNSUPPORTED_CODEC, 'The file is encrypted (DRM).', { advice: 'Upload a copy without copy protection.' });
}

function cutAt(durationSeconds: number): SourceWarning {
  return { code: WarningCode.SOURCE_CUT, message: `The recording breaks off after ${durationSeconds.toFixed(1)} s; it was taken up to there.`, at: durationSeconds };
}
