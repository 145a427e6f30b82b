import { ARCHIVE_LADDER, LadderProfileSpec, MOBILE_LADDER, STANDARD_LADDER } from '../../runtime/contract';

/** How the video of a rendition is encoded. */
export enum RungCodec {
  /** Plays everywhere. */
  H264 = 'h264',
  /** About a third smaller; plays on Apple devices and most televisions. */
  HEVC = 'hevc',
  /** Smallest; plays in recent browsers, costs the most to encode. */
  AV1 = 'av1',
}

/** How long the encoder may think. */
export enum LadderEffort {
  /** Costs least to encode. */
  FAST = 'fast',
  /** In between. */
  BALANCED = 'balanced',
  /** Costs least to store and deliver. */
  SLOW = 'slow',
}

/** One rendition of a ladder. */
export interface LadderRungOptions {
  /** Name in playlists and object keys, such as `720p`: letters, digits and `-`. */
  readonly name: string;

  /** Length of the frame's shorter side in pixels, even, 144 to 4320. A smaller source is never enlarged to it. */
  readonly shortSide: number;

  /** Cap of the video bit rate, bits per second at up to 30 frames per second, 100000 or more. */
  readonly maxBitrate: number;

  /**
   * How the video is encoded.
   *
   * @default RungCodec.H264
   */
  readonly codec?: RungCodec;

  /**
   * Constant rate factor: lower is better and larger. 0 to 51 for H.264 and HEVC, 0 to 63 for AV1.
   *
   * @default - 22 for H.264, 25 for HEVC, 32 for AV1
   */
  readonly crf?: number;
}

/** What a ladder holds besides its rungs. */
export interface LadderOptions {
  /**
   * Name of the ladder, part of what identifies an encode: letters, digits and `-`.
   *
   * @default 'custom'
   */
  readonly name?: string;

  /**
   * Version of the ladder, part of what identifies an encode. Raise it when rungs change and videos shall be encoded again.
   *
   * @default 1
   */
  readonly version?: number;

  /**
   * Frames per second above which the rate is halved until it fits.
   *
   * @default 60
   */
  readonly maxFrameRate?: number;

  /**
   * Bit rate of the stereo AAC track, bits per second.
   *
   * @default 128000
   */
  readonly audioBitrate?: number;

  /**
   * Adds a variant with audio alone.
   *
   * @default false
   */
  readonly audioOnlyRung?: boolean;

  /**
   * Adds one MP4 file for players without HLS and for download.
   *
   * @default false
   */
  readonly progressiveMp4?: boolean;

  /**
   * How long the encoder may think.
   *
   * @default LadderEffort.FAST
   */
  readonly effort?: LadderEffort;
}

const DEFAULT_CRF: Record<RungCodec, number> = { [RungCodec.H264]: 22, [RungCodec.HEVC]: 25, [RungCodec.AV1]: 32 };
const MAX_CRF: Record<RungCodec, number> = { [RungCodec.H264]: 51, [RungCodec.HEVC]: 51, [RungCodec.AV1]: 63 };
const NAME = /^[A-Za-z0-9-]+$/;
const MIN_SHORT_SIDE = 144;
const MAX_SHORT_SIDE = 4320;
const MIN_BITRATE = 100_000;

/** Which renditions a video is encoded to. */
export class LadderProfile {
  /** H.264 at 1080p, 720p, 480p and 360p: plays everywhere. */
  public static standard(): LadderProfile {
    return new LadderProfile(STANDARD_LADDER);
  }

  /** For small screens and metered networks: H.264 at 720p and below, 30 frames per second, an audio-only variant. */
  public static mobile(): LadderProfile {
    return new LadderProfile(MOBILE_LADDER);
  }

  /** To keep: H.264 up to 2160p at higher quality, encoded slowly, with an MP4 file to download. */
  public static archive(): LadderProfile {
    return new LadderProfile(ARCHIVE_LADDER);
  }

  /**
   * A ladder of your own.
   *
   * @param rungs the renditions, at least one, each with a name of its own
   * @param options what else the ladder holds
   */
  public static custom(rungs: LadderRungOptions[], options: LadderOptions = {}): LadderProfile {
    const problems = [...ladderProblems(rungs, options), ...rungs.flatMap(rungProblems)];
    if (problems.length > 0) throw new Error(`LadderProfile.custom: ${problems.join('\n')}`);
    return new LadderProfile({
      name: options.name ?? 'custom',
      version: options.version ?? 1,
      rungs: rungs.map(rung => {
        const codec = rung.codec ?? RungCodec.H264;
        return { name: rung.name, shortSide: rung.shortSide, codec, crf: rung.crf ?? DEFAULT_CRF[codec], maxBitrate: rung.maxBitrate };
      }),
      maxFrameRate: options.maxFrameRate ?? 60,
      audioBitrate: options.audioBitrate ?? 128_000,
      audioOnlyRung: options.audioOnlyRung ?? false,
      progressiveMp4: options.progressiveMp4 ?? false,
      effort: options.effort ?? LadderEffort.FAST,
    });
  }

  /** The ladder's name. */
  public readonly name: string;

  private constructor(private readonly spec: LadderProfileSpec) {
    this.name = spec.name;
  }

  /**
   * What the worker is given.
   *
   * @internal
   */
  public _render(): LadderProfileSpec {
    return this.spec;
  }
}

function ladderProblems(rungs: LadderRungOptions[], options: LadderOptions): string[] {
  const duplicates = rungs.map(rung => rung.name).filter((name, index, names) => names.indexOf(name) !== index);
  const { name = 'custom', version = 1, maxFrameRate = 60, audioBitrate = 128_000 } = options;
  return [
    ...(rungs.length === 0 ? ['rungs must not be empty, got none. Give at least one rung, or use LadderProfile.standard().'] : []),
    ...(duplicates.length > 0 ? [`rung names must differ, got '${duplicates[0]}' twice. Name them after size and codec.`] : []),
    ...(NAME.test(name) ? [] : [`name must be letters, digits and '-', got '${name}'.`]),
    ...(Number.isInteger(version) && version >= 1 ? [] : [`version must be a whole number of at least 1, got ${version}.`]),
    ...(maxFrameRate >= 1 && maxFrameRate <= 240 ? [] : [`maxFrameRate must be 1 to 240 frames per second, got ${maxFrameRate}.`]),
    ...(audioBitrate >= 32_000 && audioBitrate <= 512_000 ? [] : [
      `audioBitrate must be 32000 to 512000 bits per second, got ${audioBitrate}. Bits, not kilobits.`,
    ]),
  ];
}

function rungProblems(rung: LadderRungOptions): string[] {
  const codec = rung.codec ?? RungCodec.H264;
  const crf = rung.crf ?? DEFAULT_CRF[codec];
  const { shortSide, maxBitrate } = rung;
  const evenSide = Number.isInteger(shortSide) && shortSide % 2 === 0 && shortSide >= MIN_SHORT_SIDE && shortSide <= MAX_SHORT_SIDE;
  return [
    ...(NAME.test(rung.name) ? [] : [`a rung's name must be letters, digits and '-', got '${rung.name}'. It becomes part of an object key.`]),
    ...(evenSide ? [] : [
      `shortSide of rung '${rung.name}' must be an even number of pixels from ${MIN_SHORT_SIDE} to ${MAX_SHORT_SIDE}, got ${shortSide}.`,
    ]),
    ...(maxBitrate >= MIN_BITRATE ? [] : [
      `maxBitrate of rung '${rung.name}' must be at least ${MIN_BITRATE} bits per second, got ${maxBitrate}. Bits, not kilobits.`,
    ]),
    ...(crf >= 0 && crf <= MAX_CRF[codec] ? [] : [`crf of rung '${rung.name}' must be 0 to ${MAX_CRF[codec]} for ${codec}, got ${crf}.`]),
  ];
}
