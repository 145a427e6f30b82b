import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { CliRun, Ended, holdCallbackPort, runCli } from './run-cli';
import { synthesizeExample } from '../../local/demo/synthesize';
import { makeTestClip } from '../../local/demo/test-clip';
import { RunningPlatform, temporaryFolder } from '../local/support/running-platform';

jest.setTimeout(300_000);

const ROOT = path.resolve(__dirname, '../..');
const CALLBACK_PORT = 47210;

/** The program against a real local platform: the path from nothing to the first video. */
describe('the command line at a local platform', () => {
  const folder = temporaryFolder('cli');
  const state = path.join(folder, 'state');
  const env = { XDG_CONFIG_HOME: path.join(folder, 'config') };
  const sessions = path.join(env.XDG_CONFIG_HOME, 'cdk-video-platform', 'sessions.json');
  const cli = (...args: string[]) => runCli(args, env, folder);
  let platform: RunningPlatform;
  let clip: string;

  beforeAll(async () => {
    synthesizeExample(ROOT, 'minimal', path.join(folder, 'cdk.out'));
    platform = await RunningPlatform.start({ assemblyDir: path.join(folder, 'cdk.out'), stateDir: state });
    clip = await makeTestClip(path.join(folder, 'clips'));
  });
  afterAll(async () => {
    await platform?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** What a person does in the browser. */
  async function signIn(account: string): Promise<Ended> {
    const release = await holdCallbackPort();
    const run = new CliRun(['sign-in', '--state', state, '--no-browser'], env, folder);
    const page = new URL(await run.said(/http:\S+authorize\S+/));
    const answer = await fetch(`${page.origin}/login${page.search}`, { method: 'POST', body: new URLSearchParams({ account }), redirect: 'manual' });
    await fetch(answer.headers.get('location')!.replace('localhost', '127.0.0.1'));
    return run.ended.finally(release);
  }
  const json = async (...args: string[]) => JSON.parse((await cli(...args, '--json')).out) as Record<string, any>;

  test('says in one line that nobody is signed in', async () => {
    expect(await cli('videos')).toEqual({ status: 3, out: '', err: "Error: You are not signed in. Run 'cdk-video-platform sign-in'.\n" });
    expect(await json('videos')).toEqual({ error: { code: 'SIGN_IN_NEEDED', message: 'You are not signed in.', fix: "Run 'cdk-video-platform sign-in'." } });
  });

  test('doctor finds everything in place, and what is not', async () => {
    const { status, out } = await cli('doctor', '--state', state);
    expect([status, out]).toEqual([0, expect.stringMatching(/✓ ffmpeg +\d.*\n✓ ffprobe +\d.*\n✓ Local platform +http:.*\n\nReady\./s)]);
    const bare = await runCli(['doctor', '--state', path.join(folder, 'nowhere')], { ...env, PATH: '/nowhere' });
    expect([bare.status, bare.out]).toEqual([5, expect.stringContaining('3 of 3 to fix')]);
  });

  test('adds a user once', async () => {
    expect(await cli('user', 'add', 'ada@example.com', '--local', '--state', state)).toMatchObject({ status: 0, out: expect.stringContaining('Added ada@example.com to the local platform') });
    expect(await cli('user', 'add', 'ada@example.com', '--local', '--state', state)).toMatchObject({ status: 1, err: expect.stringContaining('is a user already') });
    expect(await cli('user', 'add', 'ada', '--local')).toMatchObject({ status: 2, err: expect.stringContaining("'ada' is no email address") });
  });

  test('does not sign in while something else holds the port', async () => {
    const release = await holdCallbackPort();
    const other = http.createServer();
    await new Promise<void>(resolve => other.listen(CALLBACK_PORT, '127.0.0.1', resolve));
    const { status, err } = await cli('sign-in', '--state', state);
    other.close();
    release();
    expect([status, err]).toEqual([1, expect.stringMatching(/^Error: Port 47210 of this machine is in use.*lsof -i :47210.*\n$/)]);
  });

  test('signs in as the user that was added, and keeps the tokens from others', async () => {
    expect(await signIn('ada@example.com')).toMatchObject({ status: 0, out: expect.stringContaining('as ada@example.com') });
    expect(fs.statSync(sessions).mode.toString(8)).toMatch(/600$/);
  });

  test('uploads, waits for READY, lists and opens', async () => {
    const { status, out } = await cli('upload', clip, '--title', 'First', '--json');
    const { videos: [video] } = JSON.parse(out) as { videos: Array<Record<string, string>> };
    expect([status, video]).toEqual([0, expect.objectContaining({ status: 'READY', file: clip })]);
    // Anybody who has the URL may play it, as a player does that knows nothing of tokens.
    expect(await (await fetch(video.playbackUrl)).text()).toContain('#EXTM3U');
    expect((await cli('videos')).out).toMatch(new RegExp(`${video.videoId}  READY .* First\n`));
    expect(await json('open', video.videoId, '--no-browser')).toMatchObject({ status: 'READY', url: video.watchUrl });
  });

  test('renews a token that has run out, and asks to sign in when that is refused', async () => {
    const change = (values: object) => {
      const content = JSON.parse(fs.readFileSync(sessions, 'utf8'));
      Object.assign(content.sessions[content.current], values);
      fs.writeFileSync(sessions, JSON.stringify(content));
    };
    change({ expiresAt: 0, accessToken: 'old' });
    expect((await cli('videos')).status).toBe(0);
    change({ expiresAt: 0, refreshToken: 'taken-back' });
    expect(await cli('videos')).toMatchObject({ status: 3, err: "Error: Your sign-in has expired. Run 'cdk-video-platform sign-in'.\n" });
    await signIn('demo');
  });

  test.each([
    ['is no video by its name', 'notes.txt', 'text', 2, /notes\.txt is no video that the platform takes\. It takes \.mp4/],
    ['is empty', 'empty.mp4', '', 2, /empty\.mp4 is empty/],
    ['is no video inside', 'fake.mp4', 'no video at all', 1, /Video \S+ was rejected: .* See \w+ in docs\/rejection-codes\.md/],
  ])('refuses a file that %s in one line', async (_what, name, content, status, line) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, content);
    const result = await cli('upload', file);
    expect([result.status, result.err]).toEqual([status, expect.stringMatching(line)]);
    expect(result.err.trim()).not.toContain('\n');
  });

  test('refuses a file that is too large before a byte is sent', async () => {
    const file = path.join(folder, 'large.mp4');
    fs.writeFileSync(file, '');
    fs.truncateSync(file, 600 * 1024 * 1024);
    expect(await cli('upload', file)).toMatchObject({ status: 2, err: expect.stringMatching(/^Error: The file has 629145600 bytes; at most \d+ are accepted\. Nothing was uploaded\.\n$/) });
  });

  test('local env prints what the AWS CLI needs', async () => {
    const { status, out } = await cli('local', 'env', '--state', state);
    expect([status, out]).toEqual([0, expect.stringMatching(/export AWS_ENDPOINT_URL='http:.*export CATALOG_TABLE='/s)]);
    expect(await cli('local', 'env', '--state', path.join(folder, 'nowhere'))).toMatchObject({ status: 4, err: expect.stringMatching(/^Error: No local platform runs\. Start one/) });
  });
});
