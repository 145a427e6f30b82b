import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { encodeCommand, uniformAudioCommand } from './command/encode-command';
import { damageOf } from './tools/decode-damage';
import { ChangingAudioError, EncoderRun, runEncoder, UnusableAudioError } from './tools/encoder-run';
import { EncodePlan } from '../../domain/encode-plan';
import { SourceWarning, WarningCode } from '../../domain/source-warning';

type SourceRun = Omit<EncoderRun, 'command' | 'damage' | 'audioFile'>;

export interface EncodedSource {
  /** As carried out: without audio where that could not be used. */
  readonly plan: EncodePlan;
  readonly warnings: readonly SourceWarning[];
}

const UNIFORM_AUDIO = 'uniform-audio.mka';

/** Encodes a source; where its audio is in the way, once more in another manner, and in the end without it. */
export async function encodeSource(plan: EncodePlan, run: SourceRun): Promise<EncodedSource> {
  try {
    return await encodeOnce(plan, run).catch(error => {
      if (error instanceof ChangingAudioError) return encodeWithUniformAudio(plan, run);
      throw error;
    });
  } catch (error) {
    if (!(error instanceof UnusableAudioError)) throw error;
    const { warnings, plan: silent } = await encodeOnce(withoutAudio(plan), run);
    const leftOut = { code: WarningCode.AUDIO_LEFT_OUT, message: 'The audio is too damaged to be decoded, so the video is silent. Export the file again.' };
    return { plan: silent, warnings: [leftOut, ...warnings] };
  }
}

async function encodeOnce(plan: EncodePlan, run: SourceRun, audioFile?: string): Promise<EncodedSource> {
  const damage = damageOf(plan.source);
  await runEncoder({ ...run, damage, audioFile, command: encodeCommand(plan, audioFile !== undefined) });
  return { plan, warnings: damage.warnings() };
}

/**
 * Audio that changes its channels or rate on the way, as television does at every advertisement. ffmpeg starts a filter graph anew at each
 * change, and ours counts from its start: the audio is first written out in one shape, through a graph that counts nothing.
 */
async function encodeWithUniformAudio(plan: EncodePlan, run: SourceRun): Promise<EncodedSource> {
  const audioFile = path.resolve(run.outputFolder, UNIFORM_AUDIO);
  const damage = damageOf(plan.source);
  try {
    await runEncoder({ ...run, damage, command: uniformAudioCommand(plan.source, UNIFORM_AUDIO), onOutTime: () => undefined });
    return await encodeOnce(plan, run, audioFile);
  } finally {
    await rm(audioFile, { force: true });
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
