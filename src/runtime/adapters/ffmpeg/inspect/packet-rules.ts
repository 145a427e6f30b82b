import { PacketFacts } from './packet-scan';
import { RejectedError, RejectionCode } from '../../../domain/errors';

/** Of material before the start or behind a jump back, this much is a muxer's rounding; more is lost to every player. */
const LOST_SECONDS = 0.5;
/**
 * Silence for a gap in the audio is made in one piece, at almost 1 MB per second. Twenty minutes is more than any recorder's pause
 * that did not start a new file, and less than what the encoder of a 1080p ladder takes anyway.
 */
const LONGEST_SILENCE_SECONDS = 1200;

/**
 * Times of a track that no constant-rate output can follow. ffmpeg would leave out whatever comes before the start or before what was
 * already shown, and end well.
 *
 * @param origin what ffmpeg takes for zero
 * @throws RejectedError
 */
export function assertTimesAdvance(kind: 'video' | 'audio', packets: PacketFacts, origin: number): void {
  const early = origin - packets.first;
  if (early > LOST_SECONDS) {
    throw new RejectedError(RejectionCode.UNREADABLE, `The ${kind} begins ${early.toFixed(1)} s before the start that the file states.`);
  }
  if (packets.backward > LOST_SECONDS) {
    throw new RejectedError(RejectionCode.UNREADABLE,
      `The times of the ${kind} run backwards by ${packets.backward.toFixed(1)} s: several recordings were joined, or the file is damaged.`);
  }
}

/** @throws RejectedError when the audio starts too late, or pauses for too long, to be filled with silence. */
export function assertSilenceFits(packets: PacketFacts, origin: number): void {
  const silence = Math.max(packets.first - origin, packets.longestGap);
  if (silence <= LONGEST_SILENCE_SECONDS) return;
  throw new RejectedError(RejectionCode.RESOURCE_LIMIT,
    `The audio has a gap of ${Math.round(silence)} s; at most ${LONGEST_SILENCE_SECONDS} s are filled with silence.`);
}
