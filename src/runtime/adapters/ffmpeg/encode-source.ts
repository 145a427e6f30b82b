import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { audioCommand, uniformAudioCommand, videoCommand } from './command/encode-command';
import { DecodeDamage } from './tools/decode-damage';
import { ChangingAudioError, EncoderRun, runEncoder } from './tools/encoder-run';
import { EncodePlan, PlannedAudio } from '../../domain/encode-plan';
import { RejectedError, RejectionCode } from '../../domain/errors';
import { AudioFacts } from '../../domain/source-facts';
import { SourceWarning, WarningCode } from '../../domain/source-warning';

type SourceRun = Omit<EncoderRun, 'command' | 'damage'>;

export interface EncodedSource {
  /** As carried out: without audio where that could not be used. */
  readonly plan: EncodePlan;
  readonly warnings: readonly SourceWarning[];
}

interface AudioOutcome {
  readonly usable: boolean;
  readonly warnings: readonly SourceWarning[];
}

const UNIFORM_AUDIO = 'uniform-audio.mka';
/** Two channels of 16 bits at 48 kHz, were nothing saved; noise saves nothing. */
const UNIFORM_BYTES_PER_SECOND = 2 * 2 * 48_000 * 1.05;
const LEFT_OUT: SourceWarning = {
  code: WarningCode.AUDIO_LEFT_OUT, message: 'The audio is too damaged to be decoded, so the video is silent. Export the file again.',
};

/** Encodes a source: video and audio side by side, each in its own process. Audio that cannot be used never costs a second encode of the video. */
export async function encodeSource(plan: EncodePlan, run: SourceRun): Promise<EncodedSource> {
  const other = new AbortController();
  const both = { ...run, signal: AbortSignal.any([run.signal, other.signal]) };
  const work = [encodeVideo(plan, both), encodeAudio(plan, both)] as const;
  try {
    const [videoWarnings, audio] = await Promise.all(work);
    return { plan: audio.usable ? plan : withoutAudio(plan), warnings: [...videoWarnings, ...audio.warnings] };
  } catch (error) {
    other.abort(error);
    await Promise.allSettled(work);
    throw error;
  }
}

async function encodeVideo(plan: EncodePlan, run: SourceRun): Promise<readonly SourceWarning[]> {
  const { frames, lastPictureSeconds } = plan.source.video;
  const damage = new DecodeDamage({ kind: 'video', packets: frames, lastSeconds: lastPictureSeconds });
  await runEncoder({ ...run, damage, command: videoCommand(plan) });
  return damage.warnings();
}

async function encodeAudio(plan: EncodePlan, run: SourceRun): Promise<AudioOutcome> {
  const { audio: track, source: { audio } } = plan;
  if (!track || !audio) return { usable: true, warnings: [] };
  const silentRun = { ...run, onOutTime: () => undefined };
  try {
    return { usable: true, warnings: await encodeAnyAudio(plan, track, audio, silentRun) };
  } catch (error) {
    // Audio that takes more than its due is no accident.
    if (!(error instanceof RejectedError) || error.code === RejectionCode.RESOURCE_LIMIT) throw error;
    return { usable: false, warnings: [LEFT_OUT] };
  }
}

/**
 * Audio may change its channels or rate on the way, as television does at every advertisement. ffmpeg starts a filter graph anew at each
 * change, and ours counts from its start: such audio is first written out in one shape, through a graph that counts nothing.
 */
async function encodeAnyAudio(plan: EncodePlan, track: PlannedAudio, audio: AudioFacts, run: SourceRun): Promise<readonly SourceWarning[]> {
  const { packets = 0, ignoreTimes, endSeconds } = audio;
  const damage = () => new DecodeDamage({ kind: 'audio', packets, lastSeconds: ignoreTimes ? undefined : endSeconds });
  const direct = damage();
  try {
    await runEncoder({ ...run, damage: direct, command: audioCommand(plan, track, audio) });
    return direct.warnings();
  } catch (error) {
    if (!(error instanceof ChangingAudioError)) throw error;
  }
  const uniform = damage();
  const limits = { ...run.limits, fileBytes: Math.max(run.limits.fileBytes, UNIFORM_BYTES_PER_SECOND * (plan.durationSeconds + 1)) };
  const sourceFile = path.resolve(run.outputFolder, UNIFORM_AUDIO);
  try {
    await runEncoder({ ...run, limits, damage: uniform, command: uniformAudioCommand(plan.source, UNIFORM_AUDIO) });
    await runEncoder({ ...run, damage: damage(), sourceFile, command: audioCommand(plan, track, audio, true) });
    return uniform.warnings();
  } finally {
    await rm(sourceFile, { force: true });
  }
}

function withoutAudio(plan: EncodePlan): EncodePlan {
  return {
    ...plan,
    source: { ...plan.source, audio: undefined },
    audio: undefined,
    progressive: plan.progressive && { ...plan.progressive, audio: undefined },
  };
}
