import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Browser, chromium } from 'playwright-core';
import { makeClip, REPOSITORY } from './support';
import { findChromium } from '../../local/prerequisites';
import { temporaryFolder, waitFor } from '../local/support/running-platform';

jest.setTimeout(300_000);

interface Played {
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly duration: number;
  readonly error?: string;
}

/** Runs in the page, whose types the rest of the repository does not know. */
const PLAY_AND_SEEK = `(async () => {
  const video = document.querySelector('video');
  const until = async done => { while (!done()) await new Promise(resolve => setTimeout(resolve, 50)); };
  await video.play();
  await until(() => video.currentTime > 0.5);
  const { videoWidth, videoHeight, duration } = video;
  video.currentTime = 5;
  await until(() => video.ended || (!video.seeking && video.currentTime > 5.2));
  return { videoWidth, videoHeight, duration, error: video.error?.message };
})()`;

/** `npm run demo` as a person runs it: it stays up, and prints where to watch. */
describe('the demo in a real browser', () => {
  let folder: string;
  let demo: ChildProcess;
  let ended: Promise<unknown>;
  let browser: Browser | undefined;
  let output = '';

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
    const clip = makeClip(path.join(folder, 'clip.mp4'), { seconds: 6 });
    demo = spawn(process.execPath, ['--import', 'tsx', 'local/demo.ts', '--state', temporaryFolder('browser'), '--video', clip], {
      cwd: REPOSITORY, env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json' }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    ended = new Promise(resolve => demo.once('close', resolve));
    for (const stream of [demo.stdout!, demo.stderr!]) stream.on('data', chunk => { output += chunk; });
  });

  afterAll(async () => {
    await browser?.close();
    demo.kill('SIGINT');
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('plays the video that was uploaded, seeks to its last segment, and shows no error', async () => {
    const url = await waitFor(() => {
      if (demo.exitCode !== null) throw new Error(`the demo ended:\n${output}`);
      return /Watch:\s+(http:\S+)/.exec(output)?.[1];
    }, 240_000);
    browser = await chromium.launch({
      executablePath: findChromium(),
      args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required', '--disable-background-networking'],
    });
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(error.message));
    page.on('response', response => {
      if (response.status() >= 400 && !response.url().endsWith('/favicon.ico')) problems.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(url);

    const played = await page.evaluate<Played>(PLAY_AND_SEEK);

    expect(played.error).toBeUndefined();
    expect(played.videoWidth / played.videoHeight).toBeCloseTo(16 / 9, 1);
    expect(played.duration).toBeCloseTo(6, 1);
    expect(problems).toEqual([]);
  });
});
