import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { decode } from '../../../local/demo/decode';

describe('decoding a file', () => {
  let folder: string;
  let clip: string;

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'decode-'));
    clip = path.join(folder, 'clip.mp4');
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=10:d=2', '-c:v', 'libx264', '-preset', 'ultrafast', clip]);
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Stands for an ffmpeg with something wrong. */
  function tool(name: string, script: string): string {
    const file = path.join(folder, name);
    fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  }

  test('counts frames and seconds', async () => {
    expect(await decode(clip, { minimumSeconds: 2 })).toEqual({ frames: 20, seconds: expect.closeTo(2, 1), errors: '' });
  });

  test.each<[string, () => string, RegExp]>([
    ['is missing', () => path.join(folder, 'nowhere'), /could not be started: .*ENOENT/],
    ['is killed', () => tool('killed', 'kill -9 $$'), /was killed by SIGKILL/],
    ['fails half-way', () => tool('half', 'printf "frame=5\\nout_time_us=500000\\nprogress=continue\\n"; exit 1'), /ended with status 1/],
    ['is killed half-way', () => tool('half-killed', 'printf "frame=5\\nout_time_us=500000\\nprogress=continue\\n"; kill -9 $$'), /SIGKILL/],
    ['ends well without a word', () => tool('silent', 'exit 0'), /never reported its end/],
    ['decodes nothing', () => tool('nothing', 'printf "frame=0\\nout_time_us=0\\nprogress=end\\n"'), /nothing was decoded/],
    ['ends early', () => tool('early', 'printf "frame=10\\nout_time_us=1000000\\nprogress=end\\n"'), /only 1\.00 s were decoded, expected 2\.00 s/],
  ])('is no success when ffmpeg %s', async (_, ffmpeg, problem) => {
    expect((await decode(clip, { minimumSeconds: 2, ffmpeg: ffmpeg() })).errors).toMatch(problem);
  });

  test('is no success when the file is damaged', async () => {
    const damaged = path.join(folder, 'damaged.mp4');
    const bytes = fs.readFileSync(clip);
    fs.writeFileSync(damaged, bytes.fill(0x55, 8_000, 12_000));
    expect((await decode(damaged, { minimumSeconds: 2 })).errors).not.toBe('');
  });
});
