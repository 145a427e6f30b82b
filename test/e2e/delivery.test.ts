import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App } from 'aws-cdk-lib';
import { makeClip, Viewer } from './support';
import { EnvironmentProfile, VideoPlatformStack } from '../../src';
import { CloudFrontPlaybackSigner } from '../../src/runtime/adapters/aws/cloudfront-playback-signer';
import type { Keyring } from '../../src/runtime/domain/signing/keyring';
import { RunningPlatform, temporaryFolder } from '../local/support/running-platform';

jest.setTimeout(180_000);

/** A dev environment with the web ACL that larger ones have: without it, nothing keeps clients from the host of the API. */
function synthesizeGuarded(outdir: string): string {
  const app = new App({ outdir });
  new VideoPlatformStack(app, 'Videos', {
    env: { account: '111122223333', region: 'us-east-1' }, profile: EnvironmentProfile.dev({ apiWebAcl: true }),
  });
  return app.synth().directory;
}

interface Playback {
  readonly masterUrl: string;
  readonly tokenUrl: string;
  readonly expiresAt: string;
  readonly tokenExpiresAt: string;
  readonly posters: ReadonlyArray<{ readonly name: string; readonly url: string }>;
}

describe('media through the distribution', () => {
  let folder: string;
  let platform: RunningPlatform;
  let ann: Viewer;
  let videoId: string;
  let playback: Playback;
  /** Value of a Cookie header. */
  let cookies: string;
  let secrets: SecretsManagerClient;

  beforeAll(async () => {
    folder = temporaryFolder('delivery');
    const assemblyDir = synthesizeGuarded(path.join(folder, 'cdk.out'));
    const clip = fs.readFileSync(makeClip(path.join(folder, 'clip.mp4')));
    platform = await RunningPlatform.start({ assemblyDir, stateDir: path.join(folder, 'state') });
    const { accessKeyId, secretAccessKey } = await platform.call('operatorCredential');
    secrets = new SecretsManagerClient({ endpoint: platform.started.endpoints.aws, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
    ann = await Viewer.signIn(platform, 'ann');
    videoId = await ann.upload(clip);
    await ann.outcome(videoId);
    [playback, cookies] = await ask(ann);
  });

  afterAll(async () => {
    secrets?.destroy();
    await platform?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function ask(viewer: Viewer): Promise<[Playback, string]> {
    const answer = await viewer.call(`/api/analytics/video/${videoId}/playback`, { method: 'POST' });
    if (!answer.ok) throw new Error(`playback answered ${answer.status}: ${await answer.text()}`);
    return [await answer.json() as Playback, answer.headers.getSetCookie().map(each => each.split(';')[0]).join('; ')];
  }

  const get = (url: string, headers: Record<string, string> = {}) => fetch(platform.api + url, { headers });
  const withCookies = (url: string, headers: Record<string, string> = {}, cookie = cookies) => get(url, { ...headers, cookie });
  const refusalOf = async (answer: Response) => [
    answer.status, /<Code>(\w+)|"code":"(\w+)"/.exec(await answer.text())?.slice(1).find(Boolean),
  ];
  const folderOf = (url: string) => url.slice(0, url.lastIndexOf('/') + 1);

  async function keyring(): Promise<Keyring> {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn() }));
    return JSON.parse(SecretString!) as Keyring;
  }

  function secretArn(): string {
    const state = JSON.parse(fs.readFileSync(path.join(folder, 'state', 'aws', 'secretsmanager.json'), 'utf8')) as Record<string, { value: string }>;
    return Object.entries(state).find(([, { value }]) => value.includes('keyGroupId'))![0];
  }

  /** The keys are older by this much; the clocks of the functions are not to be had. */
  async function timePasses(hours: number): Promise<void> {
    const ring = await keyring();
    const older = { ...ring, keys: ring.keys.map(key => ({ ...key, since: key.since - hours * 3600 })) };
    await secrets.send(new PutSecretValueCommand({ SecretId: secretArn(), SecretString: JSON.stringify(older) }));
  }

  const rotate = (action: string) => platform.call('invokeFunction', 'SigningKeysFunction', { action });
  const signer = () => new CloudFrontPlaybackSigner({ read: keyring }, { monotonic: () => 0 });
  const host = () => new URL(platform.api).host;
  const headerOf = (signed: Readonly<Record<string, string>>) => Object.entries(signed).map(([name, value]) => `${name}=${value}`).join('; ');

  test('is opened by cookies that no script reads, for this video alone, signed with SHA-256', async () => {
    const answer = await ann.call(`/api/analytics/video/${videoId}/playback`, { method: 'POST' });
    const set = answer.headers.getSetCookie();
    expect(set.map(each => each.split('=')[0]).sort()).toEqual([
      'CloudFront-Hash-Algorithm', 'CloudFront-Key-Pair-Id', 'CloudFront-Policy', 'CloudFront-Signature',
    ]);
    for (const each of set) expect(each).toMatch(new RegExp(`; Path=/media/${videoId}/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax$`));
    expect(Date.parse(playback.tokenExpiresAt)).toBeGreaterThanOrEqual(Date.parse(playback.expiresAt));
  });

  test('plays with cookies: playlists are static and relative, media answers ranges', async () => {
    const master = await withCookies(playback.masterUrl);
    expect([master.status, master.headers.get('content-type'), master.headers.get('cache-control')])
      .toEqual([200, 'application/vnd.apple.mpegurl', 'public, max-age=10']);
    const variant = (await master.text()).split('\n').find(line => line.endsWith('.m3u8'))!;
    const playlist = await (await withCookies(folderOf(playback.masterUrl) + variant)).text();
    expect(playlist).not.toContain('://');
    const file = playlist.split('\n').find(line => line.endsWith('.mp4'))!;
    const range = await withCookies(folderOf(playback.masterUrl) + file, { range: 'bytes=10-19' });
    expect([range.status, range.headers.get('content-range'), (await range.arrayBuffer()).byteLength]).toEqual([206, expect.stringMatching(/^bytes 10-19\//), 10]);
    expect(range.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await withCookies(playback.posters[0].url)).headers.get('content-type')).toBe('image/jpeg');
  });

  test('is played by ffmpeg from a path token alone', async () => {
    // Not in the foreground: connections that this process keeps would time out meanwhile on a busy machine.
    const probe = async (...args: string[]) =>
      (await promisify(execFile)('ffprobe', ['-v', 'error', ...args, platform.api + playback.tokenUrl])).stdout;
    expect(Number(await probe('-show_entries', 'format=duration', '-of', 'csv=p=0'))).toBeCloseTo(2.5, 0);
    const frames = await probe('-count_frames', '-select_streams', 'v:0', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0');
    expect(Number(frames.split('\n')[0])).toBeGreaterThan(50);
  });

  test('is one cached object for every viewer, however it was opened', async () => {
    // An image: a playlist is cached for seconds, which a busy machine may need for three requests.
    const { name, url } = playback.posters[0];
    const byCookie = await withCookies(url);
    const byToken = await get(folderOf(playback.tokenUrl) + name);
    const token = await signer().token(videoId, new Date(Date.now() + 7_000_000));
    const byOtherToken = await get(`/media/t/${token}/${url.slice('/media/'.length)}`);
    const keys = [byCookie, byToken, byOtherToken].map(answer => answer.headers.get('x-local-cache-key'));
    expect(new Set(keys)).toEqual(new Set([url]));
    expect(byOtherToken.headers.get('x-cache')).toBe('Hit from cloudfront');
  });

  test('is closed without cookies, with changed ones, expired ones, and those of another video or host', async () => {
    const [past, future] = [new Date(Date.now() - 1000), new Date(Date.now() + 60_000)];
    const other = '00000000-0000-4000-8000-000000000000';
    const changed = cookies.replace(/(CloudFront-Policy=)(.{40})/, (_, name: string, start: string) =>
      name + Buffer.from(start).reverse().toString());
    expect(await refusalOf(await get(playback.masterUrl))).toEqual([403, 'MissingKey']);
    expect(await refusalOf(await withCookies(playback.masterUrl, {}, changed))).toEqual([403, 'AccessDenied']);
    expect(await refusalOf(await withCookies(playback.masterUrl, {}, headerOf(await signer().cookies(videoId, host(), past))))).toEqual([403, 'AccessDenied']);
    expect(await refusalOf(await withCookies(playback.masterUrl, {}, headerOf(await signer().cookies(other, host(), future))))).toEqual([403, 'AccessDenied']);
    expect(await refusalOf(await withCookies(playback.masterUrl, {}, headerOf(await signer().cookies(videoId, 'other.example', future))))).toEqual([403, 'AccessDenied']);
    expect(await refusalOf(await withCookies(playback.masterUrl, {}, cookies.replace(/Key-Pair-Id=\w+/, 'Key-Pair-Id=KUNKNOWN')))).toEqual([403, 'InvalidKey']);
  });

  test('is closed to cookies whose video stands in the query only', async () => {
    const foreign = `/media/00000000-0000-4000-8000-000000000000/1/master.m3u8?/media/${videoId}/`;
    expect(await refusalOf(await withCookies(foreign))).toEqual([403, 'AccessDenied']);
  });

  test('is closed to tokens that are changed, expired, of another video or of an unknown key, with a reason to read', async () => {
    const [, token] = /\/t\/([^/]+)\//.exec(playback.tokenUrl)!;
    const rest = playback.masterUrl.slice('/media/'.length);
    const open = (each: string, what = rest) => get(`/media/t/${each}/${what}`, { origin: 'https://elsewhere.example' });
    expect((await open(token)).headers.get('access-control-allow-origin')).toBe('*');
    expect(await refusalOf(await open(token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA')))).toEqual([403, 'TOKEN_INVALID']);
    expect(await refusalOf(await open(token.replace(/\.\w+\./, '.zzzzzz.')))).toEqual([403, 'TOKEN_INVALID']);
    expect(await refusalOf(await open(token, rest.replace(videoId, '00000000-0000-4000-8000-000000000000')))).toEqual([403, 'TOKEN_INVALID']);
    expect(await refusalOf(await open(await signer().token(videoId, new Date(Date.now() - 1000))))).toEqual([403, 'TOKEN_EXPIRED']);
    expect(await refusalOf(await open(token.replace(/^\w+/, 'nokey')))).toEqual([403, 'TOKEN_KEY_UNKNOWN']);
    for (const what of [`${videoId}/1/..%2f..%2fother`, `${videoId}/1/a/b`, `${videoId}/1/`, `${videoId}/../secret`]) {
      expect((await open(token, what)).status).toBe(403);
    }
    const answer = await open(await signer().token(videoId, new Date(Date.now() - 1000)));
    expect([answer.headers.get('content-type'), answer.headers.get('access-control-allow-origin')]).toEqual(['application/problem+json', '*']);
  });

  test('is not opened to somebody who may not see the video, and not without the distribution', async () => {
    const bob = await Viewer.signIn(platform, 'bob');
    expect((await bob.call(`/api/analytics/video/${videoId}/playback`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${platform.api}/api/analytics/video/${videoId}/playback`, { method: 'POST' })).status).toBe(401);
  });

  test('keeps playing through two rotations, and a key that has gone opens nothing', async () => {
    const first = cookies;
    await timePasses(31 * 24);
    await rotate('advance');
    expect((await withCookies(playback.masterUrl, {}, first)).status).toBe(200);
    expect((await get(playback.tokenUrl)).status).toBe(200);
    const second = headerOf(await signer().cookies(videoId, host(), new Date(Date.now() + 60_000)));
    expect(second).not.toContain(/Key-Pair-Id=(\w+)/.exec(first)![1]);
    expect((await withCookies(playback.masterUrl, {}, second)).status).toBe(200);

    await timePasses(31 * 24);
    await rotate('advance');
    await timePasses(3);
    await rotate('advance');
    expect(await refusalOf(await withCookies(playback.masterUrl, {}, first))).toEqual([403, 'InvalidKey']);
    expect(await refusalOf(await get(playback.tokenUrl))).toEqual([403, 'TOKEN_KEY_UNKNOWN']);
    expect((await withCookies(playback.masterUrl, {}, second)).status).toBe(200);
    const third = headerOf(await signer().cookies(videoId, host(), new Date(Date.now() + 60_000)));
    expect((await withCookies(playback.masterUrl, {}, third)).status).toBe(200);

    // A leak: everything that was signed before is refused at once.
    expect(await rotate('revoke')).toEqual({ keys: [expect.objectContaining({ status: 'PENDING' }), expect.objectContaining({ status: 'ACTIVE' })] });
    expect((await withCookies(playback.masterUrl, {}, third)).status).toBe(403);
    const fourth = headerOf(await signer().cookies(videoId, host(), new Date(Date.now() + 60_000)));
    expect((await withCookies(playback.masterUrl, {}, fourth)).status).toBe(200);
  });

  test('never has more than two keys at CloudFront, and writes none to a log', async () => {
    const published = JSON.parse(fs.readFileSync(path.join(folder, 'state', 'aws', 'cloudfront.json'), 'utf8')) as Record<string, object>;
    expect(Object.keys(published.publicKeys)).toHaveLength(2);
    const logs = fs.readdirSync(path.join(folder, 'state', 'logs')).map(name => fs.readFileSync(path.join(folder, 'state', 'logs', name), 'utf8')).join('');
    const { keys } = await keyring();
    for (const { privateKey, tokenKey } of keys) {
      expect(logs).not.toContain(tokenKey);
      expect(logs).not.toContain(privateKey.split('\n')[1]);
    }
  });

  describe('nobody goes round it', () => {
    /** `fetch` does not let anybody choose the Host header. */
    const direct = (headers: Record<string, string>) => new Promise<number>((resolve, reject) => {
      const apiHost = fs.readFileSync(path.join(folder, 'cdk.out', 'Videos.template.json'), 'utf8');
      expect(apiHost).toContain('execute-api');
      http.get(`${platform.api}/api/analytics/health`, { headers }, answer => {
        answer.resume();
        resolve(answer.statusCode!);
      }).once('error', reject);
    });

    test('to the API: its own host refuses whoever does not know the secret', async () => {
      const apiHost = platform.started.apiHost;
      expect(await direct({})).toBe(200);
      expect(await direct({ host: apiHost })).toBe(403);
      expect(await direct({ host: apiHost, 'x-amz-cf-id': 'made-up', 'x-origin-secret': 'guess' })).toBe(403);
    });

    test('to the bucket: it answers nobody without a signature', async () => {
      const { aws } = platform.started.endpoints;
      const [bucket] = platform.started.resources.buckets.filter(name => name.includes('bucket'));
      expect((await fetch(`${aws}/${bucket}${playback.masterUrl}`)).status).toBe(403);
    });
  });

  test('an error of the API stays an error, whatever page there is', async () => {
    const answer = await ann.call('/api/analytics/video/00000000-0000-4000-8000-000000000000');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  test('answers of all kinds carry the headers of their own policy, and nothing of the bucket', async () => {
    const signed = await signer().cookies(videoId, host(), new Date(Date.now() + 60_000));
    const media = await withCookies(playback.masterUrl, {}, headerOf(signed));
    expect(media.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([...media.headers.keys()].filter(name => name.startsWith('x-amz-'))).toEqual([]);
  });
});
