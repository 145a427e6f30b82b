import { spawn } from 'node:child_process';

/** What became of decoding one file or playlist. */
export interface Decoded {
  readonly frames: number;
  /** Presentation time at the end of the last frame. */
  readonly seconds: number;
  /** Why it does not count as decoded, in one or more lines; empty only when every frame was decoded. */
  readonly errors: string;
}

export interface DecodeOptions {
  /** Options before `-i`. */
  readonly input?: readonly string[];
  /** What must come out at least: a file that ends early decodes without a word. */
  readonly minimumSeconds?: number;
  /** @default 'ffmpeg' */
  readonly ffmpeg?: string;
}

/** Rounding of frame times and priming of audio. */
const TOLERANCE_SECONDS = 0.25;

/**
 * Decodes every frame of a file or playlist. Silence is no success: the tool must have run to its end (status 0, no signal),
 * reported no error, and decoded frames for as long as expected.
 */
export function decode(file: string, { input = [], minimumSeconds, ffmpeg = 'ffmpeg' }: DecodeOptions = {}): Promise<Decoded> {
  const args = ['-nostdin', '-v', 'error', '-xerror', '-progress', 'pipe:1', ...input, '-i', file, '-f', 'null', '-'];
  return new Promise(resolve => {
    const child = spawn(ffmpeg, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let progress = '';
    let said = '';
    child.stdout.on('data', chunk => { progress += chunk; });
    child.stderr.on('data', chunk => { said += chunk; });
    child.once('error', error => resolve({ frames: 0, seconds: 0, errors: `${ffmpeg} could not be started: ${error.message}` }));
    child.once('close', (code, signal) => {
      const frames = lastNumber(progress, /^frame=\s*(\d+)$/gm);
      const seconds = lastNumber(progress, /^out_time_(?:us|ms)=(\d+)$/gm) / 1e6;
      const problems = [said.trim(), ...endProblems(ffmpeg, code, signal), ...resultProblems(progress, seconds, minimumSeconds)];
      resolve({ frames, seconds, errors: problems.filter(problem => problem !== '').join('\n') });
    });
  });
}

function endProblems(ffmpeg: string, code: number | null, signal: NodeJS.Signals | null): string[] {
  if (signal) return [`${ffmpeg} was killed by ${signal} before it had decoded everything`];
  return code === 0 ? [] : [`${ffmpeg} ended with status ${code}`];
}

function resultProblems(progress: string, seconds: number, minimumSeconds = 0): string[] {
  if (!/^progress=end$/m.test(progress)) return ['the decoder never reported its end'];
  if (seconds <= 0) return ['nothing was decoded'];
  const short = seconds < minimumSeconds - TOLERANCE_SECONDS;
  return short ? [`only ${seconds.toFixed(2)} s were decoded, expected ${minimumSeconds.toFixed(2)} s`] : [];
}

function lastNumber(text: string, pattern: RegExp): number {
  return Number([...text.matchAll(pattern)].pop()?.[1] ?? 0);
}
