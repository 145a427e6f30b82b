import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { AAC, X264, MP4, picture, sound } from './corpus';
import { makeSource } from './corpus-suite';
import { FLIPPED_MEDIA, HARMLESS_MEDIA, MARKER } from './harmless.corpus';
import { HOSTILE_MEDIA, HostileMedia, TRUNCATED_MEDIA } from './hostile-media.corpus';
import { Bait, HOSTILE_TEXT } from './hostile-text.corpus';
import { untrustedInputOptions } from '../../../../../src/runtime/adapters/ffmpeg/command/untrusted-input';
import { RejectedError, RejectionCode } from '../../../../../src/runtime/domain/errors';
import { run } from '../../../../support/decode';
import { checkHls } from '../../../../support/hls-checker';
import { watchMemory } from '../../../../support/memory-watch';
import { SENTENCES } from '../../../../support/sentences';
import { LAUNCHER, TestTranscoder } from '../../../../support/test-transcoder';

/** Longest to wait for a refusal; on a quiet machine none takes three seconds. */
const PATIENCE_MS = 120_000;
const LONG_AGO = new Date('2001-01-01T00:00:00Z');

let subject: TestTranscoder;
let listener: Server;
let connections = 0;
let bait: Bait;

beforeAll(async () => {
  subject = await TestTranscoder.create();
  listener = createServer((_request, response) => response.end());
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  listener.on('connection', () => { connections += 1; });
  bait = { url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/x.ts`, neighbour: subject.file('neighbour'), segment: 'neighbour' };
  await run('ffmpeg', ['-v', 'error', '-y', ...picture({ seconds: 1 }), ...X264, ...MP4, bait.neighbour]);
  // Reading a file whose access time lies before its change time moves the former, also where times are kept lazily.
  await utimes(bait.neighbour, LONG_AGO, new Date());
});

afterAll(async () => {
  await new Promise(resolve => listener.close(resolve));
  await subject.close();
});

async function refusal(source: string): Promise<RejectedError> {
  const before = await readdir(subject.scratch);
  try {
    await subject.process(source);
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    const outputs = (await readdir(subject.scratch)).filter(name => !before.includes(name) && !name.startsWith('output-'));
    expect(outputs).toEqual([]);
    // Messages are shown to users: sentences about the file, and what to do.
    expect(error.message).toMatch(SENTENCES);
    return error;
  }
  throw new Error(`${source} was accepted`);
}

describe('files that are no video are refused by their first bytes', () => {
  test.each(HOSTILE_TEXT.map((entry, index) => ({ ...entry, file: `text-${index}` })))('$name', async ({ content, code, file }) => {
    await writeFile(subject.file(file), content(bait));
    expect((await refusal(subject.file(file))).code).toBe(code);
  }, PATIENCE_MS);
});

async function write(entry: Pick<HostileMedia, 'make' | 'pieces' | 'corrupt'>, name: string): Promise<string> {
  const source = subject.file(name);
  const honest = `${source}-honest`;
  if (entry.make) await makeSource({ ...entry, make: entry.make }, honest);
  const bytes = entry.make ? await readFile(honest) : Buffer.alloc(0);
  await writeFile(source, entry.corrupt ? entry.corrupt(bytes, bait) : bytes);
  return source;
}

function describeHostile(title: string, entries: readonly HostileMedia[]): void {
  describe(title, () => {
    test.each(entries.map((entry, index) => ({ ...entry, file: `${title.slice(0, 5)}-${index}` })))('$name', async entry => {
      const source = await write(entry, entry.file);

      const error = await refusal(source);

      expect(entry.codes).toContain(error.code);
      expect(Object.values(RejectionCode)).toContain(error.code);
      expect(error.message).not.toContain(subject.scratch);
    }, PATIENCE_MS);
  });
}

describeHostile('media that was cut off is refused', TRUNCATED_MEDIA);
describeHostile('hostile media is refused', HOSTILE_MEDIA);

describe('media that looks hostile but is harmless', () => {
  test.each(HARMLESS_MEDIA.map((entry, index) => ({ ...entry, file: `harmless-${index}` })))('$name', async entry => {
    const source = await write(entry, entry.file);
    const { folder, media } = await subject.process(source);
    expect((await checkHls(folder)).problems).toEqual([]);
    expect(Math.abs(media.durationSeconds - entry.seconds)).toBeLessThanOrEqual(0.1);
    for (const name of await readdir(folder)) expect((await readFile(path.join(folder, name))).includes(MARKER)).toBe(false);
  }, PATIENCE_MS);
});

describe('flipped bits never do more than refuse the file', () => {
  test.each(FLIPPED_MEDIA.map((entry, index) => ({ ...entry, file: `flipped-${index}` })))('$name', async entry => {
    const source = await write(entry, entry.file);
    await subject.process(source).catch(error => expect(error).toBeInstanceOf(RejectedError));
  }, PATIENCE_MS);
});

describe('were the first bytes ever to deceive us, ffmpeg\'s own lists would still hold', () => {
  const probe = (options: readonly string[], input: string) =>
    spawnSync(LAUNCHER, ['--tool=ffprobe', '--', '-v', 'error', ...options, '-i', input], { encoding: 'utf8', timeout: 10_000 });
  /** Everything but the forced demuxer. */
  const guessing = untrustedInputOptions('mov').slice(0, -2);

  test.each(HOSTILE_TEXT.filter(({ name }) => /HLS playlist|ffconcat|SDP/.test(name)))('$name', async ({ content }) => {
    const file = subject.file('playlist.m3u8');
    await writeFile(file, content(bait));
    const { status, stderr } = probe(guessing, file);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/not on whitelist|Invalid data found/);
  });

  test('a web address', () => {
    const { status, stderr } = probe(guessing, bait.url);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/Protocol 'http' not on whitelist/);
  });
});

test('a few kilobytes do not become gigabytes of raw pictures', async () => {
  // One picture stands for 30 s beside sound that has ended: 900 pictures of 250 kB over all rungs, 220 MB were they held at once.
  const source = subject.file('burst');
  await makeSource({ make: ['-itsoffset', '30', ...picture(), ...sound(2), '-fps_mode', 'passthrough', ...X264, ...AAC, ...MP4] }, source);
  const peak = await watchMemory(() => subject.process(source));
  expect(peak).toBeGreaterThan(20);
  expect(peak).toBeLessThan(180);
}, PATIENCE_MS);

// Last: it speaks of every file above.
test('nothing hostile reached the network or a neighbour', async () => {
  expect(connections).toBe(0);
  expect((await stat(bait.neighbour)).atime).toEqual(LONG_AGO);
});
