import { LadderRung } from '../../../../../src/runtime/contract/ladder-profile';
import { SourceFacts } from '../../../../../src/runtime/domain/source-facts';

/** A legitimate source: how ffmpeg makes it, and what must come out. */
export interface CorpusEntry {
  readonly name: string;
  /** Arguments up to the output path, which has no extension: `-f` is part of them. */
  readonly make: readonly string[];
  /** Commands whose outputs, joined byte by byte, `make` reads under the name PIECES. */
  readonly pieces?: ReadonlyArray<readonly string[]>;
  /** Changes to the bytes, where ffmpeg cannot be asked for them. */
  readonly patch?: (file: Buffer) => Buffer;
  readonly expect: Expectation;
}

/** Stands in `make` for the joined pieces. */
export const PIECES = '{pieces}';

export interface Expectation {
  /** Of the largest rendition. */
  readonly size: string;
  readonly frameRate: number;
  readonly seconds: number;
  readonly audio: boolean;
  readonly rungs: readonly string[];
  readonly container: SourceFacts['container'];
  readonly video?: Readonly<Record<string, unknown>>;
}

export interface PictureOptions {
  readonly size?: string;
  readonly rate?: string;
  readonly seconds?: number;
}

export function picture({ size = '426x240', rate = '30', seconds = 2 }: PictureOptions = {}): readonly string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`];
}

export function sound(seconds = 2, source = 'sine=440:r=48000'): readonly string[] {
  return ['-f', 'lavfi', '-i', `${source}:d=${seconds}`];
}

export const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'] as const;
export const AAC = ['-c:a', 'aac', '-b:a', '64k'] as const;
export const MP4 = ['-f', 'mp4'] as const;

export const ALL_RUNGS: ReadonlyArray<LadderRung['name']> = ['240p', '160p', '96p'];

/** What most entries expect; each states only how it differs. */
export function expected(over: Partial<Expectation> = {}): Expectation {
  return { size: '426x240', frameRate: 30, seconds: 2, audio: true, rungs: ALL_RUNGS, container: 'mov', ...over };
}

/** Writes a display matrix into the first track header: what a phone does when it is held sideways. */
export function withMatrix(matrix: readonly [number, number, number, number]): (file: Buffer) => Buffer {
  return file => {
    const patched = Buffer.from(file);
    const payload = patched.indexOf('tkhd', 0, 'latin1') + 4;
    const [a, b, c, d] = matrix.map(value => value * 0x10000);
    // Version 0: flags, two times, track id, reserved, duration, 8 reserved, layer, group, volume, reserved.
    [a, b, 0, c, d, 0].forEach((value, index) => patched.writeInt32BE(value, payload + 40 + index * 4));
    return patched;
  };
}
