import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FfmpegTranscoder } from '../../../../../src/runtime/adapters/ffmpeg/ffmpeg-transcoder';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tool-faults-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A transcoder whose tools are this script. */
function transcoderOf(script: string, probeSeconds = 1): FfmpegTranscoder {
  const launcher = path.join(folder, `launcher-${fs.readdirSync(folder).length}.sh`);
  fs.writeFileSync(launcher, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return new FfmpegTranscoder({ launcher, limits: { probeSeconds } });
}

const WEBM = '1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878102428581021853806701ffffffffffffff';

/** Begins as WebM does; no tool that is asked here reads on. */
async function inspect(script: string, probeSeconds?: number) {
  const file = path.join(folder, 'source');
  fs.writeFileSync(file, Buffer.from(WEBM, 'hex'));
  return transcoderOf(script, probeSeconds).inspect(file, new AbortController().signal);
}

test('a probe that does nothing is not the fault of the file', async () => {
  await expect(inspect('exec sleep 30')).rejects.toMatchObject({ code: 'TOOL_STALLED', retryable: true });
});

test('a probe that uses up its processor time is', async () => {
  await expect(inspect('ulimit -S -t 1; while :; do :; done', 60)).rejects.toMatchObject({ name: 'RejectedError', code: 'RESOURCE_LIMIT' });
});

test('tools that cannot state their version refuse no file', async () => {
  const failing = transcoderOf('echo "source: Invalid data found" >&2; exit 1').versions();
  await expect(failing).rejects.toMatchObject({ code: 'TOOL_FAILED', retryable: true });
});
