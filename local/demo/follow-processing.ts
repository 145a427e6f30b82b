import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessingStage } from '../../src/runtime/domain/video';
import type { WorkerService } from '../process';
import { ApiClient, PlayableVideo } from './api-client';
import { Progress } from './progress';
import { Waiting } from './waiting';

const STAGES: readonly ProcessingStage[] = ['download', 'probe', 'encode', 'thumbnails', 'upload', 'publish'];
/** Names that do not repeat the demo's own upload. */
const LABELS: Readonly<Partial<Record<ProcessingStage, string>>> = { upload: 'store' };
const POLL_MS = 250;
/** A long job is looked at less often: each look costs the machine that encodes. */
const PATIENT_AFTER_MS = 20_000;
const PATIENT_POLL_MS = 1_000;
/** A look that fails is repeated so often before it counts. */
const TRIES = 5;
/** The longest silence that a healthy job can keep: a lost worker's message comes back after its visibility, three minutes. */
const SILENCE_MS = 10 * 60_000;
/** A worker that is free takes a job at once. */
const WAITING_AFTER_MS = 2_000;
/** A worker that never stays up will not process anything. */
const HOPELESS_EXITS = 5;

/** Polls a video until it is READY, REJECTED or FAILED, and shows every stage on the way. */
export async function followProcessing(
  api: ApiClient, videoId: string, progress: Progress, worker: WorkerService, waiting: Waiting,
): Promise<PlayableVideo> {
  const startedAt = performance.now();
  let reached = -1;
  let lastChange = performance.now();
  let lastSeen = '';
  for (;;) {
    const video = await look(api, videoId);
    if (video.progress) reached = show(progress, reached, STAGES.indexOf(video.progress.stage), video.progress.percent);
    else if (performance.now() - lastChange > WAITING_AFTER_MS) progress.note('waiting', await waiting.reason(videoId));
    if (video.status === 'READY') {
      // Short stages may have passed between two looks.
      show(progress, reached, STAGES.length - 1, 100);
      progress.finish();
      return video;
    }
    if (video.status === 'REJECTED' || video.status === 'FAILED') {
      progress.finish('failed');
      return video;
    }
    const seen = JSON.stringify([video.status, video.updatedAt, video.progress]);
    if (seen !== lastSeen) [lastSeen, lastChange] = [seen, performance.now()];
    if (performance.now() - lastChange > SILENCE_MS) throw new Error(`Nothing has happened to video ${videoId} for ${SILENCE_MS / 60_000} minutes; it is ${video.status}`);
    if (worker.failures >= HOPELESS_EXITS) throw new Error(`The worker ended ${worker.failures} times in a row; see its log`);
    await sleep(performance.now() - startedAt > PATIENT_AFTER_MS ? PATIENT_POLL_MS : POLL_MS);
  }
}

async function look(api: ApiClient, videoId: string): Promise<PlayableVideo> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await api.getVideo(videoId);
    } catch (error) {
      if (attempt === TRIES) throw error;
      await sleep(POLL_MS * attempt);
    }
  }
}

function show(progress: Progress, reached: number, stage: number, percent: number): number {
  for (let passed = reached + 1; passed < stage; passed++) progress.update(labelOf(STAGES[passed]), 100);
  progress.update(labelOf(STAGES[stage]), percent);
  return stage;
}

function labelOf(stage: ProcessingStage): string {
  return LABELS[stage] ?? stage;
}
