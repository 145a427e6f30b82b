import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { FfmpegTranscoder } from '../../src/runtime/adapters/ffmpeg/ffmpeg-transcoder';
import { DEFAULT_TRANSCODER_LIMITS, TranscoderLimits } from '../../src/runtime/adapters/ffmpeg/tools/transcoder-limits';
import { LadderProfileSpec, STANDARD_LADDER } from '../../src/runtime/contract/ladder-profile';
import { EncodePlan, planEncode } from '../../src/runtime/domain/encode-plan';
import { SourceFacts } from '../../src/runtime/domain/source-facts';
import { EncodedImages, EncodedMedia } from '../../src/runtime/ports/transcoder';

/** Another launcher runs the suite on another ffmpeg: the one of the worker's image, say, in a chroot. */
export const LAUNCHER = process.env.FFMPEG_LAUNCHER ?? path.resolve(__dirname, '../../src/runtime/images/processor/ffmpeg-launcher.sh');

/** The standard ladder's shape at sizes that encode in a fraction of a second. */
export const SMALL_LADDER: LadderProfileSpec = {
  ...STANDARD_LADDER,
  name: 'small',
  rungs: [
    { name: '240p', shortSide: 240, codec: 'h264', crf: 23, maxBitrate: 600_000 },
    { name: '160p', shortSide: 160, codec: 'h264', crf: 23, maxBitrate: 300_000 },
    { name: '96p', shortSide: 96, codec: 'h264', crf: 23, maxBitrate: 150_000 },
  ],
};

export interface Transcoded {
  readonly folder: string;
  readonly facts: SourceFacts;
  readonly plan: EncodePlan;
  readonly media: EncodedMedia;
  readonly images?: EncodedImages;
}

/** A real transcoder with a scratch folder of its own; `close` removes it. */
export class TestTranscoder {
  static async create(limits: Partial<TranscoderLimits> = {}): Promise<TestTranscoder> {
    return new TestTranscoder(await mkdtemp(path.join(tmpdir(), 'transcoder-')), limits);
  }

  readonly transcoder: FfmpegTranscoder;
  private outputs = 0;

  private constructor(readonly scratch: string, limits: Partial<TranscoderLimits>) {
    this.transcoder = new FfmpegTranscoder({ launcher: LAUNCHER, limits: { ...DEFAULT_TRANSCODER_LIMITS, ...limits } });
  }

  file(name: string): string {
    return path.join(this.scratch, name);
  }

  async outputFolder(): Promise<string> {
    this.outputs += 1;
    const folder = this.file(`output-${this.outputs}`);
    await mkdir(folder);
    return folder;
  }

  async inspect(source: string): Promise<SourceFacts> {
    return this.transcoder.inspect(source, new AbortController().signal);
  }

  async process(source: string, profile: LadderProfileSpec = SMALL_LADDER, withImages = false): Promise<Transcoded> {
    const { signal } = new AbortController();
    const folder = await this.outputFolder();
    const facts = await this.inspect(source);
    const plan = planEncode(facts, profile);
    const media = await this.transcoder.encode(plan, source, folder, { signal });
    const images = withImages ? await this.transcoder.images(plan, folder, signal) : undefined;
    return { folder, facts, plan, media, images };
  }

  async close(): Promise<void> {
    await rm(this.scratch, { recursive: true, force: true });
  }
}
