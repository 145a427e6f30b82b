import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

export type ClipName = 'plain' | 'silent' | 'page' | 'empty';

export interface Clip {
  readonly name: ClipName;
  readonly file: string;
  readonly sha256: string;
  /** Seconds; 0 for what is no video. */
  readonly seconds: number;
}

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=15'];
const TONE = ['-f', 'lavfi', '-i', 'sine=r=44100'];
const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** Two real videos that encode in a blink, and two files that are none. */
export function makeClips(directory: string): Record<ClipName, Clip> {
  fs.mkdirSync(directory, { recursive: true });
  const file = (name: string) => path.join(directory, name);
  const ffmpeg = (name: string, ...options: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...options, '-f', 'mp4', file(name)]);
  ffmpeg('plain', ...PICTURE, ...TONE, '-t', '1', ...FAST, '-c:a', 'aac');
  ffmpeg('silent', ...PICTURE, '-t', '0.4', ...FAST);
  fs.writeFileSync(file('page'), '<!doctype html><title>not a video</title>');
  fs.writeFileSync(file('empty'), '');
  const clip = (name: ClipName, seconds: number): Clip => (
    { name, file: file(name), seconds, sha256: createHash('sha256').update(fs.readFileSync(file(name))).digest('hex') }
  );
  return { plain: clip('plain', 1), silent: clip('silent', 0.4), page: clip('page', 0), empty: clip('empty', 0) };
}
