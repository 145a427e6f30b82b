import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Browser, BrowserContext, chromium, Page } from 'playwright-core';
import { makeClip, REPOSITORY } from './support';
import { findChromium } from '../../local/prerequisites';
import { temporaryFolder, waitFor } from '../local/support/running-platform';

jest.setTimeout(300_000);

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Colors change over some milliseconds: what axe sees half-way is on no screen. */
const SETTLED = `Promise.all(document.getAnimations().filter(each => Number.isFinite(each.effect.getComputedTiming().endTime))
  .map(each => each.finished.catch(() => undefined)))`;
/** Runs in the page, whose types the rest of the repository does not know. */
const FRAMES_ADVANCE = `(async () => {
  const video = document.querySelector('video');
  const until = async done => { while (!done()) await new Promise(resolve => setTimeout(resolve, 50)); };
  await until(() => video.currentTime > 0.5);
  const before = video.getVideoPlaybackQuality().totalVideoFrames;
  await until(() => video.getVideoPlaybackQuality().totalVideoFrames > before + 5);
  return { width: video.videoWidth, height: video.videoHeight, duration: video.duration, error: video.error?.message };
})()`;
const LAST_SEGMENT_PLAYS = `(async () => {
  const video = document.querySelector('video');
  video.currentTime = 5;
  while (!(video.ended || (!video.seeking && video.currentTime > 5.2))) await new Promise(resolve => setTimeout(resolve, 50));
  return video.error?.message ?? 'played';
})()`;
const DROP_FILE = `([name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type: 'video/mp4' }));
  dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}`;

/** `npm run demo` as a person runs it, without the bundling that the test run has done: it stays up, and prints where to go. */
describe('the console in a real browser', () => {
  let folder: string;
  let clip: string;
  let demo: ChildProcess;
  let ended: Promise<unknown>;
  let browser: Browser;
  let url: string;
  let page: Page;
  let output = '';
  const problems: string[] = [];

  const open = async (context: BrowserContext): Promise<Page> => {
    const opened = await context.newPage();
    opened.on('pageerror', error => problems.push(error.message));
    opened.on('console', message => { if (/Content Security Policy|Refused to/.test(message.text())) problems.push(message.text()); });
    return opened;
  };
  const signIn = async (who: Page, account: string) => {
    await who.goto(url);
    await who.getByRole('button', { name: 'Sign in' }).click();
    await who.getByRole('button', { name: `Continue as ${account}` }).click();
    await who.getByRole('heading', { name: 'Library' }).waitFor();
  };

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
    clip = makeClip(path.join(folder, 'clip.mp4'), { seconds: 6 });
    demo = spawn(process.execPath, ['--import', 'tsx', 'local/demo.ts', '--no-bundle', '--state', temporaryFolder('browser'), '--video', clip], {
      cwd: REPOSITORY, env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json' }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    ended = new Promise(resolve => demo.once('close', resolve));
    for (const stream of [demo.stdout!, demo.stderr!]) stream.on('data', chunk => { output += chunk; });
    url = await waitFor(() => {
      if (demo.exitCode !== null) throw new Error(`the demo ended:\n${output}`);
      return /Console:\s+(http:\S+)/.exec(output)?.[1];
    }, 240_000);
    browser = await chromium.launch({
      executablePath: findChromium(),
      args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required', '--disable-background-networking'],
    });
    page = await open(await browser.newContext());
  });

  afterAll(async () => {
    await browser?.close();
    demo.kill('SIGINT');
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('signs in with one click, and leaves no code in the address', async () => {
    await signIn(page, 'demo');
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('link', { name: 'clip' }).last().waitFor();
  });

  test('plays a video by signed cookies: frames advance, and the last segment plays after a seek', async () => {
    await page.getByRole('link', { name: 'clip' }).last().click();
    await page.getByRole('button', { name: 'Play' }).first().click();
    const played = await page.evaluate<{ width: number; height: number; duration: number; error?: string }>(FRAMES_ADVANCE);
    expect(played.error).toBeUndefined();
    expect(played.width / played.height).toBeCloseTo(16 / 9, 1);
    expect(played.duration).toBeCloseTo(6, 0);
    expect(await page.evaluate<string>(LAST_SEGMENT_PLAYS)).toBe('played');
  });

  test('takes a file that is dropped, and shows it until it is ready to watch', async () => {
    await page.evaluate(`(${DROP_FILE})(${JSON.stringify(['dropped.mp4', fs.readFileSync(clip).toString('base64')])})`);
    await page.getByRole('progressbar', { name: 'Progress of dropped' }).first().waitFor();
    await page.getByRole('link', { name: 'Watch' }).waitFor({ timeout: 120_000 });
  });

  test('refuses a file that is no video before a byte is sent', async () => {
    const requests: string[] = [];
    page.on('request', request => requests.push(request.url()));
    await page.locator('input[type=file]').first().setInputFiles({ name: 'notes.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') });
    await page.getByText('This type is not accepted').waitFor();
    expect(requests.filter(each => each.includes('/api/uploader/'))).toEqual([]);
  });

  test.each(['Library', 'Upload', 'Statistics'])('has nothing for axe to find on the page %s, in both themes', async name => {
    await page.getByRole('link', { name, exact: true }).first().click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForLoadState('networkidle');
      await page.evaluate(SETTLED);
      await page.evaluate(AXE);
      const found = await page.evaluate<string[]>('axe.run().then(({ violations }) => violations.map(each => each.id + ": " + each.nodes.map(node => node.html)))');
      expect(found).toEqual([]);
    }
  });

  test('shows a private video to nobody else', async () => {
    const guest = await open(await browser.newContext());
    await page.getByRole('link', { name: 'Library', exact: true }).first().click();
    const href = await page.getByRole('link', { name: 'clip' }).last().getAttribute('href');
    await signIn(guest, 'guest');
    await guest.goto(new URL(href!, url).href);
    await guest.getByText('This video is not available').waitFor();
  });

  test('never met its content security policy, nor threw', () => {
    expect(problems).toEqual([]);
  });
});
