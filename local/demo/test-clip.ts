import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const SECONDS = 12;

/** A test video with a counter and a tone, made once. */
export function makeTestClip(directory: string): string {
  const file = path.join(directory, `test-clip-${SECONDS}s.mp4`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(directory, { recursive: true });
  const unfinished = `${file}.unfinished`;
  execFileSync('ffmpeg', [
    '-nostdin', '-v', 'error', '-y',
    '-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=30:duration=${SECONDS}`,
    '-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${SECONDS}`,
    '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart', '-f', 'mp4', unfinished,
  ], { stdio: ['ignore', 'ignore', 2] });
  fs.renameSync(unfinished, file);
  return file;
}
