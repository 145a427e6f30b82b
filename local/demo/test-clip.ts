import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { decode } from './decode';

const SECONDS = 12;

/**
 * A test video with a counter and a tone, made once, by a process of its own.
 *
 * @param onProgress is told how much is done, 0 to 100
 * @throws when ffmpeg fails, or what it made does not decode
 */
export async function makeTestClip(directory: string, onProgress: (percent: number) => void = () => undefined): Promise<string> {
  const file = path.join(directory, `test-clip-${SECONDS}s.mp4`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(directory, { recursive: true });
  const unfinished = `${file}.unfinished`;
  await encode(unfinished, onProgress);
  const { errors } = await decode(unfinished, { minimumSeconds: SECONDS });
  if (errors !== '') throw new Error(`the test clip is not what was asked for: ${errors}`);
  fs.renameSync(unfinished, file);
  return file;
}

function encode(file: string, onProgress: (percent: number) => void): Promise<void> {
  const child = spawn('ffmpeg', [
    '-nostdin', '-v', 'error', '-y', '-progress', 'pipe:1',
    '-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=30:duration=${SECONDS}`,
    '-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${SECONDS}`,
    '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart', '-f', 'mp4', file,
  ], { stdio: ['ignore', 'pipe', 'pipe'], env: process.env });
  child.stdout.on('data', (chunk: Buffer) => {
    const microseconds = /out_time_(?:us|ms)=(\d+)/.exec(String(chunk))?.[1];
    if (microseconds !== undefined) onProgress(Math.min(100, Number(microseconds) / 1e4 / SECONDS));
  });
  let said = '';
  child.stderr.on('data', chunk => { said += chunk; });
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(new Error(`the test clip could not be made: ${error.message}`)));
    child.once('close', (code, signal) => code === 0 ? resolve() : reject(new Error(`the test clip could not be made: ffmpeg ended with ${signal ?? code}: ${said.slice(-400)}`)));
  });
}
