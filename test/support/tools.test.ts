/** The checks of tests and benchmarks turn red when their tool is missing, killed, or fails half-way. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { brightness, decodeFrames, pictureAt, samples } from './decode';
import { watchMemory } from './memory-watch';
import { run as measure } from '../../bench/measure';
import { verifyPlayback } from '../../local/demo/verify';
import { toolProblem } from '../../local/prerequisites';

/** What can be wrong with a tool, as a program of its name. */
const BROKEN: ReadonlyArray<[string, string | undefined, RegExp]> = [
  ['is missing', undefined, /ENOENT|ended with 127/],
  ['is killed', 'kill -9 $$', /ended with (SIGKILL|137)/],
  ['fails half-way', 'head -c 10 /dev/zero; echo "frame 5 of 20" >&2; exit 1', /ended with 1: frame 5 of 20/],
];

let folder: string;
const { PATH } = process.env;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tools-')); });
afterEach(() => {
  process.env.PATH = PATH;
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The path then holds nothing but these tools, and a shell's own. */
function stand(tools: Readonly<Record<string, string | undefined>>): void {
  for (const [name, script] of Object.entries(tools)) {
    if (script !== undefined) fs.writeFileSync(path.join(folder, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
  }
  for (const name of ['bash', 'sh']) fs.symlinkSync(`/bin/${name}`, path.join(folder, name));
  process.env.PATH = folder;
}

describe.each(BROKEN)('a tool that %s', (_, script, problem) => {
  beforeEach(() => stand({ ffmpeg: script, ffprobe: script }));

  test.each<[string, () => Promise<unknown>]>([
    ['decodeFrames', () => decodeFrames(Buffer.from('media'), 'v')],
    ['brightness', () => brightness('file')],
    ['samples', () => samples('file')],
    ['pictureAt', () => pictureAt('file', 0, 1, 1)],
    ['a measured run', () => measure('ffmpeg', ['-i', 'file'])],
  ])('fails %s', async (__, check) => {
    await expect(check()).rejects.toThrow(problem);
  });
});

describe('a tool that ends well without a result', () => {
  beforeEach(() => stand({ ffmpeg: 'exit 0', ffprobe: 'echo "{\\"frames\\":[]}"' }));

  test.each<[string, () => Promise<unknown>]>([
    ['decodeFrames', () => decodeFrames(Buffer.from('media'), 'v')],
    ['brightness', () => brightness('file')],
    ['samples', () => samples('file')],
    ['pictureAt', () => pictureAt('file', 0, 1, 1)],
  ])('fails %s', async (_, check) => {
    await expect(check()).rejects.toThrow(/no frame|wrote nothing/);
  });
});

test('memory of no process is no measurement', async () => {
  await expect(watchMemory(async () => undefined)).rejects.toThrow('nothing ran');
});

test('a master without renditions verifies nothing', async () => {
  const original = globalThis.fetch;
  globalThis.fetch = async () => new Response('#EXTM3U\n');
  try {
    await expect(verifyPlayback('http://127.0.0.1/master.m3u8', 1)).rejects.toThrow('names no rendition');
  } finally {
    globalThis.fetch = original;
  }
});

describe('before the start', () => {
  // The system's folders come first, so a broken tool is only seen under a name that they lack.
  const probe = (script: string | undefined) => {
    stand({ fftest: script });
    return toolProblem('fftest' as 'ffmpeg');
  };

  test.each<[string, string | undefined, string]>([
    ['missing', undefined, 'fftest is missing'],
    ['killed', 'kill -9 $$', 'fftest does not run (SIGKILL)'],
    ['failing', 'echo "ffmpeg version 7.1"; exit 3', 'fftest does not run (exit status 3)'],
    ['silent', 'exit 0', 'fftest -version says no version'],
    ['old', 'echo "ffmpeg version 4.4.2-0ubuntu"', 'fftest is version 4, older than 5'],
  ])('a tool that is %s is a problem', (_, script, problem) => {
    expect(probe(script)).toBe(problem);
  });

  test('a tool is found wherever the PATH has it', () => {
    expect(probe('echo "ffmpeg version n7.1 Copyright"')).toBeUndefined();
  });
});
